// What every store must do with the standing of accounts: what happened is kept with its commit, what follows is in the same one, a dry run
// over what is kept gives what was decided, and a suspension holds a queue of any length. Run on each database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Told } from '../src/engines/store/types.ts';
import { advanced, type Account } from '../src/standing/account.ts';
import { DAY_MS, HOUR_MS, KEPT_MS, NOTICE_MS, PROBATION_MS } from '../src/standing/bounds.ts';
import { replayedFrom } from '../src/standing/replay.ts';
import { RULES } from '../src/standing/rules.ts';
import { waitingIsTrue } from './queue-contract.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const ACC = 'acc_1';
const eicar: Told = { kind: 'malware', class: 'infected', name: 'EICAR', file: 'f1', emailId: null };
const accepted = (recipients: number, campaign?: number): Told => ({
  kind: 'accepted',
  mails: recipients,
  recipients,
  sketch: campaign === undefined ? null : sketchOf(campaign),
});
const delivered = (recipients: number): Told => ({ kind: 'delivered', recipients });
const hard = (recipients: number): Told => ({
  kind: 'bounced',
  recipients,
  class: 'hard',
  reason: 'userunknown',
  reply: '550 5.1.1 no such user',
  emailId: 'msg_1',
});
/** Sixteen numbers: sketches with none in common are different campaigns. */
const sketchOf = (campaign: number): readonly number[] => Array.from({ length: 16 }, (_, i) => campaign * 100 + i);
const spam = (campaign: number, to: string): Told => ({
  kind: 'spam',
  pattern: false,
  sketch: sketchOf(campaign),
  recipients: [to],
  findings: ['x'],
});

/** What an older version had none of. */
type Older = {
  readonly counters: {
    firstLogin?: unknown;
    readonly distinct: Record<string, unknown>;
    readonly hours: readonly { readonly counts: number[] }[];
  };
};

