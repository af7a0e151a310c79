// What every store must do, said once and run on SQLite, PGlite and PostgreSQL.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '../src/engines/ids.ts';
import { EpochGone } from '../src/engines/keys/vault.ts';
import type { PaceRow } from '../src/engines/store/control/paces.ts';
import type { InlineStore } from '../src/engines/store/inline.ts';
import type { NewMessage, NewRecipient, SettledRecipient } from '../src/engines/store/types.ts';

export type Opened = InlineStore & { readonly clock: { now: number } };
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
    smtpUtf8: false,
    eightBit: false,
    ret: null,
    envid: null,
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
    assert.deepEqual(first.kind === 'queued' && first.leased, ['mx:x.test']);
    await s.store.queue.accept(message(s, s.clock.now, { lease: false }));
    const second = await s.store.queue.accept(message(s, s.clock.now, { lease: true }));
    assert.deepEqual(second.kind === 'queued' && second.leased, [], 'the lane has a backlog');
    assert.equal((await s.store.queue.claim({ room: 10, perLane: 10 })).length, 2);
    const third = await s.store.queue.accept(message(s, s.clock.now, { lease: true }));
    assert.deepEqual(third.kind === 'queued' && third.leased, ['mx:x.test'], 'the backlog is gone');
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
    await s.store.accounts.patch({ id: 'acc_1', quota: { perDay: 3, perSecond: 10 } });
    const mine = (to: readonly string[]): NewMessage => message(s, s.clock.now, { accountId: 'acc_1' }, to);
    assert.equal((await s.store.queue.accept(mine(['a@x.test', 'b@x.test']))).kind, 'queued');
    assert.deepEqual(await s.store.queue.accept(mine(['a@x.test', 'b@x.test'])), { kind: 'quota', perDay: 3 });
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
}
