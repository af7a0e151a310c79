// What every store must do about quotas: the day, levels, how often one person is written to, and mail that waits for its budget.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, type Sums } from '../src/levels/levels.ts';
import type { AcceptOutcome, NewMessage } from '../src/engines/store/types.ts';
import type { EventType, NewEvent } from '../src/mail.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const dayOf = (at: number): number => Math.floor(at / DAY);

export function quotaContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, work: (s: Opened) => Promise<void>): void => {
    test(`${name}: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
        await work(s);
      } finally {
        await s.close();
      }
    });
  };
  /** A mail of the account as the door hands it in; `waits`: scheduled where it is over quota. */
  const mail = (s: Opened, over: Partial<NewMessage> = {}, to: readonly string[] = ['a@x.test'], person?: string): NewMessage => {
    const made = message(s, s.clock.now, { accountId: 'acc_1', ...over }, to);
    const state = over.waits ? 'scheduled' : 'queued';
    return { ...made, recipients: made.recipients.map(one => ({ ...one, state, person: person ? Buffer.from(person) : null })) };
  };
  const accept = (s: Opened, over?: Partial<NewMessage>, to?: readonly string[], person?: string): Promise<AcceptOutcome> =>
    s.store.queue.accept(mail(s, over, to, person));
  const used = (s: Opened, days = 0): Promise<number> => s.store.accounts.usedToday({ accountId: 'acc_1', now: s.clock.now + days * DAY });
  const three = ['a@x.test', 'b@x.test', 'c@x.test'];
  /** Which of the mails go now. */
  const due = async (s: Opened): Promise<readonly string[]> =>
    (await s.store.queue.claim({ room: 50, perLane: 50 })).map(job => job.emailId).toSorted();

  check('what waits is booked on the first day with room, in order, and goes by itself then', async s => {
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 4, perSecond: 1 } });
    assert.equal((await accept(s, {}, three)).kind, 'queued');
    const refused = await accept(s, {}, three);
    assert.deepEqual(refused, { kind: 'quota', over: { budget: 'day', limit: 4, of: null, until: (dayOf(s.clock.now) + 1) * DAY } });
    const waiting = [mail(s, { waits: true }, three), mail(s, { waits: true }, three), mail(s, { waits: true }, ['a@x.test'])];
    for (const one of waiting) assert.equal((await s.store.queue.accept(one)).kind, 'queued');
    // The last is small: it still has room today.
    assert.deepEqual([await used(s), await used(s, 1), await used(s, 2)], [4, 3, 3]);
    const [row] = await s.store.emails.recipients(waiting[0]?.id ?? '');
    assert.deepEqual([row?.state, row?.waiting], ['scheduled', { why: 'quota', until: (dayOf(s.clock.now) + 1) * DAY }]);
    assert.equal((await due(s)).length, 2);
    s.clock.now = (dayOf(s.clock.now) + 1) * DAY + 5_000;
    assert.deepEqual(await due(s), [waiting[0]?.id]);
    // What the day has left is for others.
    assert.equal((await accept(s, {}, ['d@x.test'])).kind, 'queued');
    assert.equal((await accept(s, {}, ['d@x.test'])).kind, 'quota');
    s.clock.now += DAY;
    assert.ok((await due(s)).includes(waiting[1]?.id ?? ''));
  });

  check('no wait is longer than the mail’s life, and more than a whole quota never fits', async s => {
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 2, perSecond: 1 } });
    await accept(s, {}, ['a@x.test', 'b@x.test']);
    const expiresAt = s.clock.now + 2 * DAY;
    const short = (): Promise<AcceptOutcome> => accept(s, { waits: true, expiresAt }, ['a@x.test', 'b@x.test']);
    assert.deepEqual([(await short()).kind, (await short()).kind, (await short()).kind], ['queued', 'queued', 'quota']);
    assert.equal((await accept(s, { waits: true }, three)).kind, 'quota');
    assert.deepEqual([await used(s), await used(s, 1), await used(s, 2), await used(s, 3)], [2, 2, 2, 0]);
  });

  check('a quota that grows lets what waits go, in its order; what is cancelled gives its place back', async s => {
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 3, perSecond: 1_000 } });
    await accept(s, {}, three);
    await due(s);
    const waiting = [mail(s, { waits: true }, three), mail(s, { waits: true }, three), mail(s, { waits: true }, three)];
    for (const one of waiting) await s.store.queue.accept(one);
    assert.deepEqual(await s.store.quota.waiting(), ['acc_1']);
    assert.equal(await s.store.emails.end({ id: waiting[1]?.id ?? '', held: false, by: 'test' }), 3);
    assert.deepEqual([await used(s, 1), await used(s, 2), await used(s, 3)], [3, 0, 3]);
    assert.equal(await s.store.quota.moveForward('acc_1'), 0);
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 7, perSecond: 1_000 } });
    assert.equal(await s.store.quota.moveForward('acc_1'), 1);
    assert.deepEqual([await used(s), await used(s, 1), await used(s, 3)], [6, 0, 3]);
    assert.deepEqual(await due(s), [waiting[0]?.id]);
    assert.equal(await s.store.quota.moveForward('acc_1'), 0);
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: null, perSecond: null } });
    assert.equal(await s.store.quota.moveForward('acc_1'), 1);
    assert.deepEqual(await s.store.quota.waiting(), ['acc_1']);
    s.clock.now += 1_000;
    assert.deepEqual(await due(s), [waiting[2]?.id]);
  });

  check('what waits keeps its turn over a suspension; cancelled while it is held, it gives its place back', async s => {
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 3, perSecond: 1_000 } });
    await accept(s, {}, three);
    await due(s);
    const waiting = [mail(s, { waits: true }, three), mail(s, { waits: true }, three)];
    for (const one of waiting) await s.store.queue.accept(one);
    const turn = (await s.store.emails.recipients(waiting[0]?.id ?? ''))[0]?.dueAt;
    await s.store.accounts.setState({ id: 'acc_1', state: 'suspended', reason: 'test', by: 'op' });
    assert.equal((await s.store.emails.recipients(waiting[0]?.id ?? ''))[0]?.state, 'held');
    assert.equal(await s.store.emails.end({ id: waiting[1]?.id ?? '', held: true, by: 'test' }), 3);
    assert.deepEqual([await used(s, 1), await used(s, 2)], [3, 0]);
    await s.store.accounts.setState({ id: 'acc_1', state: 'active', reason: 'test', by: 'op' });
    const [row] = await s.store.emails.recipients(waiting[0]?.id ?? '');
    assert.deepEqual([row?.state, row?.dueAt, row?.waiting?.why], ['scheduled', turn, 'quota']);
    assert.deepEqual(await due(s), []);
  });

  check('a person is written to as often as the account may: then refused, or later', async s => {
    await s.store.accounts.patch({ id: 'acc_1', frequencySet: { count: 2, windowSeconds: 3_600 } });
    const start = s.clock.now;
    assert.equal((await accept(s, {}, ['a@x.test'], 'ana')).kind, 'queued');
    s.clock.now += 10 * 60_000;
    assert.equal((await accept(s, {}, ['A+x@x.test'], 'ana')).kind, 'queued');
    assert.equal((await accept(s, {}, ['b@x.test'], 'budi')).kind, 'queued');
    const over = { budget: 'recipient', limit: 2, of: 'a@x.test', until: start + HOUR };
    assert.deepEqual(await accept(s, {}, ['a@x.test'], 'ana'), { kind: 'quota', over });
    const later = mail(s, { waits: true }, ['a@x.test'], 'ana');
    assert.equal((await s.store.queue.accept(later)).kind, 'queued');
    const [row] = await s.store.emails.recipients(later.id);
    assert.deepEqual(row?.waiting, { why: 'frequency', until: start + HOUR });
    // The one that waits counts when it goes.
    const next = mail(s, { waits: true }, ['a@x.test'], 'ana');
    await s.store.queue.accept(next);
    assert.equal((await s.store.emails.recipients(next.id))[0]?.dueAt, start + HOUR + 10 * 60_000);
    s.clock.now = start + HOUR + 1;
    assert.equal((await accept(s, {}, ['a@x.test'], 'ana')).kind, 'quota');
    await s.store.accounts.patch({ id: 'acc_1', frequencySet: 'off' });
    assert.equal((await accept(s, {}, ['a@x.test'], 'ana')).kind, 'queued');
  });

  check('which quota holds: the operator’s over the sandbox’s over the level’s over the common one', async s => {
    const of = async (): Promise<readonly unknown[]> => {
      const account = await s.store.accounts.get('acc_1');
      return [account?.quotaFrom, account?.quota.perDay, account?.quota.perSecond, account?.byDomain, account?.frequency?.count ?? null];
    };
    const set = s.store.accounts.patch;
    assert.deepEqual(await of(), ['default', 50_000, 50, false, null]);
    await set({ id: 'acc_1', levels: true });
    assert.deepEqual(await of(), ['level', 500, 50, true, 10]);
    await set({ id: 'acc_1', sandbox: true });
    assert.deepEqual(await of(), ['sandbox', 200, 1, false, 10]);
    await set({ id: 'acc_1', quotaSet: { perDay: 7, perSecond: null }, frequencySet: 'off' });
    assert.deepEqual(await of(), ['operator', 7, 1, false, null]);
    await set({ id: 'acc_1', sandbox: false });
    assert.deepEqual(await of(), ['operator', 7, 50, false, null]);
    await set({ id: 'acc_1', quotaSet: { perDay: null, perSecond: null }, frequencySet: { count: 3, windowSeconds: 60 } });
    assert.deepEqual(await of(), ['level', 500, 50, true, 3]);
  });

  const many = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `r${i}@x.test`);
  const domain = (s: Opened, name: string): Promise<unknown> =>
    s.store.domains.create({ name, accountId: 'acc_1', challenge: 'x', keys: [], mayShare: false });
  const rows = (s: Opened): Promise<readonly { readonly domain: string; readonly level: number; readonly usedToday: number }[]> =>
    s.store.levels.of({ accountId: 'acc_1', today: dayOf(s.clock.now), limit: 10 });

  check('each domain has its level’s day, a subdomain its domain’s; more domains give no more mail', async s => {
    await s.store.accounts.patch({ id: 'acc_1', levels: true });
    await domain(s, 'one.test');
    await domain(s, 'two.test');
    assert.equal((await accept(s, { fromDomain: 'one.test' }, many(400))).kind, 'queued');
    assert.equal((await accept(s, { fromDomain: 'news.one.test' }, many(50))).kind, 'queued');
    assert.deepEqual(
      (await rows(s)).map(one => [one.domain, one.level, one.usedToday]),
      [['one.test', 1, 450]],
    );
    assert.equal((await accept(s, { fromDomain: 'two.test' }, many(51))).kind, 'quota');
    const before = { level: 1, day: dayOf(s.clock.now) };
    const moved = { from: 1, to: 3, day: before.day, by: ['delivery'], sums: { ...NOTHING, sent: 700, delivered: 700 } };
    const judged = { accountId: 'acc_1', domain: 'one.test', before, kept: { level: 3, day: before.day }, moves: [moved] };
    await s.store.levels.judge([judged]);
    // The same again, as by another look at the same moment, is nothing new.
    await s.store.levels.judge([judged]);
    assert.equal((await s.store.accounts.get('acc_1'))?.quota.perDay, 2_000);
    const second = await accept(s, { fromDomain: 'two.test' }, many(501));
    assert.deepEqual(second.kind === 'quota' && [second.over.budget, second.over.limit, second.over.of], ['domain', 500, 'two.test']);
    assert.equal((await accept(s, { fromDomain: 'two.test' }, many(500))).kind, 'queued');
    assert.equal((await accept(s, { fromDomain: 'one.test' }, many(1_050))).kind, 'queued');
    assert.equal((await accept(s, { fromDomain: 'one.test' }, many(1))).kind, 'quota');
    assert.deepEqual(
      (await rows(s)).map(one => [one.domain, one.level, one.usedToday]),
      [
        ['one.test', 3, 1_500],
        ['two.test', 1, 500],
      ],
    );
    const history = await s.store.levels.moves({ accountId: 'acc_1', before: [Number.MAX_SAFE_INTEGER, '', 0], limit: 10 });
    assert.deepEqual(history, [{ ...moved, accountId: 'acc_1', domain: 'one.test', at: s.clock.now, n: 0 }]);
    assert.deepEqual(await s.store.levels.moves({ accountId: 'acc_1', before: [s.clock.now, 'one.test', 0], limit: 10 }), []);
    assert.equal(await s.store.levels.forget(s.clock.now), 0);
    const listed = await s.store.levels.list({ today: before.day, after: ['', ''], limit: 1 });
    assert.deepEqual(
      listed.map(one => one.domain),
      ['one.test'],
    );
    const [next] = await s.store.levels.list({ today: before.day + 1, after: ['acc_1', 'one.test'], limit: 5 });
    assert.deepEqual([next?.domain, next?.usedToday, next?.usedLately], ['two.test', 0, 500]);
  });

  check('an account makes itself once: by its id and by its contact, with its key in the same commit', async s => {
    const wish = (id: string, contact: string, key: string): Parameters<typeof s.store.accounts.signUp>[0] => ({
      id,
      name: 'toko',
      contact,
      key: { id: key, name: 'first', scopes: ['send'], prefix: null, mac: Buffer.from(key) },
    });
    const made = await s.store.accounts.signUp(wish('acc_own', 'ana@x.test', 'key_1'));
    assert.deepEqual([made?.sandbox, made?.signedUp, made?.quota], [true, true, { perDay: 200, perSecond: 1 }]);
    assert.equal((await s.store.keys.byMac(Buffer.from('key_1')))?.accountId, 'acc_own');
    assert.equal(await s.store.accounts.signUp(wish('acc_own', 'other@x.test', 'key_2')), null);
    assert.equal(await s.store.accounts.signUp(wish('acc_two', 'ana@x.test', 'key_3')), null);
    assert.equal(await s.store.keys.byMac(Buffer.from('key_3')), null);
    assert.equal((await s.store.accounts.signedUp('ana@x.test'))?.id, 'acc_own');
    assert.equal(await s.store.accounts.remove('acc_own'), true);
    assert.equal(await s.store.accounts.signedUp('ana@x.test'), null);
  });

  check('the sums of a day come from the statistics of the domain', async s => {
    await domain(s, 'one.test');
    const at = s.clock.now;
    const mails = [mail(s, { fromDomain: 'one.test', events: [] }, three), mail(s, { fromDomain: 'a.one.test', events: [] }, three)];
    for (const one of mails) await s.store.queue.accept(one);
    const event = (n: number, type: EventType, who: string, data: NewEvent['data']): NewEvent => {
      return { type, at, accountId: 'acc_1', emailId: mails[n]?.id ?? '', recipient: `${who}@x.test`, data };
    };
    await s.store.events.add([
      event(0, 'delivered', 'a', {}),
      event(0, 'bounced', 'b', { attempt: { class: 'hard' }, permanent: true }),
      event(0, 'expired', 'c', {}),
      event(1, 'delivered', 'a', {}),
      event(1, 'bounced', 'b', { attempt: { class: 'content' } }),
      event(1, 'delivered', 'c', {}),
      event(1, 'bounced', 'c', { afterDelivery: true, class: 'hard', permanent: true }),
      event(1, 'complained', 'a', { afterDelivery: true }),
      event(1, 'opened', 'a', { bot: false }),
      event(0, 'opened', 'a', { bot: true }),
    ]);
    const day = dayOf(at);
    const sums = await s.store.levels.sums({ accountId: 'acc_1', domain: 'one.test', from: day - 1, to: day });
    const expected: Sums = { sent: 6, delivered: 3, invalid: 2, spamBounced: 1, complained: 1, opened: 1 };
    assert.deepEqual([...sums], [[day, expected]]);
    const ask = { accountId: 'acc_1', domain: 'one.test', now: at };
    await s.store.accounts.patch({ id: 'acc_1', levels: true });
    await accept(s, { fromDomain: 'a.one.test' }, three);
    assert.deepEqual(await s.store.quota.ofDomain({ ...ask, domain: 'a.one.test' }), { name: 'one.test', level: 1, used: 3 });
    assert.equal(await s.store.quota.forget({ before: at, limit: 9 }), 0);
    assert.equal(await s.store.quota.forget({ before: at + DAY, limit: 9 }), 1);
    assert.equal((await s.store.quota.ofDomain(ask)).used, 0);
  });
}
