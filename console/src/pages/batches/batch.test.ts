import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, EMPTY, shareOf } from './batch.ts';

const form = { ...EMPTY, from: ' news@a.test ', list: 'lst_1', template: 'tpl_1' };

test('a batch by template has no words of its own, and one without has', () => {
  assert.deepEqual(bodyOf({ ...form, subject: 'left from before' }, 'UTC'), {
    from: 'news@a.test',
    list: 'lst_1',
    template: { id: 'tpl_1' },
  });
  assert.deepEqual(bodyOf({ ...form, template: '', subject: 'Hi', text: 'x', tags: ' a, ,b ', onQuota: 'fail' }, 'UTC'), {
    from: 'news@a.test',
    list: 'lst_1',
    subject: 'Hi',
    text: 'x',
    tags: ['a', 'b'],
    onQuota: 'fail',
  });
});

test('cycles: every day, on days, every so many hours, so many times', () => {
  const cycle = (part: object): unknown => (bodyOf({ ...form, ...part }, 'Asia/Jakarta') as { cycle?: unknown }).cycle;
  assert.equal(cycle({}), undefined);
  assert.deepEqual(cycle({ repeat: 'daily' }), { at: '09:00', timeZone: 'Asia/Jakarta' });
  assert.deepEqual(cycle({ repeat: 'days', days: ['mon', 'thu'], times: '4' }), {
    at: '09:00',
    timeZone: 'Asia/Jakarta',
    days: ['mon', 'thu'],
    times: 4,
  });
  assert.deepEqual(cycle({ repeat: 'hours', hours: '0.5' }), { everySeconds: 1800 });
});

test('progress is of the run that is on', () => {
  assert.equal(shareOf({ done: null, recipients: 10 }), null);
  assert.equal(shareOf({ done: 5, recipients: 10 }), 0.5);
  assert.equal(shareOf({ done: 12, recipients: 10 }), 1);
});
