// Counters that are written with the events, said once and run on SQLite, PGlite and PostgreSQL: they tell what happened and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureSum } from '../src/engines/store/control/statistics.ts';
import type { SettledRecipient } from '../src/engines/store/types.ts';
import type { Attempt, NewEvent } from '../src/mail.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const DAY = 86_400_000;
const QUARTER = 15 * 60_000;

const attempt = (n: number, at: number, over: Partial<Attempt> = {}): Attempt => ({
  n,
  at,
  result: 'delivered',
  peer: 'mx.x.test [192.0.2.1]:25',
  sendingIp: '198.51.100.1',
  reply: '250 ok',
  code: 250,
  enhanced: null,
  class: 'none',
  reason: null,
  tls: { used: true, version: 'TLSv1.3', cipher: 'x', verified: false, policy: 'opportunistic', reason: 'x' },
  ...over,
});

const settled = (n: number, state: SettledRecipient['state']): SettledRecipient => ({
  n,
  state,
  dueAt: null,
  warned: false,
  unknownSince: null,
  attempt: null,
});

/** `measure` or `group measure` to count. */
const told = (rows: readonly MeasureSum[]): Record<string, number> =>
  Object.fromEntries(rows.map(one => [one.group === '' ? one.measure : `${one.group} ${one.measure}`, one.count] as const));

async function account(s: Opened, id: string, domain: string): Promise<void> {
  await s.store.accounts.create({ id, name: id, contact: null });
  await s.db.run(
    "INSERT INTO domains (name, account_id, state, challenge, tls, created_at) VALUES (?, ?, 'verified', 'x', 'opportunistic', ?)",
    [domain, id, s.clock.now],
  );
}

/** One mail to gmail, accepted and delivered, with a recipient in the simulator beside it. */
async function deliver(s: Opened, accountId: string, fromDomain: string): Promise<string> {
  const at = s.clock.now;
  const m = message(s, at, { accountId, fromDomain, counts: 0 }, ['ana@gmail.test']);
  const accepted = { door: 'http', recipients: 3, simulated: 1, size: 1, spam: 'PASS', virus: 'PASS' };
  const events: NewEvent[] = [
    { type: 'accepted', at, accountId, emailId: m.id, recipient: null, data: accepted },
    { type: 'suppressed', at, accountId, emailId: m.id, recipient: 'old@gmail.test', data: { reason: 'recipient_blocked' } },
    { type: 'delivered', at, accountId, emailId: m.id, recipient: 'success@simulator.sesame.test', data: { attempt: attempt(1, at) } },
  ];
  assert.equal((await s.store.queue.accept({ ...m, events })).kind, 'queued');
  const jobs = await s.store.queue.claim({ room: 5, perLane: 5 });
  const job = jobs.find(one => one.emailId === m.id);
  assert.ok(job);
  const data = { attempt: attempt(0, at), provider: 'gmail' };
  const delivered = { type: 'delivered' as const, at, accountId, emailId: m.id, recipient: 'ana@gmail.test', data };
  const settlement = { emailId: m.id, results: [settled(0, 'delivered')], events: [delivered], owed: [] };
  assert.equal(await s.store.queue.settle({ ...settlement, fence: job.fence + 99 }), 'stale', 'what is undone counts nothing');
  assert.equal(await s.store.queue.settle({ ...settlement, fence: job.fence }), 'recorded');
  return m.id;
}

