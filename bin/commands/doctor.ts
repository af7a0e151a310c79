// `doctor`: names, sending IPs, ports, certificates, MTA-STS, scanner, disk: ok, warn, fail or unknown, with what is, what should be, and
// what to do.
import { existsSync, statfsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../../src/config.ts';
import { systemClock } from '../../src/engines/clock.ts';
import { newResolver } from '../../src/engines/resolver/resolver.ts';
import { newClamd } from '../../src/engines/scanner/clamd.ts';
import { streamLimit, temporaryDirectory } from '../../src/engines/scanner/clamd-conf.ts';
import { openHashLists } from '../../src/engines/scanner/hashes.ts';
import { DEBIAN_SOCKET } from '../../src/engines/scanner/signatures.ts';
import type { Resolver } from '../../src/engines/resolver/types.ts';
import { reverseName } from '../../src/ips/address.ts';
import { MiB } from '../../src/limits.ts';
import { EXIT, out, type Command } from '../command.ts';
import { settings } from '../settings.ts';
import type { Finding, State } from './doctor/finding.ts';
import { outbound } from './doctor/outbound.ts';
import { sendingIps } from './doctor/sending-ips.ts';
import { certificates, mtaSts } from './doctor/tls.ts';

const MARK: Readonly<Record<State, string>> = { ok: '✓', warn: '!', fail: '✗', unknown: '?' };
const WAIT_MS = 3_000;
const DAY_MS = 86_400_000;

export const doctor: Command = {
  summary: 'check names, sending IPs, ports, certificates, MTA-STS, scanner, disk',
  help: 'usage: sesame doctor [--json] [--strict]\n\nExit 1 when a check failed; with --strict also when one warns. A look-up that fails is `unknown`, not `fail`.',
  run: async args => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' }, strict: { type: 'boolean' } } });
    const config = settings();
    const resolver = newResolver({ servers: config.resolver, trusted: config.resolverTrusted, clock: systemClock });
    const counts: Record<State, number> = { ok: 0, warn: 0, fail: 0, unknown: 0 };
    let group = '';
    for await (const one of findings(config, resolver)) {
      counts[one.state]++;
      if (values.json) {
        out(JSON.stringify(one));
        continue;
      }
      if (one.group !== group) out(one.group);
      group = one.group;
      out(`  ${MARK[one.state]} ${one.state.padEnd(8)}${one.name.padEnd(20)}${one.found}`);
      if (one.fix && one.state !== 'ok') out(`${' '.repeat(12)}${one.fix}`);
    }
    resolver.close();
    if (!values.json) out(`${counts.fail} fail, ${counts.warn} warn, ${counts.unknown} unknown, ${counts.ok} ok`);
    return counts.fail > 0 || (values.strict && counts.warn > 0) ? EXIT.checkFailed : EXIT.done;
  },
};

async function* findings(config: Config, resolver: Resolver): AsyncIterable<Finding> {
  yield* names(config, resolver);
  yield* outbound(config, resolver);
  yield* sendingIps(config, resolver);
  yield postmaster(config);
  yield* ports(config);
  yield* certificates(config);
  yield* mtaSts(resolver);
  yield* scanner(config);
  yield disk(config);
}

async function* names({ hostname }: Config, resolver: Resolver): AsyncIterable<Finding> {
  const base = { group: 'Names and DNS' };
  const ips: string[] = [];
  let unanswered = false;
  for (const type of ['A', 'AAAA'] as const) {
    const answer = await resolver.lookUp(hostname, type);
    if (answer.kind === 'records') ips.push(...answer.records);
    else unanswered ||= answer.kind !== 'nodata' && answer.kind !== 'nxdomain';
  }
  const fix = `Publish an A record for ${hostname}, or set SESAME_HOSTNAME to the name of this machine.`;
  yield ips.length > 0
    ? { ...base, name: 'hostname', state: 'ok', found: `${hostname} is ${ips.join(', ')}`, fix: null }
    : {
        ...base,
        name: 'hostname',
        state: unanswered ? 'unknown' : 'fail',
        found: unanswered ? 'DNS does not answer' : `${hostname} has no address`,
        fix,
      };
  for (const ip of ips) {
    const answer = await resolver.lookUp(reverseName(ip), 'PTR');
    const back = answer.kind === 'records' ? answer.records.map(one => one.replace(/\.$/, '')) : [];
    const none = answer.kind === 'nodata' || answer.kind === 'nxdomain';
    const found = `${ip} is ${back[0] ?? (none ? '(nothing)' : '(no answer)')}, expected ${hostname}`;
    const state = back.includes(hostname) ? 'ok' : answer.kind === 'records' || none ? 'fail' : 'unknown';
    yield {
      ...base,
      name: 'reverse DNS',
      state,
      found,
      fix: 'Ask the owner of the address (your hosting provider) to set PTR. Many receivers refuse mail without it.',
    };
  }
}

function postmaster({ postmaster: address }: Config): Finding {
  const fix =
    'Set SESAME_POSTMASTER: mail to postmaster@ and abuse@ of every domain must reach a person (RFC 2142), until then it gets 450.';
  return { group: 'Mailboxes', name: 'postmaster', state: address ? 'ok' : 'fail', found: address ?? 'SESAME_POSTMASTER is not set', fix };
}