export function standingContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>): void => {
    test(`${name}: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        for (const id of [ACC, 'acc_2']) {
          await s.store.accounts.create({ id, name: id, contact: null });
          await s.store.accounts.patch({ id, quotaSet: { perDay: 1_000_000, perSecond: 1_000 } });
        }
        await body(s);
        await waitingIsTrue(s);
      } finally {
        await s.close();
      }
    });
  };
  const tell = (s: Opened, ...told: readonly Told[]): Promise<void> => s.store.standing.tell({ accountId: ACC, told });
  const state = async (s: Opened, id = ACC): Promise<string | undefined> => (await s.store.accounts.get(id))?.state;
  const standingEvents = async (s: Opened): Promise<readonly { type: string; at: number; data: Readonly<Record<string, unknown>> }[]> =>
    (await s.store.events.after({ accountId: ACC, seq: 0, limit: 1_000, types: ['warned', 'limited', 'suspended', 'reinstated'] })).map(
      ({ type, at, data }) => ({ type, at, data }),
    );
  const tick = (s: Opened): Promise<number> => s.store.standing.tick({ limit: 100 });
  /** A second is over, and another account has a commit. */
  const aSecond = async (s: Opened): Promise<void> => {
    s.clock.now += 1_000;
    await s.store.standing.tell({ accountId: 'acc_2', told: [] });
  };
  /** The live decision, the rows folded anew, and the events that were told: all the same. */
  const isReplayed = async (s: Opened): Promise<Account> => {
    await tick(s);
    const base = await s.store.standing.base(ACC);
    assert.ok(base);
    const rows = await s.store.standing.events({ accountId: ACC, after: base.through, limit: 100_000 });
    const dry = replayedFrom(
      RULES,
      base.account,
      rows.map(one => one.event),
      s.clock.now,
    );
    const live = await s.store.standing.get(ACC);
    assert.ok(live);
    assert.deepEqual(dry.account, advanced(RULES, live.account, s.clock.now).account);
    const told = await standingEvents(s);
    assert.deepEqual(
      dry.changes.map(one => [one.to === 'active' ? 'reinstated' : one.to, one.at, one.reason]),
      told.slice(-dry.changes.length || told.length).map(one => [one.type, one.at, one.data['reason']]),
    );
    assert.equal(await state(s), dry.account.standing.state);
    return dry.account;
  };

  check('malware suspends in its own commit: what comes behind it in the same one is refused, another account’s is not', async s => {
    const mail = (accountId: string): ReturnType<typeof s.store.queue.accept> =>
      s.store.queue.accept(message(s, s.clock.now, { accountId, told: [accepted(1)] }));
    const [before, , behind, other] = await Promise.all([mail(ACC), tell(s, eicar), mail(ACC), mail('acc_2')]);
    assert.deepEqual([before?.kind, behind?.kind, other?.kind], ['queued', 'suspended', 'queued']);
    assert.deepEqual([await state(s), await state(s, 'acc_2')], ['suspended', 'active']);
    const [event] = await standingEvents(s);
    const { reason, by, evidence } = event?.data ?? {};
    assert.deepEqual([event?.type, reason, by], ['suspended', 'malware', 'rules']);
    assert.deepEqual(evidence, [{ at: s.clock.now, rule: 'malware', emailId: null, detail: 'EICAR' }]);
    assert.equal((await s.store.standing.get(ACC))?.suspension?.reason, 'malware');
    await isReplayed(s);
  });

  check('a rate is told first: limited at once, suspended when the notice is over, back on probation with new counters', async s => {
    await tell(s, accepted(60), ...Array.from({ length: 24 }, (_, i) => spam(i % 3, `r${i}`)));
    assert.equal(await state(s), 'limited');
    s.clock.now += NOTICE_MS - 1;
    await tick(s);
    assert.equal(await state(s), 'limited');
    s.clock.now += 1;
    await tick(s);
    assert.equal(await state(s), 'suspended');
    await isReplayed(s);
    await s.store.accounts.setState({ id: ACC, state: 'active', reason: 'a mistake', by: 'operator:ann' });
    const { counters, standing } = await isReplayed(s);
    assert.deepEqual([standing.state, standing.probationUntil, counters.hours], ['active', s.clock.now + PROBATION_MS, []]);
    assert.deepEqual(
      (await standingEvents(s)).map(one => [one.type, one.data['by'], one.data['reason']]),
      [
        ['limited', 'rules', 'spam'],
        ['suspended', 'rules', 'spam'],
        ['reinstated', 'operator:ann', 'a mistake'],
      ],
    );
  });

  check('one campaign counts once, however often, also when the writer begins anew from what is kept', async s => {
    await tell(s, ...Array.from({ length: 24 }, () => spam(1, 'one')));
    const live = await s.store.standing.get(ACC);
    assert.equal(live?.account.counters.distinct.fingerprints.length, 1);
    await tell(s, spam(2, 'one'), spam(3, 'one'));
    assert.equal((await s.store.standing.get(ACC))?.account.counters.distinct.fingerprints.length, 3);
  });

  check('what is taken and delivered is gathered for a second, and before anything that counts against the account', async s => {
    const rows = async (): Promise<readonly string[]> =>
      (await s.store.standing.events({ accountId: ACC, after: 0, limit: 99 })).map(one => JSON.stringify({ ...one.event, at: 0 }));
    for (let n = 0; n < 5; n++) await tell(s, accepted(2), delivered(1));
    assert.deepEqual(await rows(), []);
    await aSecond(s);
    assert.deepEqual(await rows(), [
      '{"kind":"accepted","mails":10,"recipients":10,"newTemplates":0,"at":0}',
      '{"kind":"delivered","recipients":5,"at":0}',
    ]);
    await tell(s, accepted(1), hard(1));
    assert.deepEqual(
      (await rows()).slice(2).map(one => (JSON.parse(one) as { kind: string }).kind),
      ['accepted', 'bounced'],
    );
  });

  check('any month of mail: dry run, live decision and what was told are the same, also after old events were folded away', async s => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const kinds: readonly (() => Told)[] = [
      () => accepted(1 + random(300)),
      () => delivered(1 + random(200)),
      () => hard(1 + random(25)),
      () => spam(random(9), `r${random(99)}`),
      () => ({ kind: 'complained', feedbackType: 'abuse', emailId: null }),
      () => ({ kind: 'blocked', recipients: 1 + random(40), emailId: null }),
      () => ({ kind: 'login', network: `n${random(30)}` }),
      () => ({ kind: 'login', network: `m${random(3_000)}` }),
      () => ({ kind: 'failed_login', network: `f${random(60)}` }),
      () => accepted(1 + random(4_000), random(60)),
    ];
    for (let day = 0; day < 24; day++) {
      for (let n = 0; n < 8; n++) {
        await tell(s, (kinds[random(kinds.length)] as (typeof kinds)[number])());
        s.clock.now += random(6 * HOUR_MS);
        if (random(3) === 0) await tick(s);
      }
      if (random(6) === 0 && (await state(s)) === 'suspended')
        await s.store.accounts.setState({ id: ACC, state: 'active', reason: 'again', by: 'op' });
      if (day % 12 === 11) {
        await isReplayed(s);
        while ((await s.store.standing.forget({ before: s.clock.now - KEPT_MS / 3, limit: 30 })) > 0);
        await isReplayed(s);
      }
    }
    assert.ok((await standingEvents(s)).length > 3);
    const [oldest] = await s.store.standing.events({ accountId: ACC, after: 0, limit: 1 });
    assert.ok(oldest && oldest.event.at > s.clock.now - 20 * DAY_MS);
  });

  /** Ten days: a login from home and a campaign that is known, each day. */
  const goodDays = async (s: Opened): Promise<void> => {
    for (let day = 0; day < 10; day++) {
      await tell(s, { kind: 'login', network: 'home' }, accepted(100, 1), delivered(100));
      await aSecond(s);
      s.clock.now += DAY_MS;
    }
  };

  check('a stolen password: a network never seen, a new campaign and ten times the mail limit, and the dry run sees the same', async s => {
    await goodDays(s);
    await tell(s, { kind: 'login', network: 'far' }, accepted(600, 1), accepted(1_400, 2));
    await aSecond(s);
    assert.equal(await state(s), 'limited');
    const [event] = await standingEvents(s);
    assert.equal(event?.data['reason'], 'new_templates');
    const rules = event?.data['rules'] as readonly { readonly id: string; readonly hits: number; readonly among: number }[];
    assert.deepEqual(
      rules.map(one => [one.id, one.hits, one.among]),
      [
        ['sudden_change', 2_000, null],
        ['new_templates', 1_400, 2_000],
      ],
    );
    await isReplayed(s);
    s.clock.now += 2 * HOUR_MS;
    await isReplayed(s);
    assert.equal(await state(s), 'warned');
  });

  check('a guessed password is told at once, and failures alone are not', async s => {
    await goodDays(s);
    await tell(s, ...Array.from({ length: 30 }, (_, n): Told => ({ kind: 'failed_login', network: `f${n}` })));
    assert.equal(await state(s), 'active');
    await tell(s, { kind: 'login', network: 'home' });
    assert.equal(await state(s), 'active');
    await tell(s, { kind: 'login', network: 'far' });
    assert.deepEqual(
      (await standingEvents(s)).map(one => [one.type, one.data['reason']]),
      [['warned', 'credential_stuffing']],
    );
    await isReplayed(s);
  });

  check('what an older version kept goes on', async s => {
    await goodDays(s);
    const row = await s.db.get('SELECT live, base FROM standing WHERE account_id = ?', [ACC]);
    const old = (text: string): string => {
      const all = JSON.parse(text) as Partial<Older & { readonly account: Older }> & { sent?: unknown };
      const { counters } = (all.account ?? all) as Older;
      delete all.sent;
      delete counters.firstLogin;
      for (const kind of ['newNetworks', 'failedNetworks', 'guesses']) delete counters.distinct[kind];
      for (const hour of counters.hours) hour.counts.length = 11;
      return JSON.stringify(all);
    };
    await s.db.run('UPDATE standing SET live = ?, base = ? WHERE account_id = ?', [
      old(row?.['live'] as string),
      old(row?.['base'] as string),
      ACC,
    ]);
    const kept = await s.store.standing.get(ACC);
    assert.deepEqual(kept?.account.counters.distinct.newNetworks, []);
    assert.ok(kept?.account.counters.hours.every(one => one.counts.every(Number.isFinite)));
    await isReplayed(s);
  });

  check('a command that fails counts nothing', async s => {
    const mail = message(s, s.clock.now, { accountId: ACC, told: [accepted(3), hard(1)] });
    assert.equal((await s.store.queue.accept(mail)).kind, 'queued');
    const before = await s.store.standing.get(ACC);
    await assert.rejects(s.store.queue.accept(mail), 'the same id again');
    assert.deepEqual(await s.store.standing.get(ACC), before);
    await tell(s, hard(1));
    await isReplayed(s);
  });

  check('a long queue is held and let go in steps; what was to go later goes then', async s => {
    const later = s.clock.now + DAY_MS;
    const put = (n: number, over: object = {}): Promise<unknown> =>
      s.store.queue.accept(message(s, s.clock.now, { accountId: ACC, ...over }, [`a@d${n % 7}.test`]));
    await Promise.all(Array.from({ length: 600 }, (_, n) => put(n)));
    const scheduled = message(s, s.clock.now, { accountId: ACC, sendAt: later });
    const recipients = scheduled.recipients.map(one => ({ ...one, state: 'scheduled' as const, dueAt: later }));
    await s.store.queue.accept({ ...scheduled, recipients });
    await s.store.queue.accept(message(s, s.clock.now, { accountId: 'acc_2' }));
    const count = async (which: string): Promise<number> => (await s.store.emails.waiting()).find(one => one.state === which)?.count ?? 0;
    await s.store.accounts.setState({ id: ACC, state: 'suspended', reason: 'test', by: 'op' });
    assert.ok((await count('held')) < 600, 'the commit of the suspension is short');
    while (await s.loop.turn());
    assert.equal(await count('held'), 601);
    assert.deepEqual(
      (await s.store.queue.claim({ room: 9, perLane: 9 })).map(job => job.accountId),
      ['acc_2'],
    );
    await waitingIsTrue(s);
    await s.store.accounts.setState({ id: ACC, state: 'active', reason: 'test', by: 'op' });
    // Suspended and back before the walk was over: the last word counts.
    await s.store.accounts.setState({ id: ACC, state: 'suspended', reason: 'test', by: 'op' });
    await s.store.accounts.setState({ id: ACC, state: 'active', reason: 'test', by: 'op' });
    while (await s.loop.turn());
    assert.deepEqual([await count('held'), await count('scheduled')], [0, 1]);
    assert.equal((await s.store.queue.claim({ room: 50, perLane: 9 })).length, 50);
    assert.equal((await s.store.emails.recipients(scheduled.id))[0]?.dueAt, later);
  });

  check('a door that saw the suspension and settles after the reinstatement holds nothing', async s => {
    const mail = message(s, s.clock.now, { accountId: ACC });
    await s.store.queue.accept(mail);
    const [job] = await s.store.queue.claim({ room: 1, perLane: 1 });
    assert.ok(job);
    await s.store.accounts.setState({ id: ACC, state: 'suspended', reason: 'test', by: 'op' });
    await s.store.accounts.setState({ id: ACC, state: 'active', reason: 'test', by: 'op' });
    const held = { n: 0, state: 'held', dueAt: mail.expiresAt, warned: false, unknownSince: null, attempt: null } as const;
    await s.store.queue.settle({ emailId: mail.id, fence: job.fence, results: [held], events: [], owed: [] });
    assert.equal((await s.store.queue.claim({ room: 1, perLane: 1 })).length, 1);
  });

  check('an account that is gone leaves nothing of its standing', async s => {
    await tell(s, eicar);
    assert.equal(await s.store.accounts.remove(ACC), true);
    for (const table of ['standing', 'standing_events', 'holds'])
      assert.deepEqual(await s.db.all(`SELECT * FROM ${table} WHERE account_id = ?`, [ACC]), []);
    await tell(s, eicar);
    assert.deepEqual(await s.db.all('SELECT * FROM standing_events', []), []);
  });
}
