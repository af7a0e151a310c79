// What every store must do, said once and run on SQLite, PGlite and PostgreSQL.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '../src/engines/ids.ts';
import { EpochGone } from '../src/engines/keys/vault.ts';
import { SESSIONS_PER_KEY } from '../src/engines/store/bounds.ts';
import { isLive } from '../src/engines/store/control/sessions.ts';
import type { SendingIp } from '../src/engines/store/control/sending-ips.ts';
import type { PaceRow } from '../src/engines/store/control/paces.ts';
import type { InlineStore } from '../src/engines/store/inline.ts';
import type { Db, NewMessage, NewRecipient, ReturnedOutcome, SettledRecipient } from '../src/engines/store/types.ts';
import type { Look } from '../src/ips/checks.ts';
import type { NewEvent } from '../src/mail.ts';

/** `db`: the writer's connection, for what no call tells. */
export type Opened = InlineStore & { readonly clock: { now: number }; readonly db: Db };
export type Opener = (options?: { readonly full?: () => boolean }) => Promise<Opened>;

const HOUR = 3_600_000;

/** A sealed message of ours; lanes from the recipients' domains. */
export function message(
  s: InlineStore,
  at: number,
  over: Partial<NewMessage> = {},
  to: readonly string[] = ['a@x.test'],
  body = 'hello',
): NewMessage {
  const id = newId('msg', at);
  const sealed = s.vault.seal(id, Buffer.from(body));
  return {
    id,
    accountId: null,
    direction: 'out',
    door: 'submission',
    mailFrom: 'me@sender.test',
    fromDomain: 'sender.test',
    messageId: `<${id}@sender.test>`,
    size: body.length,
    acceptedAt: at,
    sendAt: null,
    expiresAt: at + 96 * HOUR,
    tls: 'opportunistic',
    requireTls: false,
    tlsRequiredNo: false,
    smtpUtf8: false,
    eightBit: false,
    ret: null,
    envid: null,
    pool: null,
    personal: null,
    tags: [],
    record: {},
    sketch: null,
    recipients: to.map((address, n): NewRecipient => {
      const domain = address.slice(address.indexOf('@') + 1);
      return {
        n,
        address,
        orcpt: null,
        notify: null,
        lane: `mx:${domain}`,
        target: { kind: 'mx', domain },
        routeId: null,
        state: 'queued',
        dueAt: at,
      };
    }),
    key: sealed.key,
    chunks: sealed.chunks,
    events: to.map(recipient => ({ type: 'accepted' as const, at, accountId: over.accountId ?? null, emailId: id, recipient, data: {} })),
    idempotency: null,
    counts: to.length,
    lease: false,
    ...over,
  };
}

const final = (n: number, state: SettledRecipient['state']): SettledRecipient => ({
  n,
  state,
  dueAt: null,
  warned: false,
  unknownSince: null,
  attempt: null,
});
const later = (n: number, dueAt: number): SettledRecipient => ({ ...final(n, 'deferred'), dueAt });

