// Settings: environment -> one frozen value (docs/settings.md). Every fault names the variable, the bad value and what is allowed.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { canonicalIp } from './ips/address.ts';
import { MAX_IPS } from './ips/bounds.ts';
import { DEFAULT_ZONES } from './ips/dnsbl.ts';
import { KiB, MiB } from './limits.ts';
import { domainName, normalAddress } from './message/addresses.ts';
import type { TlsPolicy } from './tlspolicy/level.ts';

/** host:port to listen on; port 0 = any free port. */
export type Listen = { readonly host: string; readonly port: number };

export type Smarthost = {
  readonly host: string;
  readonly port: number;
  /** TLS at once (smtps://). */
  readonly implicit: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly tls: TlsPolicy;
};

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export type Config = {
  readonly root: string;
  readonly dataDir: string;
  /** null = SQLite in the data directory. */
  readonly databaseUrl: string | null;
  readonly hostname: string;
  readonly listen: {
    readonly http: readonly Listen[];
    readonly https: readonly Listen[];
    readonly submission: readonly Listen[];
    readonly submissions: readonly Listen[];
    readonly mx: readonly Listen[];
  };
  readonly publicUrl: string | null;
  /** Anybody may ask for an account. */
  readonly signUp: boolean;
  readonly trustedProxies: readonly string[];
  readonly operatorKey: string | null;
  readonly secretKeyFile: string;
  /** ip:port; empty = the system's. */
  readonly resolver: readonly string[];
  readonly resolverTrusted: boolean;
  readonly deliveryPort: number;
  readonly smarthost: Smarthost | null;
  /** In the one form of ips/address.ts, each once. */
  readonly sendingIps: readonly string[];
  readonly ipCheckIntervalMs: number;
  /** Blocklists that sending IPs are looked up in; empty = none. */
  readonly dnsbls: readonly string[];
  /** Blocklists that peers of the MX are looked up in, and those of domains for senders; empty = none. */
  readonly mxDnsbls: readonly string[];
  readonly mxDomainDnsbls: readonly string[];
  /** A mail host that each sending IP must be able to connect to; null = deliveries tell. */
  readonly portProbe: Listen | null;
  /** Rules of pacing over the shipped ones: a JSON file; null = none. */
  readonly shaping: string | null;
  /** Countries of addresses, in MaxMind DB format; null = none is known. */
  readonly countries: string | null;
  readonly lmtpTargets: Readonly<Record<string, { readonly path: string } | Listen>>;
  readonly postmaster: string | null;
  /** Host of addresses that mail is sent to for a score; null = the host name. */
  readonly scoreDomain: string | null;
  /** Count TLS sessions and tell the domains that ask for it (RFC 8460). */
  readonly tlsReports: boolean;
  readonly privatePeers: readonly string[];
  readonly allowPrivatePeers: boolean;
  readonly contentLifetimeMs: number;
  readonly metadataLifetimeMs: number;
  /** null = Debian's socket when it is there. */
  readonly clamd:
    | { readonly kind: 'unix'; readonly path: string }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'off' }
    | null;
  readonly clamdMaxAgeMs: number;
  /** One stream's time at clamd. */
  readonly clamdTimeoutMs: number;
  /** Largest stream that clamd really scans; null = as its own settings say. */
  readonly clamdMaxBytes: number | null;
  /** YARA rules of the operator's own: a file or a folder; null = none. One file's time for one thing. */
  readonly yaraRules: string | null;
  readonly yaraBudgetMs: number;
  /** A model of `bin/sesame train`; null = the shipped one. */
  readonly filterModel: string | null;
  readonly tlsCert: readonly string[];
  readonly tlsKey: readonly string[];
  /** The least that all outgoing mail is held to. */
  readonly tlsPolicy: TlsPolicy;
  /** Where an ACME client puts its answers to challenges; null = nowhere. */
  readonly acmeWebroot: string | null;
  readonly tlsMin: { readonly submission: TlsVersion; readonly mx: TlsVersion; readonly delivery: TlsVersion };
  readonly doors: number;
  readonly messageSize: number;
  readonly connectionLimit: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

export type Loaded = { readonly config: Config } | { readonly faults: readonly string[] };

type Env = Readonly<Record<string, string | undefined>>;
/** A value that is not allowed; the text says what is. */
class Bad extends Error {}

