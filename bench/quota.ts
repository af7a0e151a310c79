// What a quota costs at the commit: mails of 50 recipients into a store in this process, by an account with the common quota and by one with
// levels and a bound on mails to one person, in turns; then what waits, moved forward while much of it waits:
//   node bench/quota.ts [-n 400] [--rounds 5] [--waiting 100000]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { message } from '../test/store-contract.ts';
import { openInline } from '../src/engines/store/inline.ts';
import { openSqlite } from '../src/engines/store/sqlite.ts';

const RECIPIENTS = 50;
const { values } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '400' },
    rounds: { type: 'string', default: '5' },
    waiting: { type: 'string', default: '100000' },
  },
});
const dataDir = mkdtempSync(join(tmpdir(), 'sesame-quota-'));
const db = openSqlite(join(dataDir, 'sesame.db'));
const s = await openInline({ db, reader: db, closeDb: db.close, dataDir });
const plenty = { perDay: 100_000_000, perSecond: 1_000 };
for (const id of ['acc_plain', 'acc_levels', 'acc_waits']) await s.store.accounts.create({ id, name: id, contact: null });
await s.store.accounts.patch({ id: 'acc_plain', quotaSet: plenty });
// The level's day is counted, not reached.
await s.store.accounts.patch({ id: 'acc_levels', levels: true, quotaSet: plenty });
await s.store.domains.create({ name: 'sender.test', accountId: 'acc_levels', challenge: 'x', keys: [], mayShare: false });

let person = 0;
const mail = (accountId: string, waits: boolean, count = RECIPIENTS): Parameters<typeof s.store.queue.accept>[0] => {
  const to = Array.from({ length: count }, (_, n) => `r${n}@site${n % 10}.test`);
  const made = message(s, Date.now(), { accountId, ...(waits ? { waits } : {}) }, to);
  const asked = accountId === 'acc_levels';
  const recipients = made.recipients.map(one => ({
    ...one,
    state: waits ? ('scheduled' as const) : one.state,
    person: asked ? Buffer.from(`person-${String(++person).padStart(9, '0')}`) : null,
  }));
  return { ...made, recipients };
};
const round = async (accountId: string): Promise<number> => {
  const mails = Array.from({ length: Number(values.n) }, () => mail(accountId, false));
  const started = performance.now();
  await Promise.all(mails.map(one => s.store.queue.accept(one)));
  return performance.now() - started;
};
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

const took = { plain: [] as number[], levels: [] as number[] };
for (let n = 0; n < Number(values.rounds); n++) {
  took.plain.push(await round('acc_plain'));
  took.levels.push(await round('acc_levels'));
}
const ratio = median(took.levels) / median(took.plain);
console.log(
  `levels and persons: ${ratio.toFixed(2)} times the common quota, ${Number(values.n)} mails of ${RECIPIENTS} recipients a round`,
);

await s.store.accounts.patch({ id: 'acc_waits', quotaSet: { perDay: 50, perSecond: 1_000 } });
await s.store.queue.accept(mail('acc_waits', false));
await s.store.accounts.patch({ id: 'acc_waits', quotaSet: { perDay: Number(values.waiting), perSecond: 1_000 } });
// A whole day is used, so that what follows is booked on the next.
const today = Math.floor(Date.now() / 86_400_000);
await db.run('UPDATE usage SET count = ? WHERE account_id = ? AND day = ?', [Number(values.waiting), 'acc_waits', today]);
const booked = performance.now();
for (let left = Number(values.waiting); left > 0; left -= 200 * RECIPIENTS)
  await Promise.all(Array.from({ length: 200 }, () => s.store.queue.accept(mail('acc_waits', true))));
const bookedMs = performance.now() - booked;
const timed = async (work: () => Promise<unknown>): Promise<string> => {
  const started = performance.now();
  await work();
  return (performance.now() - started).toFixed(1);
};
console.log(`booked ${values.waiting} recipients: ${((bookedMs * 1_000) / Number(values.waiting)).toFixed(0)} us each`);
console.log(`whose mail waits: ${await timed(() => s.store.quota.waiting())} ms`);
console.log(`moving forward while there is no room: ${await timed(() => s.store.quota.moveForward('acc_waits'))} ms`);
await s.store.accounts.patch({ id: 'acc_waits', quotaSet: plenty });
const steps: number[] = [];
for (let n = 0; n < 20; n++) steps.push(Number(await timed(() => s.store.quota.moveForward('acc_waits'))));
console.log(`one step of moving forward: median ${median(steps)} ms, longest ${Math.max(...steps)} ms`);
await s.close();
rmSync(dataDir, { recursive: true, force: true });
