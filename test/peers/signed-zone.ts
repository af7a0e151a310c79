// Names below .test with and without DNSSEC, as a real validating resolver tells them: an authoritative server of our own (zone data as in
// stub-dns.ts, signed on the way out), and Debian's unbound in front of it, which sets AD, or answers SERVFAIL to what is forged.
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, type Answer, type DecodedPacket, type RecordType } from 'dns-packet';
import { recordOf, type Zone } from '../stub-dns.ts';
import { until } from '../server.ts';
import { newZoneKey, nsec, type ZoneKey } from './dnssec.ts';

/** `forged`: the signature is wrong; `servfail`: this server's own trouble; `silent`: no answer at all. */
export type Fault = 'forged' | 'servfail' | 'silent';

export type SignedZone = {
  /** unbound's, for SESAME_RESOLVER. */
  readonly address: string;
  /** `name TYPE` to values, under .test; may be changed at any time: nothing is cached. */
  readonly zone: Zone;
  readonly faults: Record<string, Fault>;
  readonly close: () => Promise<void>;
};

const UNBOUND = '/usr/sbin/unbound';

/** Why there can be no validating resolver here; false when there can. */
export const noUnbound = (): string | false => (existsSync(UNBOUND) ? false : 'Debian package unbound is not installed');

/** `signed`: the zones below .test that are signed and whose key the resolver trusts; every other name is as it is in an unsigned zone. */
export async function startSignedZone(signed: readonly string[]): Promise<SignedZone> {
  const zone: Zone = {};
  const faults: Record<string, Fault> = {};
  const keys = signed.map(newZoneKey);
  const authority = createSocket('udp4');
  authority.on('message', (bytes, from) => {
    const reply = answerTo(decode(bytes) as DecodedPacket & { id: number }, zone, faults, keys);
    if (reply) authority.send(reply, from.port, from.address);
  });
  await bound(authority, 0);
  const port = await freePort();
  const folder = mkdtempSync('/tmp/sesame-unbound-');
  writeFileSync(join(folder, 'unbound.conf'), settings(folder, port, authority.address().port, keys));
  const unbound = spawn(UNBOUND, ['-d', '-c', join(folder, 'unbound.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  unbound.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const kill = (): void => void unbound.kill('SIGKILL');
  process.once('exit', kill);
  await until('unbound answers', () => {
    if (unbound.exitCode !== null) throw new Error(`unbound ended:\n${log}`);
    return /start of service/.test(log);
  });
  return {
    address: `127.0.0.1:${port}`,
    zone,
    faults,
    close: async () => {
      process.removeListener('exit', kill);
      const gone = new Promise(resolve => unbound.once('exit', resolve));
      unbound.kill('SIGTERM');
      await gone;
      await new Promise<void>(resolve => authority.close(() => resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Not one query leaves this machine: every name but .test is denied here. */
function settings(folder: string, port: number, authority: number, keys: readonly ZoneKey[]): string {
  const stubs = ['test', ...keys.map(key => key.zone)].map(
    name => `stub-zone:\n  name: "${name}."\n  stub-addr: 127.0.0.1@${authority}\n  stub-no-cache: yes\n`,
  );
  return `server:
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  verbosity: 1
  num-threads: 1
  interface: 127.0.0.1@${port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "validator iterator"
  local-zone: "." static
  local-zone: "test." transparent
  qname-minimisation: no
  aggressive-nsec: no
  cache-max-ttl: 0
  cache-max-negative-ttl: 0
  val-bogus-ttl: 0
${keys.map(key => `  trust-anchor: "${key.anchor}"\n`).join('')}remote-control:
  control-enable: no
${stubs.join('')}`;
}

function answerTo(
  query: DecodedPacket & { id: number },
  zone: Zone,
  faults: Record<string, Fault>,
  keys: readonly ZoneKey[],
): Buffer | null {
  const question = query.questions?.[0];
  if (!question) return null;
  const name = question.name.toLowerCase();
  const fault = faults[`${name} ${question.type}`];
  if (fault === 'silent') return null;
  const key = keys.find(one => name === one.zone || name.endsWith(`.${one.zone}`));
  const found = fault === 'servfail' ? [] : recordsOf(name, question.type, zone, key);
  const none = fault === 'servfail' || found.length > 0 ? [] : denial(name, zone, key);
  const broken = fault === 'forged';
  const SERVFAIL = 2;
  return encode({
    type: 'response',
    id: query.id,
    // QR and AA.
    flags: 0x0400 | (fault === 'servfail' ? SERVFAIL : 0),
    questions: [question],
    answers: key && found.length > 0 ? [...key.signed(found, broken)] : [...found],
    authorities: key ? none.flatMap(one => key.signed([one], broken)) : [...none],
    // DO: without it unbound takes this for a server that knows no DNSSEC.
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0x8000 } as unknown as Answer],
  });
}

function recordsOf(name: string, type: RecordType, zone: Zone, key: ZoneKey | undefined): readonly Answer[] {
  if (key && name === key.zone && type === 'DNSKEY') return [key.dnskey];
  const values = zone[`${name} ${type}`] ?? [];
  if (values.length > 0) return values.map(value => recordOf(name, type, value));
  return (zone[`${name} CNAME`] ?? []).map(value => recordOf(name, 'CNAME', value));
}

function denial(name: string, zone: Zone, key: ZoneKey | undefined): readonly Answer[] {
  const apex = key?.zone ?? 'test';
  const data = { mname: `ns.${apex}`, rname: `root.${apex}`, serial: 1, refresh: 600, retry: 600, expire: 6000, minimum: 0 };
  const soa: Answer = { name: apex, type: 'SOA', ttl: 0, data };
  const types = Object.keys(zone)
    .filter(one => one.startsWith(`${name} `))
    .map(one => one.slice(name.length + 1));
  return key ? [soa, nsec(name, name === apex ? [...types, 'SOA', 'DNSKEY'] : types)] : [soa];
}

function bound(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', resolve));
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await bound(socket, 0);
  const { port } = socket.address();
  await new Promise<void>(resolve => socket.close(() => resolve()));
  return port;
}
