// A small DNSSEC signer for tests (RFC 4034, 4035, 6605): one P-256 key a zone, each RRset signed when it is asked for, names that do not
// exist answered with an NSEC of their own (RFC 4470 in its shortest form: nothing stands here but NSEC and RRSIG).
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encode, type Answer } from 'dns-packet';

const DAY = 86_400;
/** Octets of a message before its first record. */
const HEADER = 12;
const TYPE: Readonly<Record<string, number>> = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, NSEC: 47, DNSKEY: 48, TLSA: 52 };

export type ZoneKey = {
  readonly zone: string;
  readonly dnskey: Answer;
  /** For unbound's trust-anchor. */
  readonly anchor: string;
  /** The RRset with its RRSIG. `broken`: one bit of the signature is wrong. */
  readonly signed: (records: readonly Answer[], broken?: boolean) => readonly Answer[];
};

export function newZoneKey(zone: string): ZoneKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // RFC 6605 section 4: the point without its leading 04.
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-64);
  const data = { flags: 257, algorithm: 13, key: point };
  const dnskey = { name: zone, type: 'DNSKEY', ttl: 60, data } as unknown as Answer;
  const tag = keyTag(Buffer.concat([Buffer.from([1, 1, 3, 13]), point]));
  return {
    zone,
    dnskey,
    anchor: `${zone}. DNSKEY 257 3 13 ${point.toString('base64')}`,
    signed: (records, broken = false) => [...records, rrsig(zone, tag, privateKey, records, broken)],
  };
}

/** The proof that a name has these types and no other. */
export function nsec(name: string, types: readonly string[]): Answer {
  const data = { nextDomain: `\0.${name}`, rrtypes: [...types, 'RRSIG', 'NSEC'] };
  return { name, type: 'NSEC', ttl: 0, data } as unknown as Answer;
}

function rrsig(zone: string, keyTagOf: number, key: KeyObject, records: readonly Answer[], broken: boolean): Answer {
  const first = records[0] as { readonly name: string; readonly type: string; readonly ttl?: number };
  const now = Math.floor(Date.now() / 1000);
  const labels = first.name.split('.').length;
  const ttl = first.ttl ?? 0;
  const head = Buffer.alloc(18);
  head.writeUInt16BE(TYPE[first.type] as number, 0);
  head.writeUInt8(13, 2);
  head.writeUInt8(labels, 3);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt32BE(now + DAY, 8);
  head.writeUInt32BE(now - DAY, 12);
  head.writeUInt16BE(keyTagOf, 16);
  // Canonical order is by RDATA (RFC 4034 section 6.3); what stands before it is the same in all of a set but for the length.
  const rows = records.map(one => encode({ answers: [one] }).subarray(HEADER)).toSorted((a, b) => Buffer.compare(rdata(a), rdata(b)));
  const signature = sign('sha256', Buffer.concat([head, wireName(zone), ...rows]), { key, dsaEncoding: 'ieee-p1363' });
  if (broken) signature[0] = (signature[0] as number) ^ 1;
  const times = { originalTTL: ttl, expiration: now + DAY, inception: now - DAY };
  const data = { typeCovered: first.type, algorithm: 13, labels, ...times, keyTag: keyTagOf, signersName: zone, signature };
  return { name: first.name, type: 'RRSIG', ttl, data } as unknown as Answer;
}

function wireName(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(one => Buffer.from([one.length, ...Buffer.from(one)])), Buffer.from([0])]);
}

/** Behind the name: type, class, TTL, length. */
function rdata(record: Buffer): Buffer {
  let at = 0;
  while (record[at] !== 0) at += 1 + (record[at] as number);
  return record.subarray(at + 11);
}

/** RFC 4034 appendix B. */
function keyTag(dnskey: Buffer): number {
  const sum = dnskey.reduce((all, byte, i) => all + (i & 1 ? byte : byte << 8), 0);
  return (sum + (sum >> 16)) & 0xffff;
}
