// Search in mail and events, said once and run on SQLite, PGlite and PostgreSQL: what is found equals a look at everything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EmailFilter } from '../src/engines/store/control/email-search.ts';
import type { NewEvent, RecipientState } from '../src/mail.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const MINUTE = 60_000;
const STATES: readonly RecipientState[] = ['queued', 'delivered', 'bounced', 'deferred', 'held', 'suppressed'];

type Mail = {
  readonly id: string;
  readonly accountId: string;
  readonly at: number;
  readonly to: string;
  readonly tags: readonly string[];
  readonly state: string;
};

/** 120 mails of two accounts, a minute apart, in every state. */
async function fill(s: Opened): Promise<readonly Mail[]> {
  const mails: Mail[] = [];
  for (let n = 0; n < 120; n++) {
    s.clock.now += MINUTE;
    const accountId = n % 3 === 0 ? 'acc_b' : 'acc_a';
    const tags = [...(n % 2 === 0 ? ['even'] : []), ...(n % 10 === 0 ? ['tens', 'a"b'] : [])];
    // Addresses are kept as they were written.
    const name = n % 8 < 4 ? 'user' : 'User';
    const [state, to] = [STATES[n % 7 === 0 ? 0 : n % STATES.length] ?? 'queued', `${name}${n % 4}@x.test`];
    const m = message(s, s.clock.now, { accountId, counts: 0, tags }, [to]);
    await s.store.queue.accept(m);
    await s.db.run('UPDATE recipients SET state = ? WHERE email_id = ?', [state, m.id]);
    if (state !== 'queued') await s.db.run('UPDATE emails SET final_at = ? WHERE id = ?', [s.clock.now, m.id]);
    mails.push({ id: m.id, accountId, at: s.clock.now, to, tags, state });
  }
  return mails.toReversed();
}

/** All pages, each of at most five. */
async function found(s: Opened, filter: Omit<EmailFilter, 'before' | 'limit'>): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let before: string | null = 'msg_~'; before !== null;) {
    const page: { readonly rows: readonly { readonly id: string }[]; readonly next: string | null } = await s.store.emails.search({
      ...filter,
      before,
      limit: 5,
    });
    assert.ok(page.rows.length <= 5);
    ids.push(...page.rows.map(row => row.id));
    before = page.next;
  }
  return ids;
}

