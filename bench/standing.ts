// The rules of an account's standing against a simulated month: honest accounts that must not be suspended, and hostile ones of several
// kinds with what they get out before they are stopped. Nothing of the server runs then, and time is simulated; last comes the blocked
// library at size, with the real server (bench/library.ts).
//   node bench/standing.ts [--accounts 10000] [--days 30] [--seed 1] [--runs 20] [--library 10000000, 0 for none]
//     [--without RULE,RULE: as if there were none of these]
// With --live the suspension table against a real server instead (bench/standing/live.ts).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DAY_MS } from '../src/standing/bounds.ts';
import { RULES } from '../src/standing/rules.ts';
import { randomFrom } from '../test/random.ts';
import { honestMonth, MISTAKES, newHonest } from './standing/honest.ts';
import { live } from './standing/live.ts';
import { HOSTILE, outbreak } from './standing/hostile.ts';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '10000' },
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    library: { type: 'string', default: '10000000' },
    without: { type: 'string', default: '' },
    live: { type: 'boolean', default: false },
  },
});
const [accounts, days, seed, runs] = [values.accounts, values.days, values.seed, values.runs].map(Number) as [
  number,
  number,
  number,
  number,
];
const without = new Set(values.without.split(','));
const rules = RULES.filter(one => !without.has(one.id));
const START = 20_600 * DAY_MS;
const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(3)} %`;

const warning = (id: string): number => RULES.find(rule => rule.id === id)?.steps[0]?.threshold ?? 0;

if (values.live) await live();
else {
  honest();
  mistakes();
  hostile();
  if (values.library !== '0') blockedLibrary();
}

/** What the library costs with so many entries, with the real server. */
function blockedLibrary(): void {
  spawnSync(process.execPath, [fileURLToPath(new URL('library.ts', import.meta.url)), values.library], { stdio: 'inherit' });
}

function honest(): void {
  const started = process.hrtime.bigint();
  const seen = { events: 0, warned: 0, limited: 0, suspended: 0, healthy: 0, healthySuspended: 0, bytes: 0, recipients: 0 };
  const reasons = new Map<string, number>();
  for (let n = 0; n < accounts; n++) {
    const random = randomFrom(seed * 1_000_003 + n);
    const month = honestMonth(newHonest(random), random, START, days, undefined, rules);
    seen.events += month.events;
    seen.recipients += month.recipients;
    seen.bytes = Math.max(seen.bytes, month.bytes);
    const reached = new Set(month.changes.map(one => one.to));
    if (reached.has('warned')) seen.warned++;
    if (reached.has('limited')) seen.limited++;
    if (reached.has('suspended')) seen.suspended++;
    const isHealthy = month.worst.hard < warning('hard_bounces') && month.worst.spamReplies < warning('spam_replies');
    if (month.isLarge && isHealthy && month.worst.complaints < warning('complaints')) {
      seen.healthy++;
      if (reached.has('suspended')) seen.healthySuspended++;
    }
    if (reached.has('suspended')) {
      const { hard, spamReplies, complaints } = month.worst;
      const parts = `hard ${percent(hard, 1)}, spam replies ${percent(spamReplies, 1)}, complaints ${percent(complaints, 1)}`;
      console.log(`  account ${n} was suspended; its worst day in truth: ${parts}`);
    }
    for (const reason of new Set(month.changes.filter(one => one.to !== 'active').map(one => `${one.to} ${one.reason}`)))
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(
    `honest accounts: ${accounts}, ${days} days, seed ${seed}, ${seen.recipients} recipients, ${seen.events} events in ${seconds.toFixed(0)} s`,
  );
  console.log(`  warned     ${seen.warned} (${percent(seen.warned, accounts)})`);
  console.log(`  limited    ${seen.limited} (${percent(seen.limited, accounts)})`);
  console.log(`  suspended  ${seen.suspended} (${percent(seen.suspended, accounts)}; bar 0.100 %)`);
  console.log(
    `  over every minimum volume, and no day whose true rates are over a warning: ${seen.healthySuspended} of ${seen.healthy} suspended (bar 0)`,
  );
  for (const [reason, count] of [...reasons].toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(`    ${reason}: ${count}`);
  console.log(`  largest account: ${seen.bytes} bytes as JSON`);
}

/** Honest, but something went wrong for half a day: not healthy, and shown for what becomes of them. */
function mistakes(): void {
  const count = 500;
  console.log(`honest accounts with one mistake, ${count} of each: the part that was at least once`);
  for (const mistake of MISTAKES) {
    const reached = { warned: 0, limited: 0, suspended: 0 };
    for (let n = 0; n < count; n++) {
      const random = randomFrom(seed * 7_000_003 + n);
      const { changes } = honestMonth(newHonest(random), random, START, 8, mistake, rules);
      for (const state of ['warned', 'limited', 'suspended'] as const) if (changes.some(one => one.to === state)) reached[state]++;
    }
    const parts = Object.entries(reached).map(([state, n]) => `${state} ${percent(n, count)}`);
    console.log(`  ${mistake.name}: ${parts.join(', ')}`);
  }
}

function hostile(): void {
  console.log(`hostile accounts at 50 mails a second and 50,000 a day, ${runs} runs each: median (worst)`);
  const middle = (all: readonly number[]): string => {
    const sorted = all.toSorted((a, b) => a - b);
    return `${sorted[Math.floor(sorted.length / 2)]} (${sorted.at(-1)})`;
  };
  for (const kind of HOSTILE) {
    const seen = Array.from({ length: runs }, (_, n) => outbreak(kind, randomFrom(seed * 13_000_003 + n), START, rules));
    const stopped = seen.filter(one => one.stoppedAfterS !== null);
    const when = stopped.map(one => one.stoppedAfterS as number);
    const why = [...new Set(stopped.map(one => one.reason))].join(' ');
    console.log(
      `  ${kind.name}: out ${middle(seen.map(one => one.out))}, in the first hour ${middle(seen.map(one => one.firstHour))}, handed in ${middle(seen.map(one => one.handedIn))}`,
    );
    console.log(`    stopped ${stopped.length} of ${runs}${when.length > 0 ? ` by ${why} after ${middle(when)} s` : ''}`);
  }
}
