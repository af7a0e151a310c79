// Property: whatever is handed in, cancelled, given more room or slept through, no day takes more than its quota, the books agree with the
// rows, and mail that waits goes in the order in which it came.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { message } from '../../../../test/store-contract.ts';
import { openInline, type InlineStore } from '../inline.ts';
import { openSqlite } from '../sqlite.ts';

const DAY = 86_400_000;
const START = Math.floor(1_800_000_000_000 / DAY) * DAY + DAY / 2;
const dayOf = (at: number): number => Math.floor(at / DAY);

type Step =
  | { readonly kind: 'send'; readonly recipients: number; readonly waits: boolean }
  | { readonly kind: 'cancel'; readonly n: number }
  | { readonly kind: 'more'; readonly room: number }
  | { readonly kind: 'later'; readonly hours: number };
const SEND = { kind: 'send', recipients: 3, waits: true } as const;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send'), recipients: fc.integer({ min: 1, max: 3 }), waits: fc.boolean() }) },
  { weight: 6, arbitrary: fc.constant(SEND) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), n: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('more'), room: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('later'), hours: fc.integer({ min: 1, max: 30 }) }) },
);

test('property: days are never overbooked, books agree with rows, what waits goes in its order', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), played), { numRuns: 25 });
});

async function played(steps: readonly Step[]): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-quota-'));
  const clock = { now: START };
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const s = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now });
  try {
    await play(s, clock, steps);
  } finally {
    await s.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function play(s: InlineStore, clock: { now: number }, steps: readonly Step[]): Promise<void> {
  let perDay = 4;
  const set = (): Promise<unknown> => s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay, perSecond: 1_000 } });
  await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
  await set();
  const mails: { readonly id: string; readonly counts: number }[] = [];
  for (const one of steps) {
    if (one.kind === 'later') clock.now += one.hours * 3_600_000;
    if (one.kind === 'more') {
      perDay += one.room;
      await set();
      await s.store.quota.moveForward('acc_1');
    }
    const victim = one.kind === 'cancel' ? mails[one.n] : undefined;
    if (victim) await s.store.emails.end({ id: victim.id, held: false, by: 'test' });
    if (one.kind === 'send') {
      const to = Array.from({ length: one.recipients }, (_, n) => `r${n}@x.test`);
      const made = message(s, clock.now, { accountId: 'acc_1', ...(one.waits ? { waits: true } : {}) }, to);
      const state = one.waits ? 'scheduled' : 'queued';
      const taken = await s.store.queue.accept({ ...made, recipients: made.recipients.map(each => ({ ...each, state })) });
      if (taken.kind === 'queued') mails.push({ id: made.id, counts: to.length });
      else assert.equal(taken.kind, 'quota');
    }
    await agrees(s, clock.now, perDay, mails);
  }
}

async function agrees(
  s: InlineStore,
  now: number,
  perDay: number,
  mails: readonly { readonly id: string; readonly counts: number }[],
): Promise<void> {
  const booked = new Map<number, number>();
  const turns: number[] = [];
  for (const { id, counts } of mails) {
    const [row] = await s.store.emails.recipients(id);
    if (row?.waiting?.why !== 'quota' || row.state !== 'scheduled' || dayOf(row.dueAt ?? 0) <= dayOf(now)) continue;
    booked.set(dayOf(row.dueAt ?? 0), (booked.get(dayOf(row.dueAt ?? 0)) ?? 0) + counts);
    turns.push(row.dueAt ?? 0);
  }
  for (let day = dayOf(now); day < dayOf(now) + 8; day++) {
    const used = await s.store.accounts.usedToday({ accountId: 'acc_1', now: day * DAY });
    assert.ok(used <= perDay, `${used} of ${perDay}`);
    if (day > dayOf(now)) assert.equal(used, booked.get(day) ?? 0);
  }
  assert.deepEqual(
    turns,
    turns.toSorted((one, other) => one - other),
  );
}

test('the place of a mail that was cancelled is not for those that came later', () =>
  played([SEND, SEND, SEND, { kind: 'cancel', n: 1 }, SEND]));