/** Reads every setting; collects all faults at once. `root` is the repository: relative paths count from it. */
export function loadConfig(env: Env, root: string): Loaded {
  const faults: string[] = [];
  const known = new Set<string>();
  const take = <T>(name: string, otherwise: T, read: (text: string) => T): T => {
    known.add(name).add(`${name}_FILE`);
    const text = rawValue(env, name, faults);
    if (text === undefined) return otherwise;
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      const secret = /KEY|SMARTHOST|DATABASE/.test(name);
      faults.push(`${name} is ${secret ? 'not valid' : JSON.stringify(text.slice(0, 80))}: ${error.message}`);
      return otherwise;
    }
  };
  const path = (text: string): string => resolve(root, text);
  const dataDir = take('SESAME_DATA_DIR', resolve(root, 'data'), path);
  const config: Config = {
    root,
    dataDir,
    databaseUrl: take('SESAME_DATABASE_URL', null, text =>
      /^postgres(ql)?:\/\//.test(text) ? text : bad('postgres://user@host/database, or unset for SQLite'),
    ),
    hostname: take('SESAME_HOSTNAME', hostname().toLowerCase(), text => domainName(text) ?? bad('a host name such as mail.example.com')),
    listen: {
      http: take('SESAME_HTTP_LISTEN', [{ host: '127.0.0.1', port: 8025 }], listens),
      https: take('SESAME_HTTPS_LISTEN', [], listens),
      submission: take('SESAME_SUBMISSION_LISTEN', [{ host: '127.0.0.1', port: 2587 }], listens),
      submissions: take('SESAME_SUBMISSIONS_LISTEN', [{ host: '127.0.0.1', port: 2465 }], listens),
      mx: take('SESAME_MX_LISTEN', [{ host: '127.0.0.1', port: 2525 }], listens),
    },
    publicUrl: take('SESAME_PUBLIC_URL', null, text =>
      URL.canParse(text) && /^https?:/.test(text) ? text.replace(/\/$/, '') : bad('a URL such as https://mail.example.com'),
    ),
    signUp: take('SESAME_SIGN_UP', false, text => (text === 'open' || text === 'off' ? text === 'open' : bad('open or off'))),
    trustedProxies: take('SESAME_TRUSTED_PROXIES', [], text => list(text).map(cidr)),
    operatorKey: take('SESAME_OPERATOR_KEY', null, text => (text.length >= 32 ? text : bad('at least 32 characters'))),
    secretKeyFile: take('SESAME_SECRET_KEY_FILE', join(dataDir, 'secret.key'), path),
    resolver: take('SESAME_RESOLVER', [], text =>
      list(text).map(one => (/^\[|^[\d.]+(:|$)/.test(one) ? withPort(one, 53) : bad('ip or ip:port, comma list'))),
    ),
    resolverTrusted: take('SESAME_RESOLVER_TRUSTED', /^(127\.|\[?::1)/.test(env['SESAME_RESOLVER'] ?? ''), flag),
    deliveryPort: take('SESAME_DELIVERY_PORT', 25, text => whole(text, 1, 65_535)),
    smarthost: take('SESAME_SMARTHOST', null, smarthost),
    sendingIps: take('SESAME_SENDING_IPS', [], sendingIps),
    ipCheckIntervalMs: take('SESAME_IP_CHECK_INTERVAL', 5 * MINUTE, text => between(duration(text), 100, HOUR, '100ms to 1h')),
    dnsbls: take('SESAME_DNSBLS', DEFAULT_ZONES, zones),
    mxDnsbls: take('SESAME_MX_DNSBLS', [], zones),
    mxDomainDnsbls: take('SESAME_MX_DOMAIN_DNSBLS', [], zones),
    portProbe: take('SESAME_PORT_PROBE', null, text => {
      const [one, ...more] = listens(text);
      return one && more.length === 0 ? one : bad('one host:port or [::]:port');
    }),
    shaping: take('SESAME_SHAPING', null, path),
    countries: take('SESAME_COUNTRIES', null, path),
    lmtpTargets: take('SESAME_LMTP_TARGETS', {}, lmtpTargets),
    postmaster: take('SESAME_POSTMASTER', null, text => normalAddress(text) ?? bad('an address such as postmaster@example.com')),
    scoreDomain: take('SESAME_SCORE_DOMAIN', null, text => domainName(text) ?? bad('a host name such as score.example.com')),
    tlsReports: take('SESAME_TLS_REPORTS', true, text => (text === 'on' || text === 'off' ? text === 'on' : bad('on or off'))),
    privatePeers: take('SESAME_PRIVATE_PEERS', [], text => list(text).map(cidr)),
    allowPrivatePeers: take('SESAME_ALLOW_PRIVATE_PEERS', false, flag),
    contentLifetimeMs: take('SESAME_CONTENT_LIFETIME', 96 * HOUR, text => between(duration(text), HOUR, 168 * HOUR, '1h to 168h')),
    metadataLifetimeMs: take('SESAME_METADATA_LIFETIME', 30 * DAY, text => between(duration(text), HOUR, 3_650 * DAY, '1h to 3650d')),
    clamd: take('SESAME_CLAMD', null, clamd),
    clamdMaxAgeMs: take('SESAME_CLAMD_MAX_AGE', 7 * DAY, duration),
    clamdTimeoutMs: take('SESAME_CLAMD_TIMEOUT', 20_000, duration),
    clamdMaxBytes: take('SESAME_CLAMD_MAX_BYTES', null, size),
    yaraRules: take('SESAME_YARA_RULES', null, text => resolve(root, text)),
    yaraBudgetMs: take('SESAME_YARA_BUDGET', 250, duration),
    filterModel: take('SESAME_FILTER_MODEL', null, text => resolve(root, text)),
    tlsCert: take('SESAME_TLS_CERT', [], text => list(text).map(path)),
    tlsKey: take('SESAME_TLS_KEY', [], text => list(text).map(path)),
    tlsPolicy: take('SESAME_TLS_POLICY', 'opportunistic', text =>
      TLS_POLICIES.includes(text) ? (text as TlsPolicy) : bad(TLS_POLICIES.join(', ')),
    ),
    acmeWebroot: take('SESAME_ACME_WEBROOT', null, path),
    tlsMin: {
      submission: take('SESAME_TLS_MIN_SUBMISSION', 'TLSv1.2', tlsVersion),
      mx: take('SESAME_TLS_MIN_MX', 'TLSv1', tlsVersion),
      delivery: take('SESAME_TLS_MIN_DELIVERY', 'TLSv1', tlsVersion),
    },
    doors: take('SESAME_DOORS', availableParallelism(), text => whole(text, 1, 256)),
    messageSize: take('SESAME_MESSAGE_SIZE', 25 * MiB, text => between(size(text), 64 * KiB, 512 * MiB, '64KiB to 512MiB')),
    connectionLimit: take('SESAME_CONNECTION_LIMIT', 50, text => whole(text, 1, 1_000_000)),
    logLevel: take('SESAME_LOG', 'info', text => (LEVELS.includes(text) ? (text as Config['logLevel']) : bad(LEVELS.join(', ')))),
  };
  for (const name of Object.keys(env)) {
    if (name.startsWith('SESAME_') && !known.has(name) && !CLIENT_SETTINGS.includes(name))
      faults.push(`${name} is no setting of Sesame: look for a slip of the pen`);
  }
  if (config.signUp && config.publicUrl === null)
    faults.push('SESAME_SIGN_UP is "open": SESAME_PUBLIC_URL is needed for the link that confirms an account');
  if (config.tlsCert.length !== config.tlsKey.length)
    faults.push('SESAME_TLS_CERT and SESAME_TLS_KEY must name as many files as each other');
  return faults.length > 0 ? { faults } : { config: deepFreeze(config) };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TLS_POLICIES: readonly string[] = ['opportunistic', 'required', 'verified'];
const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];
/** Read by bin/sesame and tests, not by the server. */
const CLIENT_SETTINGS: readonly string[] = ['SESAME_URL', 'SESAME_API_KEY', 'SESAME_API_KEY_FILE', 'SESAME_KILLS', 'SESAME_SEED'];

function bad(allowed: string): never {
  throw new Bad(`allowed is ${allowed}`);
}

/** The variable itself, or what the file that `NAME_FILE` names holds. Empty counts as unset. */
function rawValue(env: Env, name: string, faults: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '' || name.endsWith('_FILE')) return env[name] === '' ? undefined : env[name];
  if (env[name]) {
    faults.push(`${name} and ${name}_FILE are both set: keep one`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    faults.push(`${name}_FILE is ${JSON.stringify(file)}: the file cannot be read`);
    return undefined;
  }
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '');
}

