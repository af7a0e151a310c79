// Reads DMARC aggregate reports (RFC 7489 appendix C, RFC 9990): bare XML, gzip or zip, alone or in a mail. Everything in them is the claim of a stranger.
import { decodeCharset } from '../message/charset.ts';
import type { Message } from '../message/walk.ts';
import { unpacked } from './packed.ts';
import { readXml, type Element } from './xml.ts';

export type DmarcResult = {
  readonly domain: string;
  readonly result: string;
  readonly selector: string | null;
  readonly scope: string | null;
};

export type DmarcRecord = {
  readonly sourceIp: string;
  readonly count: number;
  /** Lower-case words as they stand: none, quarantine, reject; pass, fail. Empty where nothing stands. */
  readonly disposition: string;
  readonly dkim: string;
  readonly spf: string;
  readonly reasons: readonly { readonly type: string; readonly comment: string }[];
  readonly headerFrom: string;
  readonly envelopeFrom: string | null;
  readonly envelopeTo: string | null;
  readonly dkimResults: readonly DmarcResult[];
  readonly spfResults: readonly DmarcResult[];
};

export type DmarcReport = {
  readonly orgName: string;
  readonly email: string;
  readonly reportId: string;
  /** Epoch seconds; null where they are no numbers. */
  readonly begin: number | null;
  readonly end: number | null;
  readonly domain: string;
  readonly policy: string;
  readonly subdomainPolicy: string | null;
  readonly records: readonly DmarcRecord[];
};

const MAX_RECORDS = 100_000;
const MAX_RESULTS = 100;

/** null when no part of the mail is such a report. */
export function readDmarcMail(message: Message): DmarcReport | null {
  for (const leaf of message.leaves.slice(0, 50)) {
    const isNamed = /\.(?:xml|gz|zip)$/i.test(leaf.fileName ?? '');
    if (!isNamed && !/^(?:application\/(?:x-)?(?:gzip|zip|zip-compressed|xml|octet-stream)|text\/xml)/.test(leaf.type)) continue;
    const report = readDmarcAggregate(leaf.bytes());
    if (report) return report;
  }
  return null;
}

/** The bytes of a report, packed or not; null when they are none. */
export function readDmarcAggregate(bytes: Buffer): DmarcReport | null {
  const plain = unpacked(bytes);
  const root = plain && readXml(textOf(plain));
  if (root?.name !== 'feedback') return null;
  const about = child(root, 'report_metadata');
  const policy = child(root, 'policy_published');
  const range = about && child(about, 'date_range');
  const records = children(root, 'record').slice(0, MAX_RECORDS);
  if (!about || !policy) return null;
  return {
    orgName: text(about, 'org_name'),
    email: text(about, 'email'),
    reportId: text(about, 'report_id'),
    begin: number(range, 'begin'),
    end: number(range, 'end'),
    domain: text(policy, 'domain').toLowerCase(),
    policy: text(policy, 'p').toLowerCase(),
    subdomainPolicy: text(policy, 'sp').toLowerCase() || null,
    records: records.flatMap(record),
  };
}

/** The encoding that the first line names; UTF-8 else. */
function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeCharset(bytes.subarray(2), 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeCharset(bytes.subarray(2), 'utf-16be');
  const named = /^[^>]{0,100}encoding=["']([A-Za-z0-9_-]{1,40})["']/.exec(bytes.toString('latin1', 0, 200))?.[1];
  return decodeCharset(bytes, named ?? 'utf-8').replace(/^\ufeff/, '');
}

function record(element: Element): readonly DmarcRecord[] {
  const row = child(element, 'row');
  // Early reporters wrote `identities`.
  const identifiers = child(element, 'identifiers') ?? child(element, 'identities');
  const results = child(element, 'auth_results');
  const evaluated = row && child(row, 'policy_evaluated');
  const count = number(row, 'count');
  if (!row) return [];
  return [
    {
      sourceIp: text(row, 'source_ip'),
      count: count ?? 0,
      disposition: text(evaluated, 'disposition').toLowerCase(),
      dkim: text(evaluated, 'dkim').toLowerCase(),
      spf: text(evaluated, 'spf').toLowerCase(),
      reasons: children(evaluated, 'reason')
        .slice(0, MAX_RESULTS)
        .map(one => ({ type: text(one, 'type').toLowerCase(), comment: text(one, 'comment') })),
      headerFrom: text(identifiers, 'header_from').toLowerCase(),
      envelopeFrom: text(identifiers, 'envelope_from').toLowerCase() || null,
      envelopeTo: text(identifiers, 'envelope_to').toLowerCase() || null,
      dkimResults: children(results, 'dkim').slice(0, MAX_RESULTS).map(result),
      spfResults: children(results, 'spf').slice(0, MAX_RESULTS).map(result),
    },
  ];
}

const result = (element: Element): DmarcResult => ({
  domain: text(element, 'domain').toLowerCase(),
  result: text(element, 'result').toLowerCase(),
  selector: text(element, 'selector') || null,
  scope: text(element, 'scope').toLowerCase() || null,
});

type Maybe = Element | null | undefined;
const children = (element: Maybe, name: string): readonly Element[] => element?.children.filter(one => one.name === name) ?? [];
const child = (element: Maybe, name: string): Element | null => element?.children.find(one => one.name === name) ?? null;
const text = (element: Maybe, name: string): string => child(element, name)?.text.slice(0, 1_000) ?? '';
function number(element: Maybe, name: string): number | null {
  const value = text(element, name);
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}
