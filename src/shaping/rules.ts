// The rules of pacing as data: shaping.json and an operator's file over it, both read by the same reader. Every fault is told with its place.
import { MAX_PATTERNS, MAX_PROVIDERS } from './bounds.ts';

export type WarmUp = {
  /** Mails on the first day of a warming address, growth from one used and content day to the next, and the cap at which it is warm. */
  readonly firstDay: number;
  readonly growth: number;
  readonly full: number;
  /** A warming address takes this time for a day's mail at least: a whole day in a minute is what spammers do. */
  readonly spreadSeconds: number;
};

/** Bounds and starting points for one provider, a sending address. */
export type Rules = {
  readonly connections: number;
  readonly maxConnections: number;
  readonly mailsPerConnection: number;
  /** Mails a second at the start and at most; null = none until the provider complains. */
  readonly perSecond: number | null;
  readonly maxPerSecond: number | null;
  /** When the provider's day begins: hours east of UTC. */
  readonly utcOffsetHours: number;
  readonly warmUp: WarmUp;
};

/** `mx`: host names, `*.` in front = any name below. */
export type ProviderRules = { readonly key: string; readonly name: string; readonly mx: readonly string[]; readonly rules: Rules };
export type RuleBook = { readonly defaults: Rules; readonly providers: readonly ProviderRules[] };
export type ReadRules = { readonly book: RuleBook } | { readonly faults: readonly string[] };

type Fields = Readonly<Record<string, unknown>>;
/** What a file says of one provider: only what it names. */
type Said = { name?: string; mx?: readonly string[]; rules: Partial<Omit<Rules, 'warmUp'>>; warmUp: Partial<WarmUp> };
type Fault = (at: string, text: string) => void;

/** The last resort of defaults, when not even our own file names them: no pace, and the connections that delivery has anyway. */
const BARE: Rules = {
  connections: 20,
  maxConnections: 20,
  mailsPerConnection: 200,
  perSecond: null,
  maxPerSecond: null,
  utcOffsetHours: 0,
  warmUp: { firstDay: 1_000, growth: 2, full: 50_000, spreadSeconds: 60 },
};

const NUMBERS = {
  connections: [1, 1_000, true],
  maxConnections: [1, 1_000, true],
  mailsPerConnection: [1, 100_000, true],
  perSecond: [0.001, 100_000, false],
  maxPerSecond: [0.001, 100_000, false],
  utcOffsetHours: [-12, 14, false],
} as const;
const WARM_UP = {
  firstDay: [1, 1_000_000, true],
  growth: [1.01, 4, false],
  full: [1, 100_000_000, true],
  spreadSeconds: [1, 86_400, true],
} as const;

/** `files` as parsed JSON with the name to tell faults by; later ones over earlier ones, provider by provider, field by field. */
export function readRules(files: readonly { readonly name: string; readonly json: unknown }[]): ReadRules {
  const faults: string[] = [];
  let defaults: Said = { rules: {}, warmUp: {} };
  const providers = new Map<string, Said>();
  for (const { name, json } of files) {
    const fault: Fault = (at, text) => void faults.push(`${name}: ${at === '' ? 'the file' : `"${at}"`} ${text}`);
    const root = fields(json, '', ['notes', 'defaults', 'providers'], fault);
    if (!root) continue;
    if (root['defaults'] !== undefined) defaults = over(defaults, readSaid(root['defaults'], 'defaults', [], fault));
    const named = root['providers'] === undefined ? {} : fields(root['providers'], 'providers', null, fault);
    for (const [key, value] of Object.entries(named ?? {})) {
      const at = `providers.${key}`;
      if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(key)) fault(at, 'is no key: lower-case letters, digits and hyphens, up to 32');
      else providers.set(key, over(providers.get(key), readSaid(value, at, ['name', 'mx'], fault)));
    }
    if (providers.size > MAX_PROVIDERS) fault('providers', `are more than ${MAX_PROVIDERS}`);
  }
  const base = merged(BARE, defaults);
  const book = { defaults: base, providers: [...providers].map(([key, said]) => provider(key, said, base)) };
  for (const one of book.providers)
    if (one.mx.length === 0) faults.push(`"providers.${one.key}.mx" is missing: by which mail hosts is it known?`);
  for (const [key, rules] of [['defaults', base] as const, ...book.providers.map(one => [`providers.${one.key}`, one.rules] as const)])
    faults.push(...contradictions(rules).map(text => `"${key}": ${text}`));
  return faults.length > 0 ? { faults } : { book };
}