export function searchContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>): void => {
    test(`${name}: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        await body(s);
      } finally {
        await s.close();
      }
    });
  };

  check('mail is found by every filter, alone and together, page by page', async s => {
    const mails = await fill(s);
    const middle = mails[60]?.at ?? 0;
    const filters: readonly Omit<EmailFilter, 'before' | 'limit'>[] = [null, 'acc_a', 'acc_b'].flatMap(accountId => [
      { accountId },
      { accountId, recipient: 'user1@x.test' },
      { accountId, tag: 'tens' },
      { accountId, tag: 'a"b' },
      { accountId, since: middle },
      { accountId, until: middle },
      { accountId, since: middle - 5 * MINUTE, until: middle + 5 * MINUTE, tag: 'even' },
      { accountId, messageId: `<${mails[7]?.id}@sender.test>` },
      { accountId, direction: 'in' as const },
      ...STATES.flatMap(state => [
        { accountId, state },
        { accountId, state, recipient: 'USER2@x.test' },
        { accountId, state, tag: 'even', since: middle },
      ]),
    ]);
    for (const filter of filters) {
      const expected = mails.filter(
        one =>
          (filter.accountId === null || one.accountId === filter.accountId) &&
          (filter.recipient === undefined || one.to.toLowerCase() === filter.recipient.toLowerCase()) &&
          (filter.tag === undefined || one.tags.includes(filter.tag)) &&
          (filter.state === undefined || one.state === filter.state) &&
          (filter.messageId === undefined || filter.messageId === `<${one.id}@sender.test>`) &&
          (filter.since === undefined || one.at >= filter.since) &&
          (filter.until === undefined || one.at <= filter.until) &&
          filter.direction !== 'in',
      );
      assert.deepEqual(
        await found(s, filter),
        expected.map(one => one.id),
        JSON.stringify(filter),
      );
    }
    await s.store.emails.purge({ before: s.clock.now + 1, now: s.clock.now, limit: 500 });
    const left = await s.db.all('SELECT email_id FROM email_tags WHERE email_id NOT IN (SELECT id FROM emails)');
    assert.deepEqual(left, [], 'tags go with their mail');
  });

  check('what was said last of each recipient, however often it was tried', async s => {
    const event = (type: 'deferred' | 'bounced' | 'opened', emailId: string, recipient: string, data: object): NewEvent => ({
      type,
      at: s.clock.now,
      accountId: 'acc_a',
      emailId,
      recipient,
      data: { ...data },
    });
    const tried = (reply: string): object => ({ attempt: { reply }, provider: 'gmail' });
    await s.store.events.add([
      event('deferred', 'msg_1', 'a@x.test', tried('451 first')),
      event('deferred', 'msg_1', 'b@x.test', tried('451 other')),
      event('bounced', 'msg_1', 'a@x.test', tried('550 last')),
      event('opened', 'msg_1', 'a@x.test', {}),
      event('deferred', 'msg_2', 'a@x.test', tried('451 of another mail')),
      event('bounced', 'msg_3', 'a@x.test', { afterDelivery: true, reply: '550 in a report' }),
      event('bounced', 'msg_4', 'a@x.test', { reason: 'answer_unknown' }),
    ]);
    assert.deepEqual(await s.store.events.lastTries([]), []);
    assert.deepEqual(await s.store.events.lastTries(['msg_1', 'msg_3', 'msg_4', 'msg_5']), [
      { emailId: 'msg_1', recipient: 'b@x.test', provider: 'gmail', reply: '451 other' },
      { emailId: 'msg_1', recipient: 'a@x.test', provider: 'gmail', reply: '550 last' },
      { emailId: 'msg_3', recipient: 'a@x.test', provider: null, reply: '550 in a report' },
      { emailId: 'msg_4', recipient: 'a@x.test', provider: null, reply: null },
    ]);
  });

  check('events by type, mail, recipient and time, in the order of their numbers', async s => {
    const mails = await fill(s);
    const all = await s.store.events.after({ accountId: null, seq: 0, limit: 1_000 });
    const [one, middle] = [mails[3], mails[60]?.at ?? 0];
    assert.ok(one);
    await s.store.events.add([
      { type: 'opened', at: s.clock.now, accountId: 'acc_a', emailId: one.id, recipient: one.to, data: { bot: false } },
      { type: 'clicked', at: s.clock.now, accountId: 'acc_b', emailId: null, recipient: one.to, data: { bot: false } },
    ]);
    const seqs = async (ask: Partial<Parameters<Opened['store']['events']['after']>[0]>): Promise<readonly string[]> =>
      (await s.store.events.after({ accountId: null, seq: 0, limit: 1_000, ...ask })).map(event => `${event.type} ${event.at}`);
    const accepted = all.map(event => `accepted ${event.at}`);
    const [opened, clicked] = [`opened ${s.clock.now}`, `clicked ${s.clock.now}`];
    assert.deepEqual(await seqs({}), [...accepted, opened, clicked]);
    assert.deepEqual(await seqs({ types: ['clicked', 'opened', 'opened'] }), [opened, clicked]);
    assert.deepEqual(await seqs({ types: ['opened'], accountId: 'acc_b' }), []);
    assert.deepEqual(await seqs({ types: ['accepted', 'opened'], limit: 3 }), accepted.slice(0, 3));
    assert.deepEqual(await seqs({ emailId: one.id }), [`accepted ${one.at}`, opened]);
    for (const recipient of [one.to, one.to.toUpperCase()])
      assert.deepEqual(await seqs({ recipient, types: ['clicked', 'opened'] }), [opened, clicked], recipient);
    assert.deepEqual(await seqs({ since: middle, types: ['accepted'] }), accepted.slice(59));
    assert.deepEqual(await seqs({ since: s.clock.now + 1 }), []);
    assert.deepEqual(await seqs({ since: 0, limit: 2 }), accepted.slice(0, 2));
  });
}