async function* ports({ listen }: Config): AsyncIterable<Finding> {
  for (const kind of ['http', 'https', 'submission', 'submissions', 'mx'] as const) {
    for (const { host, port } of listen[kind]) {
      if (port === 0) continue;
      const open = await answers(host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host, port);
      yield {
        group: 'Ports',
        name: kind,
        state: open ? 'ok' : 'warn',
        found: `${host}:${port} ${open ? 'answers' : 'does not answer'}`,
        fix: 'Start the server, or look at its log.',
      };
    }
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: WAIT_MS });
    const done = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', done(true)).once('error', done(false)).once('timeout', done(false));
  });
}

/** The test file that every signature database knows, in pieces so that this file is not one itself. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''));

async function* scanner(config: Config): AsyncIterable<Finding> {
  const base = { group: 'Scanner', name: 'signatures' };
  const without = 'Only built-in rules, hash lists and the EICAR pattern look for malware: known viruses pass unless a rule meets them.';
  const at = config.clamd ?? { kind: 'unix' as const, path: DEBIAN_SOCKET };
  if (at.kind === 'off' || (config.clamd === null && at.kind === 'unix' && !existsSync(at.path))) {
    const found =
      at.kind === 'off' ? 'ClamAV is switched off: there are no signatures' : 'ClamAV is not installed: there are no signatures';
    yield { ...base, state: 'warn', found, fix: `${without} Install clamav-daemon.` };
  } else {
    const clamd = newClamd(at);
    const where = at.kind === 'tcp' ? `${at.host}:${at.port}` : at.path;
    const version = await clamd.version();
    if (version === null) {
      yield { ...base, state: 'fail', found: `${where} does not answer`, fix: 'Start clamd: without it mail waits at the sender (451).' };
    } else {
      const days = version.builtAt === null ? null : Math.floor((Date.now() - version.builtAt) / DAY_MS);
      const old = version.builtAt !== null && Date.now() - version.builtAt > config.clamdMaxAgeMs;
      const age = days === null ? 'a database of your own, without a date' : `signatures ${version.signatures} of ${days} days ago`;
      const answer = await clamd.scan(EICAR);
      yield {
        ...base,
        state: old || answer.kind === 'failed' ? 'fail' : answer.kind === 'clean' ? 'warn' : 'ok',
        found: `${where}, ClamAV ${version.engine}, ${age}${answer.kind === 'clean' ? ', does not know the EICAR test file' : answer.kind === 'failed' ? `, ${answer.why}` : ''}`,
        fix: old
          ? 'Run freshclam: mail waits at the sender (451) until signatures are newer.'
          : 'Look at the log of clamd and at its database directory.',
      };
      const most = config.clamdMaxBytes ?? streamLimit(at);
      yield {
        group: 'Scanner',
        name: 'largest part',
        state: 'ok',
        found: `${Math.floor(most / MiB)} MiB go to clamd in one piece`,
        fix: null,
      };
    }
    clamd.close();
    yield* spill(temporaryDirectory(at));
  }
  yield await hashLists(config);
}

/** clamd unpacks into files: on a disk they would be content that is saved. */
function* spill(folder: string | null): Iterable<Finding> {
  if (folder === null || !existsSync(folder)) return;
  const memory = statfsSync(folder).type === TMPFS;
  const fix =
    'Set TemporaryDirectory in clamd.conf to a folder in memory (tmpfs), or attachments pass over the disk while they are scanned.';
  yield {
    group: 'Scanner',
    name: 'temporary files',
    state: memory ? 'ok' : 'warn',
    found: `clamd unpacks into ${folder}${memory ? ', in memory' : ', on a disk'}`,
    fix,
  };
}

async function hashLists({ dataDir }: Config): Promise<Finding> {
  const base = { group: 'Scanner', name: 'hash lists' };
  const lists = await openHashLists(join(dataDir, 'hashes'));
  if (lists.faults.length > 0)
    return {
      ...base,
      state: 'fail',
      found: lists.faults.join('; '),
      fix: 'Import the list again or remove it: bin/sesame hashes. Until then mail waits at the sender (451).',
    };
  const found =
    lists.entries === 0 ? 'none imported' : `${lists.entries.toLocaleString('en')} hashes in ${lists.description.lists.length} lists`;
  return { ...base, state: 'ok', found, fix: null };
}

function disk({ dataDir }: Config): Finding {
  const at = existsSync(dataDir) ? dataDir : dirname(dataDir);
  const { bavail, bsize, type } = statfsSync(existsSync(at) ? at : '/');
  const free = Math.floor((bavail * bsize) / MiB);
  const reserve = existsSync(join(dataDir, 'reserve')) ? ', reserve held' : '';
  const base = { group: 'Disk', name: 'data directory' };
  if (free < 64)
    return { ...base, state: 'fail', found: `${free} MiB free at ${at}`, fix: 'Make room: new mail is refused (452) until there is.' };
  if (COPYING.has(type))
    return {
      ...base,
      state: 'warn',
      found: `${free} MiB free; this file system keeps copies of what is overwritten`,
      fix: 'Use ext4 or XFS: on btrfs, ZFS and overlay destroyed keys may survive.',
    };
  return { ...base, state: free < 1024 ? 'warn' : 'ok', found: `${free} MiB free at ${at}${reserve}`, fix: 'Make room soon.' };
}

const TMPFS = 0x01021994;
/** statfs types of btrfs, ZFS and overlay. */
const COPYING = new Set([0x9123683e, 0x2fc12fc1, 0x794c7630]);