export function storeContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>, options?: { readonly full?: () => boolean }): void => {
    test(`${name}: ${what}`, { skip }, async () => {
      const s = await open(options);
      try {
        await body(s);
      } finally {
        await s.close();
      }
    });
  };

  check('what was accepted is claimed once, read back, settled, and its content forgotten', async s => {
    const m = message(s, s.clock.now, {}, ['a@x.test', 'b@x.test', 'c@y.test'], 'the content');
    assert.equal((await s.store.queue.accept(m)).kind, 'queued');
    const jobs = await s.store.queue.claim({ room: 10, perLane: 5 });
    assert.deepEqual(
      jobs.map(job => [job.lane, job.recipients.map(one => one.address)]),
      [
        ['mx:x.test', ['a@x.test', 'b@x.test']],
        ['mx:y.test', ['c@y.test']],
      ],
    );
    assert.deepEqual(await s.store.queue.claim({ room: 10, perLane: 5 }), [], 'leased mail is nobody else’s');
    const sealed = await s.store.queue.content(m.id);
    assert.ok(sealed);
    assert.equal(s.vault.open(m.id, sealed).toString(), 'the content');
    const [x, y] = jobs;
    assert.ok(x && y);
    assert.equal(
      await s.store.queue.settle({
        emailId: m.id,
        fence: x.fence,
        results: [final(0, 'delivered'), later(1, s.clock.now + 60_000)],
        events: [],
        owed: [],
      }),
      'recorded',
    );
    assert.equal(
      await s.store.queue.settle({ emailId: m.id, fence: y.fence, results: [final(2, 'bounced')], events: [], owed: [] }),
      'recorded',
    );
    assert.ok(await s.store.queue.content(m.id), 'one recipient waits still');
    s.clock.now += 60_000;
    const [again] = await s.store.queue.claim({ room: 10, perLane: 5 });
    assert.deepEqual(
      again?.recipients.map(one => [one.address, one.attempts]),
      [['b@x.test', 0]],
    );
    await s.store.queue.settle({ emailId: m.id, fence: again?.fence ?? 0, results: [final(1, 'delivered')], events: [], owed: [] });
    assert.equal(await s.store.queue.content(m.id), null);
    assert.deepEqual(
      (await s.store.emails.recipients(m.id)).map(one => one.state),
      ['delivered', 'delivered', 'bounced'],
    );
  });

  check('a stale fence records nothing', async s => {
    const m = message(s, s.clock.now);
    await s.store.queue.accept(m);
    const [job] = await s.store.queue.claim({ room: 1, perLane: 1 });
    assert.ok(job);
    await s.store.queue.release([{ emailId: m.id, fence: job.fence }]);
    const [next] = await s.store.queue.claim({ room: 1, perLane: 1 });
    assert.ok(next && next.fence > job.fence);
    const event = { type: 'delivered' as const, at: 1, accountId: null, emailId: m.id, recipient: null, data: {} };
    assert.equal(
      await s.store.queue.settle({ emailId: m.id, fence: job.fence, results: [final(0, 'delivered')], events: [event], owed: [] }),
      'stale',
    );
    assert.deepEqual(
      (await s.store.events.ofEmail(m.id)).map(one => one.type),
      ['accepted'],
    );
    assert.equal(
      await s.store.queue.settle({ emailId: m.id, fence: next.fence, results: [final(0, 'delivered')], events: [event], owed: [] }),
      'recorded',
    );
  });

  check('a row is born leased only while its lane has no backlog', async s => {
    const first = await s.store.queue.accept(message(s, s.clock.now, { lease: true }));
    assert.deepEqual(first.kind === 'queued' && first.leased.map(one => one.lane), ['mx:x.test']);
    await s.store.queue.accept(message(s, s.clock.now, { lease: false }));
    const second = await s.store.queue.accept(message(s, s.clock.now, { lease: true }));
    assert.deepEqual(second.kind === 'queued' && second.leased.map(one => one.lane), [], 'the lane has a backlog');
    assert.equal((await s.store.queue.claim({ room: 10, perLane: 10 })).length, 2);
    const third = await s.store.queue.accept(message(s, s.clock.now, { lease: true }));
    assert.deepEqual(third.kind === 'queued' && third.leased.map(one => one.lane), ['mx:x.test'], 'the backlog is gone');
  });

  check('lanes of one mail that were born leased end apart, in any order', async s => {
    const m = message(s, s.clock.now, { lease: true }, ['a@x.test', 'b@y.test', 'c@z.test']);
    const outcome = await s.store.queue.accept(m);
    assert.ok(outcome.kind === 'queued');
    const fences = Object.fromEntries(outcome.leased.map(one => [one.lane, one.fence]));
    const settle = (n: number, lane: string) =>
      s.store.queue.settle({ emailId: m.id, fence: fences[lane] ?? 0, results: [final(n, 'delivered')], events: [], owed: [] });
    assert.equal(await settle(1, 'mx:y.test'), 'recorded');
    await s.store.queue.release([{ emailId: m.id, fence: fences['mx:z.test'] ?? 0 }]);
    assert.equal(await settle(0, 'mx:x.test'), 'recorded');
    const again = await s.store.queue.claim({ room: 9, perLane: 9 });
    assert.deepEqual(
      again.map(job => job.lane),
      ['mx:z.test'],
    );
  });

  check('one account’s many mails do not stand before another’s one', async s => {
    for (let n = 0; n < 20; n++) await s.store.queue.accept(message(s, s.clock.now, { accountId: 'acc_many', counts: 0 }));
    await s.store.queue.accept(message(s, s.clock.now + 1, { accountId: 'acc_few', counts: 0 }));
    s.clock.now += 10;
    const jobs = await s.store.queue.claim({ room: 6, perLane: 6 });
    assert.ok(jobs.some(job => job.accountId === 'acc_few'));
  });

  check('quota and suspension hold at the commit, and a reinstated account’s mail goes on', async s => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 3, perSecond: 10 } });
    const mine = (to: readonly string[]): NewMessage => message(s, s.clock.now, { accountId: 'acc_1' }, to);
    assert.equal((await s.store.queue.accept(mine(['a@x.test', 'b@x.test']))).kind, 'queued');
    assert.deepEqual(await s.store.queue.accept(mine(['a@x.test', 'b@x.test'])), {
      kind: 'quota',
      over: { budget: 'day', limit: 3, of: null, until: (Math.floor(s.clock.now / 86_400_000) + 1) * 86_400_000 },
    });
    await s.store.accounts.setState({ id: 'acc_1', state: 'suspended', reason: 'test', by: 'op' });
    assert.equal((await s.store.queue.accept(mine(['a@x.test']))).kind, 'suspended');
    assert.deepEqual(await s.store.queue.claim({ room: 5, perLane: 5 }), []);
    await s.store.accounts.setState({ id: 'acc_1', state: 'active', reason: 'test', by: 'op' });
    assert.equal((await s.store.queue.claim({ room: 5, perLane: 5 })).length, 1);
  });

  check('an idempotency key gives the first answer again', async s => {
    const [keyMac, bodyMac] = [randomBytes(32), randomBytes(32)];
    const claim = { keyMac, bodyMac, status: 202, answer: '{"id":"first"}' };
    assert.equal((await s.store.queue.accept(message(s, s.clock.now, { idempotency: claim }))).kind, 'queued');
    assert.deepEqual(await s.store.queue.accept(message(s, s.clock.now, { idempotency: claim })), {
      kind: 'replayed',
      status: 202,
      answer: '{"id":"first"}',
    });
    assert.deepEqual(await s.store.queue.accept(message(s, s.clock.now, { idempotency: { ...claim, bodyMac: randomBytes(32) } })), {
      kind: 'key_reused',
    });
  });

  check('events are numbered in the order of commits', async s => {
    for (let n = 0; n < 5; n++) await s.store.queue.accept(message(s, s.clock.now));
    const all = await s.store.events.after({ accountId: null, seq: 0, limit: 100 });
    assert.equal(all.length, 5);
    assert.deepEqual(
      all.map(one => one.seq),
      all.map(one => one.seq).toSorted((a, b) => a - b),
    );
    const rest = await s.store.events.after({ accountId: null, seq: all[2]?.seq ?? 0, limit: 100 });
    assert.deepEqual(
      rest.map(one => one.id),
      all.slice(3).map(one => one.id),
    );
  });

  check('large content comes in chunks ahead of its row', async s => {
    const body = randomBytes(700_000).toString('latin1');
    const whole = message(s, s.clock.now, {}, ['a@x.test'], body);
    assert.ok(whole.chunks.length > 1);
    await s.store.queue.putChunks({ emailId: whole.id, first: 0, chunks: whole.chunks });
    await s.store.queue.accept({ ...whole, chunks: [] });
    const sealed = await s.store.queue.content(whole.id);
    assert.ok(sealed);
    assert.equal(s.vault.open(whole.id, sealed).toString(), body);
  });

  check(
    'a full disk refuses mail and records results',
    async s => {
      assert.deepEqual(await s.store.queue.accept(message(s, s.clock.now)), { kind: 'full' });
      await s.store.events.add([{ type: 'delivered', at: 1, accountId: null, emailId: null, recipient: null, data: {} }]);
      assert.equal((await s.store.events.after({ accountId: null, seq: 0, limit: 9 })).length, 1);
    },
    { full: () => true },
  );

  check('held mail waits for a decision, scheduled mail for its time', async s => {
    const held = message(s, s.clock.now);
    const heldRecipients = held.recipients.map(one => ({ ...one, state: 'held' as const, dueAt: held.expiresAt }));
    await s.store.queue.accept({ ...held, recipients: heldRecipients });
    const due = s.clock.now + HOUR;
    const timed = message(s, s.clock.now);
    await s.store.queue.accept({
      ...timed,
      recipients: timed.recipients.map(one => ({ ...one, state: 'scheduled' as const, dueAt: due })),
    });
    assert.deepEqual(await s.store.queue.claim({ room: 9, perLane: 9 }), []);
    assert.equal(await s.store.emails.release({ id: held.id }), 1);
    assert.deepEqual(
      (await s.store.queue.claim({ room: 9, perLane: 9 })).map(job => job.emailId),
      [held.id],
    );
    s.clock.now = due;
    assert.deepEqual(
      (await s.store.queue.claim({ room: 9, perLane: 9 })).map(job => job.emailId),
      [timed.id],
    );
    const other = message(s, s.clock.now);
    await s.store.queue.accept(other);
    assert.equal(await s.store.emails.end({ id: other.id, held: false, by: 'test' }), 1);
    assert.equal(await s.store.queue.content(other.id), null);
  });

  check('a lesson counts only over the weights it was computed from, and a reset forgets all but the number', async s => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    const mark = { sketch: randomBytes(64), label: 'spam' as const };
    const lesson = (from: number, lessons: number) => ({
      accountId: 'acc_1',
      layer: { from, lessons, bytes: 4, sealed: Buffer.from([1, 2, 3, lessons]) },
      mark,
    });
    const both = await Promise.all([s.store.learned.teach(lesson(0, 1)), s.store.learned.teach(lesson(0, 1))]);
    assert.deepEqual(both, ['learned', 'stale'], 'two from the same weights');
    assert.equal(await s.store.learned.teach(lesson(1, 2)), 'learned');
    const { version, lessons, bytes, sealed } = await s.store.learned.layer('acc_1');
    assert.deepEqual([version, lessons, bytes, Buffer.from(sealed ?? [])], [2, 2, 4, Buffer.from([1, 2, 3, 2])]);
    assert.deepEqual((await s.store.learned.head('')).version, 0, 'the installation learned nothing');
    assert.equal(await s.store.learned.teach({ accountId: 'acc_none', layer: null, mark }), 'gone');
    assert.equal((await s.store.marks.state()).count, 1, 'one word a campaign');
    await s.store.learned.reset('acc_1');
    assert.deepEqual(await s.store.learned.layer('acc_1'), { version: 3, lessons: 0, bytes: 0, updatedAt: s.clock.now, sealed: null });
    assert.equal((await s.store.marks.state()).count, 0);
    assert.equal(await s.store.learned.teach(lesson(2, 3)), 'stale', 'computed before the reset');
    assert.equal(await s.store.learned.teach(lesson(3, 1)), 'learned');
    await s.store.accounts.remove('acc_1');
    assert.equal((await s.store.learned.head('acc_1')).version, 0, 'gone with the account');
    assert.equal((await s.store.marks.state()).count, 0);
  });

  check('marks are numbered, replaced, bounded and forgotten', async s => {
    const put = (sketch: Buffer, label: 'spam' | 'ham') => s.store.learned.teach({ accountId: '', layer: null, mark: { sketch, label } });
    const [a, b] = [randomBytes(64), randomBytes(64)];
    for (const [sketch, label] of [
      [a, 'spam'],
      [b, 'spam'],
      [a, 'ham'],
    ] as const)
      await put(sketch, label);
    const all = await s.store.marks.after(0);
    assert.deepEqual(
      all.map(one => [one.accountId, Buffer.from(one.sketch), one.label]),
      [
        ['', b, 'spam'],
        ['', a, 'ham'],
      ],
    );
    const { count, last } = await s.store.marks.state();
    assert.deepEqual([count, last], [2, all[1]?.seq]);
    assert.deepEqual(await s.store.marks.after(last), []);
    await Promise.all(Array.from({ length: 2_010 }, () => put(randomBytes(64), 'spam')));
    assert.equal((await s.store.marks.state()).count, 2_000);
    assert.equal(await s.store.marks.forget(s.clock.now + 1), 2_000);
    assert.equal((await s.store.marks.state()).count, 0);
  });

  check('what a copy gets at delivery comes back with the job', async s => {
    const personal = { opens: true, clicks: false, unsubscribe: { oneClick: true, group: 'news' } };
    await s.store.queue.accept(message(s, s.clock.now, { personal }));
    await s.store.queue.accept(message(s, s.clock.now + 1));
    s.clock.now += 10;
    const jobs = await s.store.queue.claim({ room: 9, perLane: 9 });
    assert.deepEqual(
      jobs.map(job => job.personal),
      [personal, null],
    );
  });

  check('opens and clicks are told once a recipient, link and kind of hand', async s => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    const m = message(s, s.clock.now, { accountId: 'acc_1' }, ['a@x.test', 'b@x.test']);
    await s.store.queue.accept(m);
    const tell = (n: number, type: 'opened' | 'clicked', link: number | null, bot: boolean): Promise<boolean> =>
      s.store.engagement.tell({ emailId: m.id, n, type, link, bot, reason: bot ? 'prefetch' : null });
    const first = [
      tell(0, 'opened', null, true),
      tell(0, 'opened', null, false),
      tell(1, 'opened', null, false),
      tell(0, 'clicked', 1, false),
    ];
    assert.deepEqual(await Promise.all(first), [true, true, true, true]);
    const again = [
      tell(0, 'opened', null, true),
      tell(0, 'clicked', 1, false),
      tell(0, 'clicked', 2, false),
      tell(9, 'opened', null, false),
    ];
    assert.deepEqual(await Promise.all(again), [false, false, true, false]);
    const known = await s.store.engagement.of({ emailId: m.id, n: 0 });
    assert.deepEqual([known?.address, known?.fromDomain, known?.deeds.length], ['a@x.test', 'sender.test', 4]);
    await s.store.queue.claim({ room: 9, perLane: 9 });
    await s.store.emails.end({ id: m.id, held: false, by: 'test' });
    await s.store.emails.eraseRecipient('b@x.test');
    assert.ok(await s.store.engagement.of({ emailId: m.id, n: 0 }));
  });

  check('who leaves a group, or all mail, stands in the library once, beside entries that end', async s => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    const sent = async (group: string | null): Promise<string> => {
      const personal = { opens: false, clicks: false, unsubscribe: { oneClick: true, group } };
      const m = message(s, s.clock.now, { accountId: 'acc_1', personal });
      await s.store.queue.accept(m);
      return m.id;
    };
    const leave = (emailId: string): Promise<boolean> =>
      s.store.engagement.leave({ emailId, n: 0, entryId: newId('blk'), pattern: 'a@x.test', oneClick: true });
    const bounce = {
      accountId: 'acc_1',
      action: 'block',
      pattern: 'a@x.test',
      kind: 'address',
      direction: 'recipient',
      reason: null,
    } as const;
    const news = await sent('news');
    assert.equal(await leave(news), true);
    assert.equal(await leave(news), false);
    assert.equal(await leave(await sent('offers')), true);
    assert.equal(await leave(await sent(null)), true);
    await s.store.blocked.put({
      ...bounce,
      id: newId('blk'),
      source: 'bounce',
      class: 'hard_bounce',
      group: null,
      expiresAt: s.clock.now + 1,
    });
    s.clock.now += 2;
    const live = await s.store.blocked.matching({ accountId: 'acc_1', patterns: ['a@x.test'], now: s.clock.now });
    assert.deepEqual(
      live.map(one => [one.group, one.class, one.source].join(' ')).toSorted((a, b) => (a < b ? -1 : 1)),
      ['* unsubscribed unsubscribe', 'news unsubscribed unsubscribe', 'offers unsubscribed unsubscribe'],
    );
    const events = await s.store.events.after({ accountId: 'acc_1', seq: 0, limit: 99, types: ['unsubscribed'] });
    assert.deepEqual(
      events.map(one => [one.recipient, one.data]),
      ['news', 'offers', null].map(group => ['a@x.test', { group, oneClick: true }]),
    );
    assert.deepEqual((await s.store.engagement.groups({ accountId: 'acc_1', address: 'a@x.test' })).toSorted(), ['news', 'offers']);
    assert.deepEqual(await s.store.engagement.groups({ accountId: 'acc_2', address: 'a@x.test' }), []);
    const rejoin = (group: string): Promise<boolean> => s.store.engagement.rejoin({ emailId: news, n: 0, pattern: 'a@x.test', group });
    assert.deepEqual([await rejoin('news'), await rejoin('news'), await rejoin('*'), await rejoin('')], [true, false, true, false]);
    const left = await s.store.blocked.matching({ accountId: 'acc_1', patterns: ['a@x.test'], now: s.clock.now });
    assert.deepEqual(
      left.map(one => one.group),
      ['offers'],
    );
    const elsewhere = await s.store.blocked.matching({ accountId: 'acc_2', patterns: ['a@x.test'], now: s.clock.now });
    assert.deepEqual(elsewhere, []);
  });

  check('with an account go its keys and lists: who takes its name next is not proven by records that still stand in DNS', async s => {
    const { accounts, domains, library } = s.store;
    const key = {
      domain: 'gone.test',
      selector: 's1r',
      algorithm: 'rsa',
      sealed: randomBytes(8),
      public: 'v=DKIM1',
      state: 'active',
    } as const;
    const domain = { name: 'gone.test', challenge: 'c', mayShare: false };
    await accounts.create({ id: 'acc_gone', name: 'x', contact: null });
    assert.equal(await domains.create({ ...domain, accountId: 'acc_gone', keys: [{ ...key, retireAt: null }] }), 'created');
    const of = { id: 'imp_1', accountId: 'acc_gone', list: 'x', feed: null };
    const defaults = { action: 'block', direction: null, subdomains: false, operator: false } as const;
    await library.begin({ ...of, how: { format: 'plain', defaults, mode: 'add' } });
    assert.equal(await accounts.remove('acc_gone'), true);
    assert.deepEqual([await domains.dkim('gone.test'), await library.open(), await library.lists()], [[], [], []]);
    assert.equal(await domains.create({ ...domain, accountId: 'acc_2', keys: [{ ...key, retireAt: null }] }), 'created');
    assert.equal((await domains.dkim('gone.test')).length, 1);
  });

  check('hosts for links: one domain each, in use while a check says that they lead here', async s => {
    const domain = { accountId: 'acc_1', challenge: 'c', keys: [], mayShare: true };
    for (const name of ['links-a.test', 'links-b.test']) await s.store.domains.create({ ...domain, name });
    const set = (name: string, host: string | null): Promise<unknown> => s.store.domains.setTrackingHost({ name, host });
    await set('links-a.test', 'l.links-a.test');
    assert.equal(await set('links-b.test', 'l.links-a.test'), 'taken');
    assert.equal(await set('none.test', null), null);
    const checked = (tracks: boolean | null): Promise<unknown> =>
      s.store.domains.setChecked({ name: 'links-a.test', proven: true, forced: false, checked: '[]', lapsed: false, tracks });
    const since = async (): Promise<number | null | undefined> => (await s.store.domains.byTrackingHost('l.links-a.test'))?.trackingSince;
    const seen: unknown[] = [await since()];
    const at = s.clock.now;
    for (const tracks of [true, null, true, false, null]) {
      await checked(tracks);
      seen.push(await since());
      s.clock.now += 1;
    }
    assert.deepEqual(seen, [null, at, at, at, null, null]);
    await checked(true);
    await set('links-a.test', 'other.links-a.test');
    assert.equal((await s.store.domains.get('links-a.test'))?.trackingSince, null);
    assert.equal(await s.store.domains.byTrackingHost('l.links-a.test'), null);
  });

  check('a webhook moves from where it stood or not at all, tells what waits, and says when it is switched off', async s => {
    const events = [1, 2, 3].map(
      n => ({ type: 'bounced', at: s.clock.now + n * 60_000, accountId: 'acc_w', emailId: null, recipient: null, data: {} }) as const,
    );
    const made = { url: 'https://h.test/', events: ['bounced'], secret: new Uint8Array([1]) };
    const hook = await s.store.webhooks.create({ ...made, id: newId('whk'), accountId: 'acc_w' });
    assert.deepEqual([hook.last, hook.disabledReason], [null, null]);
    await s.store.events.add(events);
    assert.deepEqual(await s.store.webhooks.lag({ hook, most: 2 }), { events: 2, since: s.clock.now + 60_000 });
    const other = { accountId: 'acc_x', events: [], position: 0 };
    assert.deepEqual(await s.store.webhooks.lag({ hook: other, most: 9 }), { events: 0, since: null });
    const last = { at: s.clock.now, status: null, failure: 'timeout' };
    const step = { id: hook.id, failures: 1, failingSince: 5, nextAt: 6, last, disabledReason: null } as const;
    assert.equal(await s.store.webhooks.progress({ ...step, from: hook.position, position: hook.position + 1 }), true);
    assert.equal(await s.store.webhooks.progress({ ...step, from: hook.position, position: hook.position + 2 }), false);
    const now = await s.store.webhooks.get(hook.id);
    assert.deepEqual([now?.position, now?.last, now?.state], [hook.position + 1, last, 'active']);
    const off = { ...step, from: hook.position + 1, position: hook.position + 1, disabledReason: 'failing' } as const;
    assert.deepEqual([await s.store.webhooks.progress(off), await s.store.webhooks.progress(off)], [true, false]);
    const told = await s.store.events.after({ accountId: 'acc_w', seq: hook.position, limit: 9, types: ['webhook_disabled'] });
    assert.deepEqual(
      told.map(({ data }) => [data['webhookId'], data['reason']]),
      [[hook.id, 'failing']],
    );
    const again = await s.store.webhooks.patch({ id: hook.id, state: 'active' });
    assert.deepEqual([again?.state, again?.disabledReason, again?.failures], ['active', null, 0]);
    const before = await s.store.events.before(s.clock.now + 120_000);
    const from = await s.store.events.after({ accountId: 'acc_w', seq: before, limit: 1 });
    assert.equal(from[0]?.at, s.clock.now + 120_000);
  });

  check('addresses for a score and their results end, an address not before its last result', async s => {
    const open = (tokenMac: string, expiresAt: number): Promise<void> =>
      s.store.scoreMail.open({ tokenMac, accountId: 'acc_s', language: 'id', expiresAt });
    const { now } = s.clock;
    await open('mac-1', now + 10);
    await open('mac-2', now + 100);
    assert.equal(await s.store.scoreMail.count({ accountId: 'acc_s', now }), 2);
    assert.equal(await s.store.scoreMail.count({ accountId: 'acc_s', now: now + 10 }), 1);
    const keep = (id: string, at: number): Promise<void> =>
      s.store.scoreMail.keep({ id, tokenMac: 'mac-1', at, expiresAt: at + 50, result: '{}' });
    for (const [id, at] of [
      ['r1', now],
      ['r2', now + 5],
    ] as const)
      await keep(id, at);
    const ids = async (at: number): Promise<readonly string[]> =>
      (await s.store.scoreMail.results({ tokenMac: 'mac-1', now: at, limit: 9 })).map(one => one.id);
    assert.deepEqual([await ids(now), await ids(now + 50), await ids(now + 55)], [['r2', 'r1'], ['r2'], []]);
    await s.store.scoreMail.forget(now + 50);
    assert.equal((await s.store.scoreMail.address('mac-1'))?.language, 'id');
    await s.store.scoreMail.forget(now + 60);
    assert.deepEqual([await s.store.scoreMail.address('mac-1'), await ids(now)], [null, []]);
    assert.equal((await s.store.scoreMail.address('mac-2'))?.expiresAt, now + 100);
  });

  check('what is told after delivery is told once a recipient and kind, also at the same time', async s => {
    const [m, other] = [message(s, s.clock.now, {}, ['a@x.test', 'b@x.test']), message(s, s.clock.now)];
    await s.store.queue.accept(m);
    const event = (type: 'bounced' | 'deferred' | 'complained', recipient: string | null, emailId = m.id): NewEvent => ({
      type,
      at: s.clock.now,
      accountId: null,
      emailId,
      recipient,
      data: { afterDelivery: true },
    });
    const told = (...args: Parameters<typeof event>): ReturnedOutcome => ({ event: event(...args), suppression: null });
    await s.store.events.add([{ ...event('bounced', 'a@x.test'), data: {} }]);
    const both = await Promise.all([1, 2].map(() => s.store.events.addOutcomes([told('bounced', 'a@x.test')])));
    assert.equal(both.filter(one => one.added === 1).length, 1);
    const more = [told('deferred', 'a@x.test'), told('deferred', 'b@x.test'), told('bounced', 'b@x.test'), told('bounced', 'b@x.test')];
    assert.equal((await s.store.events.addOutcomes(more)).added, 2, 'late behind given up is no news');
    assert.equal(
      (await s.store.events.addOutcomes([told('complained', null), told('complained', null), told('complained', null, other.id)])).added,
      2,
    );
  });

  check('paces are kept one row a pair, listed in order and forgotten by age', async s => {
    const row = (ip: string | null, provider: string, used: number, updatedAt = s.clock.now): PaceRow => ({
      ip,
      provider,
      day: 20_833,
      used,
      state: '{"rate":1.5}',
      updatedAt,
    });
    const { paces } = s.store;
    await paces.keep([row('192.0.2.2', 'gmail', 3), row(null, 'qq', 1), row('192.0.2.2', 'aliyun', 2, s.clock.now - HOUR)]);
    await paces.keep([row('192.0.2.2', 'gmail', 4)]);
    const first = { ip: '', provider: '' };
    const all = await paces.list({ ip: undefined, provider: undefined, after: first, limit: 10 });
    assert.deepEqual(all, [row(null, 'qq', 1), row('192.0.2.2', 'aliyun', 2, s.clock.now - HOUR), row('192.0.2.2', 'gmail', 4)]);
    const after = { ip: '192.0.2.2', provider: 'aliyun' };
    assert.deepEqual(await paces.list({ ip: undefined, provider: undefined, after, limit: 10 }), [row('192.0.2.2', 'gmail', 4)]);
    assert.deepEqual(await paces.list({ ip: '', provider: undefined, after: first, limit: 10 }), [row(null, 'qq', 1)]);
    assert.deepEqual(await paces.list({ ip: undefined, provider: 'gmail', after: first, limit: 10 }), [row('192.0.2.2', 'gmail', 4)]);
    assert.equal(await paces.forget(s.clock.now - 1), 1);
    assert.equal((await paces.all()).length, 2);
  });

  check('a session is worth what its key is, and ends with it', async s => {
    const { keys, sessions } = s.store;
    const base = {
      accountId: null,
      kind: 'operator',
      scopes: [],
      domains: null,
      ips: null,
      expiresAt: null,
      sealed: null,
      prefix: null,
    } as const;
    const [day, night] = [
      await keys.create({ ...base, id: 'key_day', name: 'day', mac: randomBytes(32) }),
      { ...base, id: 'key_night', name: 'night' },
    ];
    await keys.create({ ...night, mac: randomBytes(32), expiresAt: s.clock.now + 2 * HOUR });
    const opened = async (keyId: string): Promise<Buffer> => {
      const idMac = randomBytes(32);
      s.clock.now += 1;
      assert.equal(await sessions.open({ idMac, keyId, expiresAt: s.clock.now + 12 * HOUR }), true);
      return idMac;
    };
    const live = async (idMac: Buffer): Promise<boolean> => {
      const found = await sessions.byMac(idMac);
      return found !== null && isLive(found, s.clock.now);
    };
    const first = await opened('key_day');
    assert.deepEqual((await sessions.byMac(first))?.key, day);
    assert.equal(await sessions.byMac(randomBytes(32)), null);
    assert.equal(await sessions.open({ idMac: randomBytes(32), keyId: 'key_gone', expiresAt: s.clock.now + HOUR }), false);
    s.clock.now += HOUR - 1_000;
    await sessions.touch(first);
    s.clock.now += HOUR - 1_000;
    assert.equal(await live(first), true, 'used meanwhile');
    s.clock.now += 2_000;
    assert.equal(await live(first), false, 'idle');
    const other = await opened('key_night');
    assert.equal(await live(other), false, 'its key is over');
    assert.equal(await sessions.forget(s.clock.now), 1, 'the idle one');
    assert.equal(await sessions.byMac(first), null);

    const many: Buffer[] = [];
    for (let n = 0; n < SESSIONS_PER_KEY + 3; n++) many.push(await opened('key_day'));
    const states = await Promise.all(many.map(live));
    assert.deepEqual(
      states,
      many.map((_, n) => n >= 3),
      'those idle for longest made room',
    );
    await sessions.end(many[10] as Buffer);
    assert.equal(await live(many[10] as Buffer), false);
    assert.equal(await sessions.endAll('key_day'), SESSIONS_PER_KEY - 1);
    const again = await opened('key_day');
    await keys.remove({ id: 'key_day', accountId: null });
    assert.equal(await sessions.byMac(again), null);
    await keys.setOperator({ id: 'key_first', name: 'operator', mac: randomBytes(32), prefix: 'op_first' });
    const byFirst = await opened('key_first');
    await keys.setOperator({ id: 'key_second', name: 'operator', mac: randomBytes(32), prefix: null });
    assert.equal(await sessions.byMac(byFirst), null, 'the operator’s key was replaced');
  });

  check('keys and SMTP logins tell when they were used last, and a key of before gets its prefix then', async s => {
    const { keys, credentials } = s.store;
    const base = { accountId: null, kind: 'operator', scopes: [], domains: null, ips: null, expiresAt: null, sealed: null } as const;
    const made = await keys.create({ ...base, id: 'key_new', name: 'new', prefix: 'op_abcdef', mac: randomBytes(32) });
    assert.deepEqual([made.prefix, made.lastUsedAt], ['op_abcdef', null]);
    await keys.setOperator({ id: 'key_old', name: 'old', mac: randomBytes(32), prefix: null });
    await credentials.create({ id: 'crd_1', accountId: 'acc_1', name: 'printer', username: 'smtp_1', mac: randomBytes(32) });
    assert.equal((await credentials.get('crd_1'))?.lastUsedAt, null);
    s.clock.now += HOUR;
    await keys.used({ id: 'key_new', prefix: null });
    await keys.used({ id: 'key_old', prefix: 'op_fedcba' });
    await credentials.used('crd_1');
    const used = [await keys.get('key_new'), await keys.get('key_old'), await credentials.get('crd_1')];
    assert.deepEqual(
      used.map(one => one?.lastUsedAt),
      [s.clock.now, s.clock.now, s.clock.now],
    );
    assert.deepEqual([(await keys.get('key_new'))?.prefix, (await keys.get('key_old'))?.prefix], ['op_abcdef', 'op_fedcba']);
    await keys.used({ id: 'key_old', prefix: 'op_other_' });
    assert.equal((await keys.get('key_old'))?.prefix, 'op_fedcba');
  });

  check('the audit log is found by who, what, for whom and when', async s => {
    const { audit } = s.store;
    const row = { actor: 'operator:day', action: 'key.create', object: 'key_1', detail: null, accountId: 'acc_1', requestId: 'req_1' };
    await audit.add(row);
    s.clock.now += HOUR;
    await audit.add({ ...row, actor: 'operator:night', action: 'key.delete', accountId: null });
    await audit.add({ ...row, action: 'keyring', detail: 'x', object: 'a@x.test' });
    const found = async (ask: object): Promise<string[]> =>
      (await audit.list({ before: 1_000, limit: 10, ...ask })).map(one => `${one.actor} ${one.action}`);
    assert.deepEqual(await found({}), ['operator:day keyring', 'operator:night key.delete', 'operator:day key.create']);
    assert.deepEqual(await found({ actor: 'operator:night' }), ['operator:night key.delete']);
    assert.deepEqual(await found({ action: 'key' }), ['operator:night key.delete', 'operator:day key.create']);
    assert.deepEqual(await found({ action: 'key.create' }), ['operator:day key.create']);
    assert.deepEqual(await found({ action: 'k%' }), []);
    assert.deepEqual(await found({ accountId: 'acc_1' }), ['operator:day keyring', 'operator:day key.create']);
    assert.deepEqual(await found({ since: s.clock.now }), ['operator:day keyring', 'operator:night key.delete']);
    assert.deepEqual(await found({ until: s.clock.now, actor: 'operator:day' }), ['operator:day key.create']);
    const [last] = await audit.list({ before: 1_000, limit: 1 });
    assert.deepEqual({ ...last, seq: 0 }, { ...row, seq: 0, at: s.clock.now, action: 'keyring', detail: 'x', object: 'a@x.test' });
    await s.store.emails.eraseRecipient('a@x.test');
    assert.equal((await audit.list({ before: 1_000, limit: 1 }))[0]?.object, '', 'erased with the person');
    assert.equal(await audit.forget(s.clock.now), 1);
  });

  check('who is erased stands in no reply of a peer either', async s => {
    const data = { attempt: { reply: '550 5.1.1 <a@x.test>: unknown' } };
    await s.store.events.add([{ at: s.clock.now, type: 'bounced', accountId: 'acc_1', emailId: 'msg_1', recipient: 'A@x.test', data }]);
    await s.store.emails.eraseRecipient('a@X.test');
    const [told] = await s.store.events.ofEmail('msg_1');
    assert.deepEqual([told?.recipient, told?.data], [null, { attempt: { reply: '550 5.1.1 <>: unknown' } }]);
  });

  check('a fingerprint outlives its mail for a day', async s => {
    const sketch = randomBytes(64);
    const m = message(s, s.clock.now, { sketch });
    await s.store.queue.accept(m);
    const kept = async (): Promise<Buffer | null> => {
      const found = await s.store.emails.sketch({ id: m.id, finalAfter: s.clock.now - 24 * HOUR });
      return found && Buffer.from(found);
    };
    assert.deepEqual(await kept(), sketch);
    s.clock.now += 48 * HOUR;
    assert.equal(await s.store.emails.forgetSketches({ before: s.clock.now, limit: 10 }), 0, 'it waits still');
    assert.deepEqual(await kept(), sketch);
    assert.equal(await s.store.emails.end({ id: m.id, held: false, by: 'test' }), 1);
    s.clock.now += 23 * HOUR;
    assert.deepEqual(await kept(), sketch);
    s.clock.now += 2 * HOUR;
    assert.equal(await kept(), null, 'not told any more');
    assert.equal(await s.store.emails.forgetSketches({ before: s.clock.now - 24 * HOUR, limit: 10 }), 1);
    assert.equal(await s.store.emails.sketch({ id: m.id, finalAfter: 0 }), null, 'and gone');
  });

  check('sending IPs: checks go through the states, changes are in the audit log, pool and days of use stay', async s => {
    const { sendingIps, audit } = s.store;
    const ip = '192.0.2.9';
    const looks = (state: 'ok' | 'fail'): readonly Look[] =>
      ['address', 'ptr', 'forward', 'helo', 'dnsbl/x.test'].map(name => ({
        name,
        state: name === 'dnsbl/x.test' ? state : 'ok',
        found: `${name} seen`,
        expected: null,
        fix: null,
      }));
    const check = (state: 'ok' | 'fail', warmed: boolean | null = null): Promise<SendingIp> =>
      sendingIps.recordCheck({ ip, looks: looks(state), helo: 'mx.test', warmed });
    assert.equal(await sendingIps.get(ip), null);
    await sendingIps.setPool({ ip, pool: 'shop' });
    assert.equal((await sendingIps.get(ip))?.state, 'resting', 'not checked yet');
    assert.equal((await check('ok')).state, 'warming');
    await sendingIps.markUsed({ ip, day: 20_000 });
    await sendingIps.markUsed({ ip, day: 20_000 });
    assert.equal((await check('ok', true)).state, 'good');
    const listed = await check('fail');
    assert.deepEqual([listed.state, listed.reason, listed.pool, listed.usedDays], ['resting', 'dnsbl/x.test seen', 'shop', 1]);
    assert.deepEqual(await sendingIps.sources(), [{ ip, state: 'resting', reason: 'dnsbl/x.test seen', helo: 'mx.test', pool: 'shop' }]);
    assert.deepEqual(await sendingIps.get(ip), listed);
    assert.equal((await sendingIps.rest({ ip, reason: 'mine', by: 'operator:x' })).reason, 'mine');
    await check('ok');
    await check('ok');
    assert.equal((await sendingIps.resume({ ip, by: 'operator:x' })).state, 'good');
    const told = (await audit.list({ before: 1_000, limit: 100 })).filter(one => one.action === 'sending_ip.state');
    assert.deepEqual(
      told.map(one => [one.actor, one.object, one.detail]),
      [
        ['operator:x', ip, 'resting -> good'],
        ['sesame', ip, 'good -> resting: dnsbl/x.test seen'],
        ['sesame', ip, 'warming -> good'],
        ['sesame', ip, 'resting -> warming'],
      ],
    );
    assert.equal((await sendingIps.declareWarm({ ip: '192.0.2.10', by: 'operator:x' })).before, 'good');
    assert.equal((await sendingIps.list()).length, 2);
  });

  check('pools: members are whole lists, an IP is in one pool, what is in use is not removed', async s => {
    const { pools, sendingIps, accounts } = s.store;
    await accounts.create({ id: 'acc_1', name: 'One', contact: null });
    const poolsOf = async (): Promise<readonly string[]> => (await sendingIps.sources()).map(one => `${one.ip} ${one.pool}`);
    assert.deepEqual(await pools.list(), [{ name: 'shared', accounts: [], createdAt: null }]);
    assert.deepEqual(await pools.create({ name: 'a', ips: ['192.0.2.1'], accounts: ['acc_none'] }), { unknown: 'acc_none' });
    assert.equal(await pools.get('a'), null, 'nothing of it was made');
    assert.equal(await pools.create({ name: 'a', ips: ['192.0.2.1', '192.0.2.2'], accounts: ['acc_1', 'acc_1'] }), 'created');
    assert.equal(await pools.create({ name: 'a', ips: [], accounts: [] }), 'exists');
    assert.equal(await pools.create({ name: 'shared', ips: [], accounts: [] }), 'exists');
    assert.equal(await pools.create({ name: 'b', ips: ['192.0.2.2'], accounts: [] }), 'created');
    assert.deepEqual(await poolsOf(), ['192.0.2.1 a', '192.0.2.2 b']);
    assert.deepEqual(await pools.givenTo('acc_1'), ['a']);
    assert.equal(await pools.set({ name: 'a', ips: ['192.0.2.2'], accounts: null }), 'set');
    assert.deepEqual(await poolsOf(), ['192.0.2.1 shared', '192.0.2.2 a']);
    assert.deepEqual((await pools.get('a'))?.accounts, ['acc_1']);
    const account = await accounts.patch({ id: 'acc_1', pool: 'a', risk: 'risky' });
    assert.deepEqual([account?.pool, account?.risk], ['a', 'risky']);
    assert.deepEqual(await pools.remove('a'), { inUse: 'acc_1' });
    await accounts.patch({ id: 'acc_1', pool: null });
    assert.equal(await pools.remove('a'), 'removed');
    assert.equal(await pools.remove('a'), 'none');
    assert.deepEqual([await poolsOf(), await pools.givenTo('acc_1')], [['192.0.2.1 shared', '192.0.2.2 shared'], []]);
    await pools.set({ name: 'b', ips: null, accounts: ['acc_1'] });
    await accounts.remove('acc_1');
    assert.deepEqual((await pools.get('b'))?.accounts, [], 'gone with the account');
  });

  check('the pool that a mail named is claimed with it', async s => {
    await s.store.queue.accept(message(s, s.clock.now, { pool: 'shop' }));
    await s.store.queue.accept(message(s, s.clock.now, {}, ['a@y.test']));
    const jobs = await s.store.queue.claim({ room: 9, perLane: 9 });
    assert.deepEqual(jobs.map(job => `${job.lane} ${job.pool ?? null}`).toSorted(), ['mx:x.test shop', 'mx:y.test null']);
  });

  check('a domain begins with a policy in trial; whether it receives is told by routes that are active, of its own account', async s => {
    const domain = { accountId: 'acc_1', challenge: 'x', keys: [], mayShare: false };
    await s.store.domains.create({ ...domain, name: 'a_b.test' });
    assert.equal((await s.store.domains.get('a_b.test'))?.mtaSts, 'testing');
    assert.equal((await s.store.domains.setPolicy({ name: 'a_b.test', tls: 'required', mtaSts: 'enforce' }))?.mtaSts, 'enforce');
    assert.equal(await s.store.domains.setPolicy({ name: 'none.test', tls: 'required', mtaSts: 'none' }), null);
    const receives = (accountId = 'acc_1'): Promise<boolean> => s.store.routes.receives({ accountId, domain: 'a_b.test' });
    const route = {
      accountId: 'acc_1',
      action: { kind: 'drop' },
      onSpam: 'mark',
      onVirus: 'reject',
      onUnscannable: 'reject',
      onDmarcFail: 'mark',
      includeRaw: false,
      secret: null,
      confirmMac: null,
    } as const;
    await s.store.routes.create({ ...route, id: 'rt_1', match: 'axb.test', state: 'active' });
    await s.store.routes.create({ ...route, id: 'rt_2', match: 'me@axb.test', state: 'active' });
    await s.store.routes.create({ ...route, id: 'rt_3', match: 'me@a_b.test', state: 'pending' });
    assert.equal(await receives(), false);
    await s.store.routes.confirm('rt_3');
    assert.deepEqual([await receives(), await receives('acc_2')], [true, false]);
    await s.store.routes.remove({ id: 'rt_3', accountId: 'acc_1' });
    for (const match of ['a_b.test', '@a_b.test']) {
      assert.equal(await receives(), false);
      await s.store.routes.create({ ...route, id: `rt_${match}`, match, state: 'active' });
      assert.equal(await receives(), true, match);
      await s.store.routes.remove({ id: `rt_${match}`, accountId: 'acc_1' });
    }
  });

  check('an epoch key is destroyed after its first final message, and what waits lives on under another', async s => {
    const [done, waits] = [message(s, s.clock.now, {}, ['a@x.test']), message(s, s.clock.now, {}, ['a@y.test'])];
    await s.store.queue.accept(done);
    await s.store.queue.accept(waits);
    const sealedBefore = await s.store.queue.content(waits.id);
    assert.ok(sealedBefore);
    for (const job of await s.store.queue.claim({ room: 9, perLane: 9 })) {
      const result = job.emailId === done.id ? final(0, 'delivered') : later(0, s.clock.now + 5 * HOUR);
      await s.store.queue.settle({ emailId: job.emailId, fence: job.fence, results: [result], events: [], owed: [] });
    }
    s.clock.now += 9 * 60_000;
    while (await s.loop.turn());
    assert.throws(() => s.vault.open(waits.id, sealedBefore), EpochGone);
    const sealedAfter = await s.store.queue.content(waits.id);
    assert.ok(sealedAfter);
    assert.equal(s.vault.open(waits.id, sealedAfter).toString(), 'hello');
    assert.notEqual(sealedAfter.epoch, sealedBefore.epoch);
  });

  check('rules of TLS by destination: written over, bounded, removed', async s => {
    const { destinations } = s.store;
    assert.equal(await destinations.put({ pattern: '*.bank.test', level: 'verified', names: ['mx.bank.test'], most: 2 }), 'put');
    assert.equal(await destinations.put({ pattern: '*', level: 'required', names: [], most: 2 }), 'put');
    assert.equal(await destinations.put({ pattern: 'more.test', level: 'required', names: [], most: 2 }), 'full');
    assert.equal(await destinations.put({ pattern: '*', level: 'verified', names: [], most: 2 }), 'put');
    assert.deepEqual(await destinations.list({ after: '', limit: 9 }), [
      { pattern: '*', level: 'verified', names: [] },
      { pattern: '*.bank.test', level: 'verified', names: ['mx.bank.test'] },
    ]);
    assert.equal(await destinations.remove('*'), true);
    assert.equal(await destinations.remove('*'), false);
    assert.equal(await destinations.get('*'), null);
  });

  check('MTA-STS policies and what is known of hosts are kept until they end', async s => {
    const { sts, peers } = s.store;
    const policy = { mode: 'enforce', mx: ['*.x.test'], maxAge: 3_600 } as const;
    const cached = { policy, id: 'one', fetchedAt: s.clock.now };
    await sts.keep({ domain: 'x.test', cached, failedAt: null });
    await sts.keep({ domain: 'y.test', cached: null, failedAt: s.clock.now });
    assert.deepEqual(await sts.get('x.test'), { cached, failedAt: null });
    assert.deepEqual(await sts.get('y.test'), { cached: null, failedAt: s.clock.now });
    await sts.forget(s.clock.now + 1);
    assert.equal(await sts.get('y.test'), null);
    assert.ok(await sts.get('x.test'));
    await sts.forget(s.clock.now + 2 * HOUR);
    assert.equal(await sts.get('x.test'), null);
    await peers.put({ host: 'mx.x.test', offeredAt: 5, troubleAt: null });
    await peers.put({ host: 'mx.x.test', offeredAt: 5, troubleAt: 9 });
    await peers.put({ host: 'old.test', offeredAt: null, troubleAt: 2 });
    await peers.forget(6);
    assert.deepEqual(await peers.get('mx.x.test'), { offeredAt: 5, troubleAt: 9 });
    assert.equal(await peers.get('old.test'), null);
  });
}