export function statisticsContract(name: string, open: Opener, skip: string | false = false): void {
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

  check('counters are written with their events, by domain, provider and sending IP', async s => {
    await account(s, 'acc_1', 'shop.test');
    await account(s, 'acc_2', 'other.test');
    const id = await deliver(s, 'acc_1', 'news.shop.test');
    await deliver(s, 'acc_2', 'other.test');
    const span = { from: s.clock.now - QUARTER, to: s.clock.now + QUARTER };
    const mine = { mails: 1, accepted: 2, suppressed: 1, delivered: 1, 'content/PASS': 1, 'tls/TLSv1.3': 1 };
    assert.deepEqual(told(await s.store.statistics.sums({ accountId: 'acc_1', ...span })), told(asRows(mine)));
    const byDomain = await s.store.statistics.sums({ accountId: 'acc_1', groupBy: 'domain', ...span });
    assert.deepEqual([...new Set(byDomain.map(one => one.group))], ['shop.test'], 'a subdomain counts to the registered one');
    const byProvider = await s.store.statistics.sums({ accountId: 'acc_1', groupBy: 'provider', ...span });
    assert.equal(told(byProvider)['gmail delivered'], 1);
    assert.equal(told(byProvider)['accepted'], 2, 'nobody was asked for the provider yet');
    assert.equal(told(await s.store.statistics.sums({ accountId: 'acc_1', ip: '198.51.100.1', ...span }))['delivered'], 1);
    const all = told(await s.store.statistics.sums({ accountId: null, ...span }));
    assert.deepEqual([all['mails'], all['delivered'], all['suppressed']], [2, 2, 2]);
    assert.deepEqual(await s.store.statistics.sums({ accountId: 'acc_1', from: span.to, to: span.to + DAY }), []);

    // What is told later belongs to the provider and the IP of the delivery.
    const later = { at: s.clock.now, accountId: 'acc_1', emailId: id, recipient: 'ana@gmail.test' };
    await s.store.events.add([
      { ...later, type: 'opened', data: { bot: true, reason: 'apple_privacy' } },
      { ...later, type: 'opened', data: { bot: false } },
      { ...later, type: 'complained', data: { afterDelivery: true, feedbackType: 'abuse' } },
      { ...later, type: 'bounced', data: { afterDelivery: true, class: 'hard', permanent: true } },
    ]);
    const gmail = told(await s.store.statistics.sums({ accountId: 'acc_1', provider: 'gmail', ip: '198.51.100.1', ...span }));
    assert.deepEqual(
      [gmail['opened/machine'], gmail['opened/human'], gmail['complained'], gmail['bounced/hard'], gmail['returned']],
      [1, 1, 1, 1, 1],
    );
    await s.store.accounts.remove('acc_1');
    assert.deepEqual(await s.store.statistics.sums({ accountId: 'acc_1', ...span }), []);
  });

  check('what others report is summed: signed reports, our addresses, the days asked for', async s => {
    const today = Math.floor(s.clock.now / DAY);
    const head = { domain: 'shop.test', signed: true, reporter: 'google.test', organization: null, from: null, to: null } as const;
    const row = { headerFrom: 'shop.test', disposition: 'none', dkim: 'fail', spf: 'fail', count: 10 } as const;
    const rows = [
      { ...row, sourceIp: '192.0.2.1' },
      { ...row, sourceIp: '192.0.2.1', spf: 'pass', count: 30 },
      { ...row, sourceIp: '203.0.113.9', count: 1_000 },
    ];
    await s.store.receivedReports.addDmarc({ ...head, day: today, reportId: 'a', policy: 'none', rows });
    await s.store.receivedReports.addDmarc({ ...head, day: today, reportId: 'b', policy: 'none', rows, signed: false });
    await s.store.receivedReports.addDmarc({ ...head, day: today - 50, reportId: 'c', policy: 'none', rows });
    const ask = { domains: ['shop.test', 'other.test'], sinceDay: today - 35 };
    assert.deepEqual(await s.store.receivedReports.dmarcFailures({ ...ask, ips: ['192.0.2.1', '192.0.2.2'] }), { hits: 10, of: 40 });
    assert.equal(await s.store.receivedReports.dmarcFailures({ ...ask, ips: ['192.0.2.7'] }), null);
    assert.equal(await s.store.receivedReports.dmarcFailures({ ...ask, ips: [] }), null);
    const policy = {
      policyType: 'sts',
      policyDomain: 'shop.test',
      policy: [],
      mxHosts: [],
      successful: 90,
      failed: 10,
      failures: [],
    } as const;
    await s.store.receivedReports.addTls({
      ...head,
      day: today,
      reportId: 'a',
      rows: [policy, { ...policy, successful: null, failed: 5 }],
    });
    assert.deepEqual(await s.store.receivedReports.tlsFailures(ask), { hits: 15, of: 105 });
    assert.equal(await s.store.receivedReports.tlsFailures({ ...ask, domains: ['other.test'] }), null);
  });

  check('days that are over become one slot each at their noon, twice as well as once', async s => {
    await account(s, 'acc_1', 'shop.test');
    const start = Math.ceil(s.clock.now / DAY) * DAY;
    for (const hours of [0, 1.3, 12, 23.9, 24, 36]) {
      s.clock.now = start + hours * 3_600_000;
      await deliver(s, 'acc_1', 'shop.test');
    }
    const span = { accountId: 'acc_1', from: start, to: start + 3 * DAY };
    const before = told(await s.store.statistics.sums(span));
    assert.equal(before['delivered'], 6);
    assert.equal(await s.store.statistics.finestFrom(), 0);
    assert.equal(await s.store.statistics.fold(start + 2 * DAY - 1), true);
    assert.equal(await s.store.statistics.fold(start + 2 * DAY - 1), false, 'the second day is not over');
    assert.deepEqual(told(await s.store.statistics.sums(span)), before);
    const noon = { ...span, from: start + 12 * 3_600_000, to: start + 12 * 3_600_000 + QUARTER };
    assert.equal(told(await s.store.statistics.sums(noon))['delivered'], 4);
    assert.equal(told(await s.store.statistics.sums({ ...span, from: start + DAY, to: start + DAY + QUARTER }))['delivered'], 1);
    assert.equal(await s.store.statistics.finestFrom(), start + DAY);
    s.clock.now = start + 401 * DAY;
    await s.store.statistics.fold(start + DAY);
    assert.equal(told(await s.store.statistics.sums(span))['delivered'], 2, 'older than 400 days is gone');
  });
}

const asRows = (counts: Readonly<Record<string, number>>): readonly MeasureSum[] =>
  Object.entries(counts).map(([measure, count]) => ({ group: '', measure, count }));
