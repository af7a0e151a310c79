// Levels as upkeep judges them, over a real store with a clock of its own: up within a minute and waiting mail with it, down on the next day.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { message, type Opened } from '../../test/store-contract.ts';
import { newLog } from '../engines/log.ts';
import { openInline } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { NewEvent } from '../mail.ts';
import { levelsAndQuotas } from './levels.ts';

const DAY = 86_400_000;
const MORNING = Math.floor(1_800_000_000_000 / DAY) * DAY + DAY / 3;
const dataDir = mkdtempSync(join(tmpdir(), 'sesame-levels-'));
const clock = { now: MORNING };
let s: Opened;

before(async () => {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  s = { ...(await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now })), clock, db };
  await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
  await s.store.accounts.patch({ id: 'acc_1', levels: true, frequencySet: 'off' });
  await s.store.domains.create({ name: 'one.test', accountId: 'acc_1', challenge: 'x', keys: [], mayShare: false });
});
after(async () => {
  await s.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const look = (): Promise<void> =>
  levelsAndQuotas({ store: s.store, clock: { now: () => clock.now, monotonic: () => clock.now }, log: newLog('silent', 'test') });
const level = async (): Promise<readonly unknown[]> => {
  const account = await s.store.accounts.get('acc_1');
  const [row] = await s.store.levels.of({ accountId: 'acc_1', today: Math.floor(clock.now / DAY), limit: 1 });
  return [row?.level, account?.quota.perDay];
};
/** So many recipients are taken, and some of them end: one mail, one event each. */
async function sent(count: number, ends: Readonly<Record<'delivered' | 'bounced', number>>): Promise<void> {
  const to = Array.from({ length: count }, (_, n) => `r${n}@x.test`);
  const mail = message(s, clock.now, { accountId: 'acc_1', fromDomain: 'one.test', events: [] }, to);
  assert.equal((await s.store.queue.accept(mail)).kind, 'queued');
  const events = Object.entries(ends).flatMap(([type, many]) =>
    to.slice(0, many).map((recipient): NewEvent => ({
      type: type as NewEvent['type'],
      at: clock.now,
      accountId: 'acc_1',
      emailId: mail.id,
      recipient,
      data: type === 'bounced' ? { attempt: { class: 'hard' }, permanent: true } : {},
    })),
  );
  await s.store.events.add(events);
}

test('up within the day, and what waited goes', async () => {
  await sent(349, { delivered: 349, bounced: 0 });
  await look();
  assert.deepEqual(await level(), [1, 500]);
  const waits = message(s, clock.now, { accountId: 'acc_1', fromDomain: 'one.test', waits: true }, ['a@x.test', 'b@x.test']);
  await sent(151, { delivered: 0, bounced: 0 });
  const recipients = waits.recipients.map(one => ({ ...one, state: 'scheduled' as const }));
  assert.equal((await s.store.queue.accept({ ...waits, recipients })).kind, 'queued');
  await look();
  assert.ok(((await s.store.emails.recipients(waits.id))[0]?.dueAt ?? 0) > clock.now);
  // Of what is under way, the first arrives.
  const event = { at: clock.now, accountId: 'acc_1', emailId: waits.id, recipient: 'x@x.test', data: {} } as const;
  await s.store.events.add([{ ...event, type: 'delivered' }]);
  await look();
  assert.deepEqual(await level(), [2, 1_000]);
  assert.deepEqual(
    (await s.store.emails.recipients(waits.id)).map(one => one.dueAt),
    [clock.now, clock.now],
  );
});

test('a bad afternoon moves it down on the day after, once, and the numbers are kept', async () => {
  clock.now += 3_600_000;
  await sent(200, { delivered: 100, bounced: 100 });
  await look();
  assert.deepEqual(await level(), [2, 1_000]);
  clock.now = MORNING + DAY;
  await look();
  assert.deepEqual(await level(), [1, 500]);
  await look();
  clock.now += DAY;
  await look();
  assert.deepEqual(await level(), [1, 500]);
  const moves = await s.store.levels.moves({ accountId: 'acc_1', before: [Number.MAX_SAFE_INTEGER, '', 0], limit: 9 });
  assert.deepEqual(
    moves.map(({ from, to, by, sums }) => [from, to, by, sums.sent, sums.delivered, sums.invalid]),
    [
      [2, 1, ['invalid'], 550, 450, 100],
      [1, 2, ['delivery'], 350, 350, 0],
    ],
  );
});
