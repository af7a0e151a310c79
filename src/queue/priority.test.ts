import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decided, Direction, SendOptions } from '../mail.ts';
import { priorityOf } from './priority.ts';

const options: SendOptions = {
  tls: 'opportunistic',
  sendAt: null,
  expiresAt: null,
  tags: [],
  pool: null,
  personal: null,
  idempotency: null,
};
const of = (header: string, over: Partial<SendOptions> = {}, direction: Direction = 'out'): string => {
  const mail: Pick<Decided, 'direction' | 'options' | 'sealedForm'> = {
    direction,
    options: { ...options, ...over },
    sealedForm: Buffer.from(`From: a@x.test\r\n${header}\r\nList-Id: not a field\r\n`),
  };
  return priorityOf(mail);
};

test('list mail is bulk, all else is transactional', () => {
  for (const header of [
    'List-Unsubscribe: <https://x.test/u>\r\n',
    'list-id: <news.x.test>\r\n',
    'Precedence: Bulk\r\n',
    'Precedence: list\r\n',
  ])
    assert.equal(of(header), 'bulk', header);
  for (const header of ['', 'Precedence: special-delivery\r\n', 'Subject: Precedence: bulk\r\n', 'List-Help: <mailto:h@x.test>\r\n'])
    assert.equal(of(header), 'transactional', header);
});

test('the sender’s word counts more, and mail that comes in is never bulk', () => {
  assert.equal(of('', { priority: 'bulk' }), 'bulk');
  assert.equal(of('List-Id: <news.x.test>\r\n', { priority: 'transactional' }), 'transactional');
  assert.equal(of('List-Id: <news.x.test>\r\n', {}, 'in'), 'transactional');
});
