// A simulated month: two accounts with two domains each write to five mailbox providers through the store's own functions, by a clock and a
// chance of the test. The counters must equal what the test did, exactly; the reputation must tell the good from the bad, and why.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newReputations, type ReputationOf } from '../api/reputation.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { SettledRecipient } from '../engines/store/types.ts';
import type { Attempt, Job, NewEvent } from '../mail.ts';
import { randomFrom } from '../../test/random.ts';
import { message } from '../../test/store-contract.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00Z');
const DAYS = 30;
const PROVIDERS = ['gmail', 'outlook', 'yahoo', 'icloud', 'other'] as const;
const MAILS_A_DAY = 4;
const EACH = 6;
/** Chances by recipient. `block`: at outlook only, so that the providers differ. */
type Sender = {
  readonly id: string;
  readonly domains: readonly string[];
  readonly ip: string;
  readonly hard: number;
  readonly block: number;
  readonly complains: number;
  readonly opens: number;
  readonly spam: number;
};
const SENDERS: readonly Sender[] = [
  { id: 'acc_good', domains: ['good.test', 'better.test'], ip: '192.0.2.1', hard: 0.005, block: 0, complains: 0.0005, opens: 0.3, spam: 0 },
  { id: 'acc_bad', domains: ['bad.test', 'worse.test'], ip: '192.0.2.2', hard: 0.14, block: 0.3, complains: 0.02, opens: 0.02, spam: 0.3 },
];

const dataDir = mkdtempSync(join(tmpdir(), 'sesame-month-'));
const clock = { at: START, now: () => clock.at, monotonic: () => clock.at };
const db = openSqlite(join(dataDir, 'sesame.db'));
const chance = randomFrom(7);
const happens = (share: number): boolean => chance() < share;
let s: InlineStore;

/** What the test did: `account domain provider ip measure`. */
const truth = new Map<string, number>();
const did = (sender: Sender, domain: string, provider: string, ip: string, measure: string, count = 1): void => {
  const key = [sender.id, domain, provider, ip, measure].join(' ');
  truth.set(key, (truth.get(key) ?? 0) + count);
};

before(async () => {
  s = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: clock.now });
  for (const { id, domains } of SENDERS) {
    await s.store.accounts.create({ id, name: id, contact: null });
    for (const name of domains)
      await db.run(
        "INSERT INTO domains (name, account_id, state, challenge, tls, created_at) VALUES (?, ?, 'verified', 'x', 'opportunistic', ?)",
        [name, id, START],
      );
  }
  for (let day = 0; day < DAYS; day++) {
    for (let n = 0; n < MAILS_A_DAY; n++) {
      clock.at = START + day * DAY + (n + 1) * 4 * 3_600_000;
      for (const sender of SENDERS) await oneMail(sender, sender.domains[n % 2] ?? '');
    }
  }
});
after(async () => {
  await s.close();
  rmSync(dataDir, { recursive: true });
});

async function oneMail(sender: Sender, domain: string): Promise<void> {
  const { id: accountId } = sender;
  if (happens(sender.spam)) {
    const data = { reason: 'spam_content', code: 554, enhanced: '5.7.0', door: 'http', domain };
    await s.store.events.add([{ type: 'rejected', at: clock.at, accountId, emailId: null, recipient: null, data }]);
    did(sender, domain, '', '', 'rejected/spam_content');
  }
  const to = PROVIDERS.flatMap(provider => Array.from({ length: EACH }, (_, i) => `user${i}-${chance()}@${provider}.test`));
  const m = message(
    s,
    clock.at,
    { accountId, fromDomain: `news.${domain}`, personal: { opens: true, clicks: true, unsubscribe: null } },
    to,
  );
  const data = { door: 'http', recipients: to.length, size: 1, spam: 'PASS' };
  const accepted: NewEvent = { type: 'accepted', at: clock.at, accountId, emailId: m.id, recipient: null, data };
  assert.equal((await s.store.queue.accept({ ...m, events: [accepted] })).kind, 'queued');
  did(sender, domain, '', '', 'mails');
  did(sender, domain, '', '', 'accepted', to.length);
  did(sender, domain, '', '', 'content/PASS');
  const jobs = await s.store.queue.claim({ room: 50, perLane: 50 });
  await Promise.all(jobs.map(job => attempt(sender, domain, job)));
}

async function attempt(sender: Sender, domain: string, job: Job): Promise<void> {
  const provider = job.lane.replace(/^mx:|\.test$/g, '');
  const told = provider === 'other' ? 'small.example' : provider;
  const count = (measure: string): void => did(sender, domain, provider, sender.ip, measure);
  const results: SettledRecipient[] = [];
  const events: NewEvent[] = [];
  const later: { readonly n: number; readonly address: string }[] = [];
  for (const { n, address } of job.recipients) {
    const kind = happens(sender.hard) ? 'hard' : provider === 'outlook' && happens(sender.block) ? 'content' : 'none';
    const state = kind === 'none' ? 'delivered' : 'bounced';
    const tls = happens(0.9) ? { used: true, version: 'TLSv1.3' } : { used: false, version: null };
    const tried = { n, at: clock.at, result: state, sendingIp: sender.ip, reply: '', reason: null, class: kind, tls } as Attempt;
    results.push({ n, state, dueAt: null, warned: false, unknownSince: null, attempt: tried });
    events.push({
      type: state,
      at: clock.at,
      accountId: sender.id,
      emailId: job.emailId,
      recipient: address,
      data: { attempt: tried, provider: told },
    });
    if (state === 'bounced') count(`bounced/${kind}`);
    else {
      count('delivered');
      count(`tls/${tls.version ?? 'none'}`);
      later.push({ n, address });
    }
  }
  assert.equal(await s.store.queue.settle({ emailId: job.emailId, fence: job.fence, results, events, owed: [] }), 'recorded');
  for (const one of later) await afterwards(sender, job, one, count);
}

