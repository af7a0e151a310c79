// Doors and owner over one shared memory: all threads together never exceed the limits, what the peer says slows every door, and a restart
// forgets neither what was learned nor how much of the day is used.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Limits } from '../../shaping/gate.ts';
import { newLog } from '../log.ts';
import { openInline } from '../store/inline.ts';
import { openSqlite } from '../store/sqlite.ts';
import { newPaceMemory, openCells } from './cells.ts';
import { loadRules } from './load-rules.ts';
import { startPaceOwner, type PaceOwner, type PaceStore } from './owner.ts';
import { newPaceDoor, type Pace } from './pace.ts';

const START = 1_800_000_000_000;
const DAY = 86_400_000;
const THREADS = 4;
const read = loadRules(null);
assert.ok('book' in read);
const { book } = read;
const metrics = { count: () => undefined, observe: () => undefined, set: () => undefined, snapshot: async () => [] };
const TAKEN = { reply: { code: 250, enhanced: '2.0.0', text: 'OK', phase: 'data' } } as const;
const SLOW_DOWN = { reply: { code: 421, enhanced: '4.7.28', text: 'unusual rate of mail, slow down', phase: 'data' } } as const;
const GMAIL = { ip: '192.0.2.1', provider: 'gmail' } as const;

async function threads(limits: Limits, asks: number, warming: boolean): Promise<number> {
  const workerData = { memory: newPaceMemory(), key: 'k', limits, now: START, asks, warming };
  const counts = await Promise.all(
    Array.from({ length: THREADS }, async () => {
      const worker = new Worker(new URL('../../../test/pace-thread.ts', import.meta.url), { workerData });
      return new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    }),
  );
  return counts.reduce((a, b) => a + b, 0);
}
const LIMITS: Limits = {
  perSecond: null,
  burst: 1,
  heldUntil: 0,
  connections: 5,
  mailsPerConnection: 20,
  dayCap: null,
  warmCap: 3_333,
  warmPerSecond: 10_000,
  utcOffsetHours: 8,
};

test('four threads at once take the cap of a day exactly, and the burst of a pace exactly', async () => {
  assert.equal(await threads({ ...LIMITS, dayCap: 2_500 }, 2_000, false), 2_500);
  assert.equal(await threads(LIMITS, 2_000, true), 3_333, 'a warming address has its own cap');
  assert.equal(await threads(LIMITS, 100, false), 400, 'no limit, none refused');
  assert.equal(await threads({ ...LIMITS, perSecond: 50, burst: 50 }, 500, false), 50);
  assert.equal(await threads({ ...LIMITS, heldUntil: START + 1 }, 500, false), 0);
});

test('a full table gives way to new pairs and keeps those in use', () => {
  const cells = openCells(newPaceMemory());
  for (let n = 0; n < 60_000; n++) cells.of(`192.0.2.1|site-${n}.test`, START + n, () => ({ ...LIMITS, connections: 1 + (n % 90) }));
  for (let n = 59_990; n < 60_000; n++) assert.equal(cells.find(`192.0.2.1|site-${n}.test`)?.limits().connections, 1 + (n % 90));
});

type Lab = {
  readonly clock: { at: number };
  readonly doors: readonly Pace[];
  readonly owner: PaceOwner;
  readonly slept: number[];
};
/** Two doors and the owner, over a new memory each time, as after a start. */
async function start(store: PaceStore, clock: { at: number }): Promise<Lab> {
  const memory = newPaceMemory();
  const time = { now: () => clock.at, monotonic: () => clock.at };
  const owner = await startPaceOwner({ store, clock: time, log: newLog('silent', 'test'), metrics, book, memory });
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => void (slept.push(ms), (clock.at += ms));
  const door = (): Pace =>
    newPaceDoor({ clock: time, metrics, book, memory, domainOf: host => host.split('.').slice(-2).join('.'), tell: owner.hear, sleep });
  return { clock, doors: [door(), door()], owner, slept };
}

