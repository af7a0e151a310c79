// The doctor on the machine: its name and the way back from its addresses, our own ports, who reads postmaster mail, the disk.
import { readCountryFile } from '../engines/countries.ts';
import { existsSync, statfsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { reverseName } from '../ips/address.ts';
import { MiB } from '../limits.ts';
import type { Doctor, Finding } from './types.ts';

const WAIT_MS = 3_000;
/** statfs types of btrfs, ZFS and overlay. */
const COPYING = new Set([0x9123683e, 0x2fc12fc1, 0x794c7630]);

export async function* names({ config: { hostname }, resolver }: Doctor): AsyncIterable<Finding> {
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

export function postmaster({ postmaster: address }: Config): Finding {
  const fix =
    'Set SESAME_POSTMASTER: mail to postmaster@ and abuse@ of every domain must reach a person (RFC 2142), until then it gets 450.';
  return { group: 'Mailboxes', name: 'postmaster', state: address ? 'ok' : 'fail', found: address ?? 'SESAME_POSTMASTER is not set', fix };
}

export async function* ports({ listen }: Config): AsyncIterable<Finding> {
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

/** Allocations of addresses move all the time. */
const OLD_COUNTRIES_MS = 90 * 86_400_000;

/** What a login from a country never seen is known by; not set, there is nothing to say. */
export function* countries({ countries: path }: Config): Iterable<Finding> {
  if (path === null) return;
  const base = { group: 'Countries', name: 'file', fix: 'Put a newer file in its place: it is read at once.' };
  const file = readCountryFile(path);
  if ('fault' in file) return void (yield { ...base, state: 'fail', found: file.fault });
  const known = WELL_KNOWN.some(ip => file.of(ip) !== null);
  const state = known && Date.now() - file.builtAt.getTime() < OLD_COUNTRIES_MS ? 'ok' : 'warn';
  const found = `${path} of ${file.builtAt.toISOString().slice(0, 10)}`;
  yield { ...base, state, found: known ? found : `${found} knows the country of none of ${WELL_KNOWN.join(', ')}` };
}

/** Addresses of public resolvers, which every such file has. */
const WELL_KNOWN: readonly string[] = ['8.8.8.8', '9.9.9.9', '2001:4860:4860::8888'];

export function disk({ dataDir }: Config): Finding {
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