function listens(text: string): readonly Listen[] {
  return list(text).map(one => {
    const found = /^(?:\[([0-9a-f:.]+)\]|([^:]+)):(\d{1,5})$/i.exec(one);
    const port = Number(found?.[3]);
    return found && port <= 65_535 ? { host: (found[1] ?? found[2]) as string, port } : bad('host:port or [::]:port, comma list');
  });
}

function withPort(text: string, port: number): string {
  return /^\[.*\](:\d+)?$/.test(text) ? (text.includes(']:') ? text : `${text}:${port}`) : text.includes(':') ? text : `${text}:${port}`;
}

function zones(text: string): readonly string[] {
  return text === 'off' ? [] : [...new Set(list(text).map(one => domainName(one) ?? bad('names of DNS blocklists, comma list, or off')))];
}

function sendingIps(text: string): readonly string[] {
  const ips = new Set(list(text).map(one => (isIP(one) ? canonicalIp(one) : bad('IP addresses, comma list'))));
  return ips.size <= MAX_IPS ? [...ips] : bad(`at most ${MAX_IPS} IP addresses`);
}

function whole(text: string, least: number, most: number): number {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : bad(`a whole number from ${least} to ${most}`);
}

function between(value: number, least: number, most: number, allowed: string): number {
  return value >= least && value <= most ? value : bad(allowed);
}