async function withStore(body: (store: PaceStore & { readonly rows: () => ReturnType<PaceStore['all']> }) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-pace-'));
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const opened = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => START });
  try {
    await body({ ...opened.store.paces, rows: opened.store.paces.all });
  } finally {
    await opened.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

test('a complaint that one door hears holds all doors; then one mail asks, and its success opens them', async () => {
  await withStore(async store => {
    const { clock, doors, owner } = await start(store, { at: START });
    const [one, two] = doors as [Pace, Pace];
    for (let n = 0; n < 30; n++) {
      assert.ok((await one.enter({ ...GMAIL, warming: false })).ok);
      one.told(GMAIL, TAKEN);
      clock.at += 200;
    }
    one.told(GMAIL, SLOW_DOWN);
    one.flush();
    const refused = await two.enter({ ...GMAIL, warming: false });
    assert.ok(!refused.ok && refused.until > clock.at);
    assert.match(refused.why, /gmail asked to slow down/);
    assert.ok((await two.enter({ ip: '192.0.2.2', provider: 'gmail', warming: false })).ok, 'another address goes on');
    assert.equal(two.connections(GMAIL), 1);
    clock.at = refused.until;
    assert.ok((await two.enter({ ...GMAIL, warming: false })).ok, 'the one that asks');
    assert.equal((await one.enter({ ...GMAIL, warming: false })).ok, false, 'one only');
    two.told(GMAIL, TAKEN);
    two.flush();
    assert.ok((await one.enter({ ...GMAIL, warming: false })).ok);
    await owner.stop();
  });
});

test('who is near waits for its turn at the door; greylisting slows nobody', async () => {
  await withStore(async store => {
    const { doors, slept, owner } = await start(store, { at: START });
    const [one] = doors as [Pace, Pace];
    const qq = { ip: null, provider: 'qq' };
    for (let n = 0; n < 20; n++) {
      assert.ok((await one.enter({ ...qq, warming: false })).ok);
      one.told(qq, { reply: { code: 451, enhanced: '4.7.1', text: 'Greylisting in action', phase: 'rcpt' } });
    }
    one.flush();
    assert.equal(slept.length, 18, 'two a second, two at once');
    assert.equal(one.connections(qq), 3);
    await owner.keep();
    assert.equal((await store.rows())[0]?.used, 20);
    await owner.stop();
  });
});

test('a site nobody complained about has no pace, and leaves no row', async () => {
  await withStore(async store => {
    const { doors, slept, owner } = await start(store, { at: START });
    const [one] = doors as [Pace, Pace];
    const site = { ip: null, provider: 'example.org' };
    for (let n = 0; n < 5_000; n++) assert.ok((await one.enter({ ...site, warming: false })).ok);
    one.told(site, TAKEN);
    one.flush();
    await owner.stop();
    assert.deepEqual(slept, []);
    assert.deepEqual(await store.rows(), []);
  });
});

test('a restart forgets neither the level nor the day: the cap of a warming address is not given twice', async () => {
  await withStore(async store => {
    const lab = await start(store, { at: START });
    const [one] = lab.doors as [Pace, Pace];
    let went = 0;
    const send = async (door: Pace): Promise<void> => {
      for (let n = 0; n < 90; n++, lab.clock.at += 60_000) {
        if (!(await door.enter({ ...GMAIL, warming: true })).ok) continue;
        went++;
        door.told(GMAIL, TAKEN);
        door.flush();
      }
    };
    lab.clock.at = Math.floor(START / DAY) * DAY;
    await send(one);
    one.told(GMAIL, SLOW_DOWN);
    one.flush();
    await lab.owner.stop();
    assert.equal(went, 90);

    const again = await start(store, lab.clock);
    const [door] = again.doors as [Pace, Pace];
    assert.equal(door.usedToday(GMAIL), 90);
    assert.equal((await door.enter({ ...GMAIL, warming: true })).ok, false, 'the hold goes on');
    await send(door);
    assert.equal(went, 100, 'the first day of Gmail in the rules');
    const full = await door.enter({ ...GMAIL, warming: true });
    assert.ok(!full.ok && full.until === (Math.floor(START / DAY) + 1) * DAY);
    assert.match(full.why, /the day's mail for gmail is used up/);
    assert.ok((await door.enter({ ip: '192.0.2.9', provider: 'gmail', warming: false })).ok, 'what is over goes out by a warm address');
    lab.clock.at = full.until;
    await again.owner.keep();
    assert.ok((await door.enter({ ...GMAIL, warming: true })).ok, 'the next day');
    await again.owner.stop();
  });
});

test('a row that cannot be read begins anew', async () => {
  await withStore(async store => {
    await store.keep([{ ip: null, provider: 'gmail', day: 1, used: 1, state: '{"rate":', updatedAt: START }]);
    const { doors, owner } = await start(store, { at: START });
    assert.ok((await (doors[0] as Pace).enter({ ip: null, provider: 'gmail', warming: false })).ok);
    await owner.stop();
  });
});
