// Pages of events, mail and statistics over a store of many rows, made through the store's own tables: how long the slowest page takes.
//   node bench/events.ts [-n 1000000] [--mails 200000]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newId } from '../src/engines/ids.ts';
import { openInline } from '../src/engines/store/inline.ts';
import { openSqlite } from '../src/engines/store/sqlite.ts';
import { slotOf } from '../src/statistics/count.ts';
import { spans } from '../src/statistics/calendar.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', short: 'n', default: '1000000' }, mails: { type: 'string', default: '200000' } },
});
const [events, mails] = [Number(values.n), Number(values.mails)];
const dataDir = mkdtempSync(join(tmpdir(), 'sesame-events-'));
const file = join(dataDir, 'sesame.db');
const db = openSqlite(file);
const reader = openSqlite(file);
const s = await openInline({ db, reader, closeDb: db.close, dataDir });

const DAY = 86_400_000;
const END = Date.now();
const START = END - 30 * DAY;
const ACCOUNTS = ['acc_big', 'acc_mid', 'acc_low'];
/** Nine tenths of everything belong to one account; a complaint is one in ten thousand. */
const accountOf = (n: number): string => ACCOUNTS[n % 100 === 0 ? 2 : n % 10 === 0 ? 1 : 0] ?? '';
const typeOf = (n: number): string => (n % 10_007 === 0 ? 'complained' : n % 50 === 0 ? 'bounced' : n % 2 === 0 ? 'accepted' : 'delivered');
const stateOf = (n: number): string => (n % 20_011 === 0 ? 'held' : n % 5_003 === 0 ? 'queued' : n % 50 === 1 ? 'bounced' : 'delivered');
const data = JSON.stringify({
  attempt: { result: 'delivered', reply: '250 2.0.0 ok', class: 'none', tls: { used: true, version: 'TLSv1.3' } },
  provider: 'gmail',
});
const ids: string[] = [];
db.exec('BEGIN');
for (let n = 0; n < mails; n++) {
  const at = Math.round(START + ((END - START) * n) / mails);
  const [id, account, state] = [newId('msg', at), accountOf(n), stateOf(n)];
  ids.push(id);
  const tags = n % 1_009 === 0 ? ['rare'] : n % 2 === 0 ? ['often'] : [];
  const over = state === 'queued' || state === 'held' ? null : at;
  await db.run(
    `INSERT INTO emails (id, account_id, direction, door, mail_from, from_domain, message_id, size, accepted_at, expires_at, tls, flags, tags, record, final_at)
      VALUES (?, ?, 'out', 'http', 'a@b.test', 'b.test', ?, 1, ?, ?, 'opportunistic', '{}', ?, '{}', ?)`,
    [id, account, `<${id}@b.test>`, at, at, JSON.stringify(tags), over],
  );
  for (const tag of tags) await db.run('INSERT INTO email_tags (account_id, tag, email_id) VALUES (?, ?, ?)', [account, tag, id]);
  await db.run(
    `INSERT INTO recipients (email_id, n, address, account_id, lane, target, state) VALUES (?, 0, ?, ?, 'mx:x.test', '{"kind":"mx","domain":"x.test"}', ?)`,
    [id, `user${n % 50_000}@x.test`, account, state],
  );
}
for (let n = 0; n < events; n++) {
  const at = Math.round(START + ((END - START) * n) / events);
  const about = Math.floor((n * mails) / events);
  await db.run('INSERT INTO events (id, at, type, account_id, email_id, recipient, data) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    newId('evt', at),
    at,
    typeOf(n),
    accountOf(about),
    ids[about] ?? null,
    `user${about % 50_000}@x.test`,
    data,
  ]);
}
// Counters as a month of five providers, two domains and two addresses leaves them.
const MEASURES = [
  'delivered',
  'tls/TLSv1.3',
  'deferred',
  'bounced/hard',
  'bounced/block',
  'opened/human',
  'opened/machine',
  'complained',
  'clicked/human',
  'tls/none',
];
for (let slot = slotOf(START); slot <= slotOf(END); slot++)
  for (const provider of ['gmail', 'outlook', 'yahoo', 'icloud', 'other'])
    for (const domain of ['a.test', 'b.test'])
      for (const measure of MEASURES)
        await db.run('INSERT INTO statistics (account_id, slot, domain, provider, ip, measure, count) VALUES (?, ?, ?, ?, ?, ?, 3)', [
          'acc_big',
          slot,
          domain,
          provider,
          '192.0.2.1',
          measure,
        ]);
db.exec('COMMIT');

/** Slowest of all pages, and how many there were; at most `most` pages. */
async function pages(what: string, page: (at: string | null) => Promise<string | null>, most = 2_000): Promise<void> {
  const took: number[] = [];
  for (let at: string | null = null; took.length < most;) {
    const before = performance.now();
    at = await page(at);
    took.push(performance.now() - before);
    if (at === null) break;
  }
  took.sort((a, b) => a - b);
  console.log(
    JSON.stringify({ what, pages: took.length, median_ms: round(took[took.length >> 1] ?? 0), slowest_ms: round(took.at(-1) ?? 0) }),
  );
}
const round = (ms: number): number => Math.round(ms * 10) / 10;

const eventPages = (what: string, ask: Partial<Parameters<typeof s.store.events.after>[0]>): Promise<void> =>
  pages(`events ${what}`, async at => {
    const rows = await s.store.events.after({ accountId: 'acc_big', seq: Number(at ?? 0), limit: 100, ...ask });
    return rows.length < 100 ? null : String(rows.at(-1)?.seq);
  });
const mailPages = (what: string, ask: Partial<Parameters<typeof s.store.emails.search>[0]>): Promise<void> =>
  pages(`mail ${what}`, async at => {
    const { rows, next } = await s.store.emails.search({ accountId: 'acc_big', before: at ?? 'msg_~', limit: 100, ...ask });
    for (const row of rows) await s.store.emails.recipients(row.id);
    await s.store.events.lastTries(rows.map(row => row.id));
    return next;
  });
await eventPages('all', {});
await eventPages('of one in ten thousand types', { types: ['complained'] });
await eventPages('of two types, small account', { types: ['bounced', 'complained'], accountId: 'acc_low' });
await eventPages('of the operator by type', { types: ['complained'], accountId: null });
await eventPages('of a recipient', { recipient: 'user7@x.test' });
await eventPages('of a mail', { emailId: ids[mails >> 1] ?? '' });
await eventPages('since yesterday', { since: END - DAY });
await mailPages('all', {});
await mailPages('of a recipient', { recipient: 'user7@x.test' });
for (const state of ['held', 'queued', 'bounced', 'delivered'] as const) await mailPages(`in state ${state}`, { state });
await mailPages('held, of all accounts', { state: 'held', accountId: null });
await mailPages('with a rare tag', { tag: 'rare' });
await mailPages('with a rare tag, bounced', { tag: 'rare', state: 'bounced' });
await mailPages('with a rare tag, of all accounts', { tag: 'rare', accountId: null });
await mailPages('of an hour', { since: END - 10 * DAY, until: END - 10 * DAY + 3_600_000 });
await mailPages('that came in (none)', { direction: 'in' });
for (const groupBy of [undefined, 'provider'] as const)
  await pages(`statistics of a month by day${groupBy ? ` and ${groupBy}` : ''}`, async () => {
    for (const span of spans({ from: START, to: END }, 'day', 'Asia/Kathmandu'))
      await s.store.statistics.sums({ accountId: 'acc_big', ...span, ...(groupBy ? { groupBy } : {}) });
    return null;
  });
await s.close();
reader.close();
rmSync(dataDir, { recursive: true });