function flag(text: string): boolean {
  return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : bad('0 or 1');
}

function duration(text: string): number {
  const found = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const unit = { ms: 1, s: 1_000, m: 60_000, h: HOUR, d: DAY }[found?.[2] ?? ''];
  return found && unit ? Number(found[1]) * unit : bad('a number with its unit: 30s, 10m, 96h, 30d');
}

function size(text: string): number {
  const found = /^(\d+)\s*(B|KiB|MiB|GiB|KB|MB|GB)?$/i.exec(text);
  const unit = { b: 1, kib: KiB, mib: MiB, gib: 1024 * MiB, kb: 1e3, mb: 1e6, gb: 1e9 }[(found?.[2] ?? 'b').toLowerCase()];
  return found && unit ? Number(found[1]) * unit : bad('bytes, or a number with KiB, MiB, GiB');
}

function cidr(text: string): string {
  const [ip, bits] = text.split('/');
  const kind = isIP(ip ?? '');
  const most = kind === 4 ? 32 : 128;
  return kind !== 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
    ? `${ip}/${bits ?? most}`
    : bad('addresses or ranges such as 10.0.0.0/8, comma list');
}

function tlsVersion(text: string): TlsVersion {
  const versions: readonly string[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
  return versions.includes(text) ? (text as TlsVersion) : bad(versions.join(', '));
}

/** `host:port`, `smtp://user:pass@host:587?tls=verified` or `smtps://…`; credentials are never sent but over verified TLS. */
function smarthost(text: string): Smarthost {
  const plain = /^([^/@:]+|\[[0-9a-f:]+\]):(\d+)$/i.exec(text);
  if (plain)
    return {
      host: (plain[1] as string).replace(/^\[|\]$/g, ''),
      port: whole(plain[2] as string, 1, 65_535),
      implicit: false,
      user: null,
      password: null,
      tls: 'opportunistic',
    };
  if (!/^smtps?:\/\//.test(text) || !URL.canParse(text)) bad('host:port, smtp://user:pass@host:587?tls=verified or smtps://…');
  const url = new URL(text);
  const implicit = url.protocol === 'smtps:';
  const asked = url.searchParams.get('tls');
  const user = url.username ? decodeURIComponent(url.username) : null;
  const tls = asked ?? (user ? 'verified' : implicit ? 'required' : 'opportunistic');
  if (tls !== 'opportunistic' && tls !== 'required' && tls !== 'verified') bad('tls=opportunistic, tls=required or tls=verified');
  if (user && tls !== 'verified') bad('tls=verified with a user: credentials go over verified TLS only');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : implicit ? 465 : 25,
    implicit,
    user,
    password: user ? decodeURIComponent(url.password) : null,
    tls: tls as Smarthost['tls'],
  };
}

function lmtpTargets(text: string): Config['lmtpTargets'] {
  const targets: Record<string, { readonly path: string } | Listen> = {};
  for (const one of list(text)) {
    const [, name, at] = /^([A-Za-z0-9._-]+)=(.+)$/.exec(one) ?? [];
    if (!name || !at) bad('name=unix:/path or name=host:port, comma list');
    targets[name as string] = (at as string).startsWith('unix:') ? { path: (at as string).slice(5) } : (listens(at as string)[0] as Listen);
  }
  return targets;
}

function clamd(text: string): Config['clamd'] {
  if (text === 'off') return { kind: 'off' };
  if (text.startsWith('unix:/')) return { kind: 'unix', path: text.slice(5) };
  const at = /^tcp:\/\/(.+)$/.exec(text)?.[1];
  return at ? { kind: 'tcp', ...(listens(at)[0] as Listen) } : bad('unix:/path, tcp://host:port or off');
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