const provider = (key: string, said: Said, base: Rules): ProviderRules => ({
  key,
  name: said.name ?? key,
  mx: said.mx ?? [],
  rules: merged(base, said),
});

const merged = (base: Rules, said: Said): Rules => ({ ...base, ...said.rules, warmUp: { ...base.warmUp, ...said.warmUp } });

const over = (below: Said | undefined, above: Said): Said => ({
  ...below,
  ...above,
  rules: { ...below?.rules, ...above.rules },
  warmUp: { ...below?.warmUp, ...above.warmUp },
});

function contradictions(rules: Rules): readonly string[] {
  const faults: string[] = [];
  if (rules.connections > rules.maxConnections) faults.push('connections is above maxConnections');
  if (rules.perSecond !== null && rules.maxPerSecond !== null && rules.perSecond > rules.maxPerSecond)
    faults.push('perSecond is above maxPerSecond');
  if (rules.warmUp.firstDay > rules.warmUp.full) faults.push('warmUp.firstDay is above warmUp.full');
  return faults;
}

function readSaid(json: unknown, at: string, texts: readonly string[], fault: Fault): Said {
  const found = fields(json, at, [...texts, 'notes', 'warmUp', ...Object.keys(NUMBERS)], fault) ?? {};
  const warm = found['warmUp'] === undefined ? {} : (fields(found['warmUp'], `${at}.warmUp`, Object.keys(WARM_UP), fault) ?? {});
  const said: Said = { rules: numbers(found, NUMBERS, at, fault), warmUp: numbers(warm, WARM_UP, `${at}.warmUp`, fault) };
  const { name, mx } = found;
  if (name !== undefined) {
    if (typeof name === 'string' && name.length > 0 && name.length <= 64) said.name = name;
    else fault(`${at}.name`, 'is no text of up to 64 characters');
  }
  if (mx !== undefined) {
    const wrong = Array.isArray(mx) ? (mx as readonly unknown[]).find(one => !isPattern(one)) : mx;
    if (!Array.isArray(mx) || mx.length === 0 || mx.length > MAX_PATTERNS)
      fault(`${at}.mx`, `is no list of 1 to ${MAX_PATTERNS} host names`);
    else if (wrong !== undefined)
      fault(`${at}.mx`, `holds ${JSON.stringify(wrong)}: allowed are host names such as mx.example.com or *.example.com`);
    else said.mx = mx as readonly string[];
  }
  return said;
}

const isPattern = (one: unknown): boolean => typeof one === 'string' && /^(?:\*\.)?(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(one);

/** The numbers that are there, each within its bounds; a null takes a pace away. */
function numbers<K extends string>(
  found: Fields,
  allowed: Readonly<Record<K, readonly [least: number, most: number, whole: boolean]>>,
  at: string,
  fault: Fault,
): Partial<Record<K, never>> {
  const read: Record<string, number | null> = {};
  for (const [key, [least, most, whole]] of Object.entries<readonly [number, number, boolean]>(allowed)) {
    const value = found[key];
    if (value === undefined) continue;
    const none = value === null && (key === 'perSecond' || key === 'maxPerSecond');
    if (none || (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)))) read[key] = value;
    else fault(`${at}.${key}`, `is ${JSON.stringify(value)}: allowed is a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
  }
  return read as Partial<Record<K, never>>;
}

/** An object with known fields only; null and a fault for anything else. */
function fields(json: unknown, at: string, known: readonly string[] | null, fault: Fault): Fields | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    fault(at, 'is no JSON object');
    return null;
  }
  for (const key of Object.keys(json))
    if (known && !known.includes(key)) fault(at === '' ? key : `${at}.${key}`, `is unknown: allowed are ${known.join(', ')}`);
  return json as Fields;
}
