// node test/providers/table.ts [SEED…]: the learner beside an oracle, provider by provider.
import shaping from '../../src/shaping/shaping.json' with { type: 'json' };
import { readRules, type Rules } from '../../src/shaping/rules.ts';
import { newRulesOf } from '../../src/shaping/providers.ts';
import { learner, oracle, play, type Played } from './play.ts';
import { DAY, makers } from './providers.ts';

export type Row = {
  readonly name: string;
  readonly seed: number;
  readonly ofOracle: number;
  readonly selfCaused: number;
  readonly learned: Played;
};

/** By which rules each is met (none of them knows the figures that the simulator draws), for how long, and whether the address is warming. */
const METHODS: Readonly<Record<string, { readonly rules: string; readonly days: number; readonly warming?: boolean }>> = {
  'Gmail-like: rate': { rules: 'gmail', days: 2 },
  'Outlook-like: window of an hour': { rules: 'outlook', days: 5 },
  'Yahoo-like: connections, mails a connection, TSS04': { rules: 'yahoo', days: 2 },
  'QQ-like: limit of the day, frequency': { rules: 'qq', days: 10 },
  'Greylisting, full boxes, unknown users': { rules: 'gmx', days: 2 },
  'Reputation by day': { rules: 'gmail', days: 90, warming: true },
  Tarpit: { rules: 'comcast', days: 2 },
  'Limits that change during the day': { rules: 'gmail', days: 3 },
};

export function rulesNamed(key: string): Rules {
  const read = readRules([{ name: 'shaping.json', json: shaping }]);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return newRulesOf(read.book)(key);
}

export function row(name: string, seed: number): Row {
  const make = makers[name];
  const method = METHODS[name];
  if (!make || !method) throw new Error(`no provider is called ${name}`);
  const rules = rulesNamed(method.rules);
  const from = 100 * DAY;
  const until = from + method.days * DAY;
  const known = make(seed);
  const best = play(known, oracle(known), from, until);
  const learned = play(make(seed), learner(rules, from, { warming: method.warming ?? false, lagMs: 1_000 }), from, until);
  const offered = learned.taken + learned.ours + learned.other;
  return { name, seed, ofOracle: learned.taken / best.taken, selfCaused: learned.ours / offered, learned };
}

if (import.meta.main) {
  const seeds = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 2, 3];
  const percent = (part: number): string => `${(100 * part).toFixed(2)} %`;
  process.stdout.write('| provider | seed | of the oracle | deferrals caused by us | taken |\n|---|---|---|---|---|\n');
  for (const name of Object.keys(METHODS))
    for (const seed of seeds) {
      const { ofOracle, selfCaused, learned } = row(name, seed);
      process.stdout.write(`| ${name} | ${seed} | ${percent(ofOracle)} | ${percent(selfCaused)} | ${learned.taken} |\n`);
    }
}