async function afterwards(
  sender: Sender,
  job: Job,
  { n, address }: { readonly n: number; readonly address: string },
  count: (measure: string) => void,
): Promise<void> {
  const { emailId } = job;
  const deed = { emailId, n, type: 'opened', link: null } as const;
  if (happens(0.4)) {
    // Told once, however often the picture is loaded.
    for (let i = 0; i < 2; i++) await s.store.engagement.tell({ ...deed, bot: true, reason: 'apple_privacy' });
    count('opened/machine');
  }
  if (happens(sender.opens)) {
    await s.store.engagement.tell({ ...deed, bot: false, reason: null });
    count('opened/human');
    if (happens(0.2)) {
      await s.store.engagement.tell({ emailId, n, type: 'clicked', link: 1, bot: false, reason: null });
      count('clicked/human');
    }
  }
  if (happens(sender.complains)) {
    const data = { afterDelivery: true, source: 'arf', verified: true, feedbackType: 'abuse' };
    const event: NewEvent = { type: 'complained', at: clock.at, accountId: sender.id, emailId, recipient: address, data };
    for (let i = 0; i < 2; i++) await s.store.events.addOutcomes([{ event, suppression: null }]);
    count('complained');
  }
}

test('counters equal what happened, exactly, in every grouping', async () => {
  const span = { from: START, to: START + DAYS * DAY };
  assert.ok([...truth.values()].reduce((all, one) => all + one, 0) > 10_000);
  for (const accountId of [...SENDERS.map(one => one.id), null]) {
    for (const [groupBy, place] of [
      ['domain', 1],
      ['provider', 2],
      ['ip', 3],
    ] as const) {
      if (accountId === null && groupBy === 'domain') continue;
      const expected = new Map<string, number>();
      for (const [key, count] of truth) {
        const parts = key.split(' ');
        if (accountId !== null && parts[0] !== accountId) continue;
        const name = `${parts[place]} ${parts[4]}`;
        expected.set(name, (expected.get(name) ?? 0) + count);
      }
      const rows = await s.store.statistics.sums({ accountId, groupBy, ...span });
      const got = Object.fromEntries(rows.map(row => [`${row.group} ${row.measure}`, row.count]));
      assert.deepEqual(got, Object.fromEntries(expected), `${accountId} by ${groupBy}`);
    }
  }
  for (const { id, domains } of SENDERS)
    for (const domain of domains)
      for (const provider of PROVIDERS) {
        const rows = await s.store.statistics.sums({ accountId: id, domain, provider, ...span });
        for (const { measure, count } of rows)
          assert.equal(
            count,
            [...truth].find(([key]) => key.startsWith(`${id} ${domain} ${provider} `) && key.endsWith(` ${measure}`))?.[1],
          );
      }
});

const costOf = ({ whole }: ReputationOf, id: string): number => whole.parts.find(part => part.id === id)?.cost ?? -1;

test('the good stands above the bad, as accounts, domains, sending IPs and at each provider, and the parts say why', async () => {
  clock.at = START + (DAYS - 1) * DAY + 23 * 3_600_000;
  const of = newReputations({ store: s.store, clock, config: { sendingIps: SENDERS.map(one => one.ip) } as never });
  const pairs = [
    [{ accountId: 'acc_good' }, { accountId: 'acc_bad' }],
    [
      { accountId: 'acc_good', domain: 'good.test' },
      { accountId: 'acc_bad', domain: 'bad.test' },
    ],
    [
      { accountId: null, ip: '192.0.2.1' },
      { accountId: null, ip: '192.0.2.2' },
    ],
  ] as const;
  for (const [good, bad] of pairs) {
    const [better, worse] = [await of({ ...good, domains: [] }), await of({ ...bad, domains: [] })];
    assert.ok((better.whole.score ?? 0) >= 85, `${better.whole.score}`);
    assert.ok((worse.whole.score ?? 100) < 50, `${worse.whole.score}`);
    for (const id of ['unknown_addresses', 'turned_away', 'opens']) assert.ok(costOf(worse, id) > costOf(better, id), id);
    assert.deepEqual(better.providers.map(one => one.provider).toSorted(), [...PROVIDERS].toSorted());
    for (const one of better.providers) {
      const other = worse.providers.find(two => two.provider === one.provider);
      assert.ok((one.score ?? 100) > (other?.score ?? 100), one.provider);
    }
    // Only at one of them is mail turned away.
    const turned = worse.providers.filter(one => (one.parts.find(part => part.id === 'turned_away')?.cost ?? 0) > 0);
    assert.deepEqual(
      turned.map(one => one.provider),
      ['outlook'],
    );
  }
  const account = await of({ accountId: 'acc_bad', domains: [] });
  assert.ok(costOf(account, 'content') > 5 && costOf(account, 'complaints') > 5);
  assert.deepEqual(await of({ accountId: 'acc_bad', domains: [] }), account, 'the same again from what is remembered');
});
