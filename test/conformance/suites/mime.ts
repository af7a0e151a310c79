// The shared MIME suite (RFC 2045-2047, 2231, 6532, MS-OXTNEF): does the walker reach every leaf that an independent parser found?
// Unit: messages. A leaf is reached when its bytes are a leaf of ours, or its text stands inside one of our texts, white space ignored.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseMailboxes } from '../../../src/message/addresses.ts';
import { firstOf } from '../../../src/message/headers.ts';
import { walk, type Leaf, type Message } from '../../../src/message/walk.ts';
import { decodeWords } from '../../../src/message/words.ts';
import type { Case, Suite } from '../suite.ts';

type WantedLeaf = { readonly type: string; readonly charset?: string; readonly b64: string };
type Expect = {
  readonly subject?: string;
  readonly from_name?: string;
  readonly text?: string;
  readonly filenames?: readonly string[];
  readonly no_header?: string;
  readonly filename_must_not_contain?: readonly string[];
};
type Test = {
  readonly file: string;
  readonly oracle: string;
  readonly leaves?: readonly WantedLeaf[];
  readonly expect?: Expect;
  readonly tnef_files?: readonly string[];
};
type Manifest = { readonly suite: string; readonly tests: readonly Test[] };

/** The suite's README: no exception, under one second. */
const MOST_MS = 1_000;

export const mime: Suite = { folder: 'mime', names: ['mime'], run };

async function* run(folder: string): AsyncIterable<Case> {
  for (const set of readdirSync(folder, { withFileTypes: true })) {
    if (!set.isDirectory()) continue;
    const manifest = JSON.parse(readFileSync(join(folder, set.name, 'manifest.json'), 'utf8')) as Manifest;
    for (const test of manifest.tests) {
      const faults = judge(readFileSync(join(folder, set.name, test.file)), test);
      yield {
        suite: 'mime',
        id: `${set.name}/${test.file}`,
        expected: wish(test),
        got: faults.length === 0 ? wish(test) : faults.join('; '),
        ok: faults.length === 0,
      };
    }
  }
}

const wish = (test: Test): string =>
  test.leaves
    ? `${test.leaves.length} leaves reached`
    : test.tnef_files
      ? `${test.tnef_files.length} TNEF names`
      : JSON.stringify(test.expect);

/** What is wrong with our reading of one message; empty when nothing is. */
export function judge(raw: Buffer, test: Test): readonly string[] {
  const before = performance.now();
  try {
    const message = walk(raw);
    for (const leaf of message.leaves) leaf.text();
    const faults = [
      ...missedLeaves(message, test),
      ...missedTnef(message, test.tnef_files ?? []),
      ...missedFields(message, test.expect ?? {}),
    ];
    return performance.now() - before > MOST_MS ? [...faults, 'took longer than a second'] : faults;
  } catch (error) {
    return [`threw ${String(error)}`];
  }
}

const squeezedBytes = (bytes: Buffer): string => bytes.toString('latin1').replace(/[\0\s]+/g, '');
const squeezed = (text: string): string => text.replace(/[\s\u00a0\ufeff]+/g, '');
const isText = (leaf: Leaf): boolean => /^(?:text|message)\//.test(leaf.type);

/** One line for each leaf of the oracle that no leaf of ours contains. */
function missedLeaves(message: Message, test: Test): readonly string[] {
  const ours = message.leaves.map(leaf => ({
    leaf,
    bytes: squeezedBytes(leaf.bytes()),
    text: isText(leaf) ? squeezed(leaf.text()) : null,
  }));
  return (test.leaves ?? []).flatMap((wanted, n) => {
    const bytes = Buffer.from(wanted.b64, 'base64');
    const plain = squeezedBytes(bytes);
    const text = squeezed(oracleText(bytes, test.oracle.startsWith('stalwart') ? 'utf-8' : (wanted.charset ?? '')));
    const reached = ours.some(one => one.bytes === plain || (one.text !== null && (one.text.includes(text) || one.bytes.includes(plain))));
    return reached ? [] : [`leaf ${n + 1} (${wanted.type}, ${bytes.length} bytes) not reached`];
  });
}

/** The oracle's text by Node's own decoder, so that a fault of our charset table is not on both sides. */
function oracleText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset || 'utf-8').decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** TNEF names are wanted as often as they stand in the list. */
function missedTnef(message: Message, names: readonly string[]): readonly string[] {
  const left = message.leaves.flatMap(leaf => (leaf.fileName === null ? [] : [leaf.fileName]));
  return names.flatMap(name => {
    const at = left.indexOf(name);
    if (at < 0) return [`TNEF file ${name} missing`];
    left.splice(at, 1);
    return [];
  });
}

function missedFields(message: Message, expect: Expect): readonly string[] {
  const { raw, headers, leaves } = message;
  const faults: string[] = [];
  const same = (what: string, got: string, wanted: string | undefined): void => {
    if (wanted !== undefined && got !== wanted) faults.push(`${what} is ${JSON.stringify(got)}`);
  };
  same('subject', decodeWords(firstOf(raw, headers, 'subject') ?? ''), expect.subject);
  same('from name', decodeWords(parseMailboxes(firstOf(raw, headers, 'from') ?? '')[0]?.name ?? ''), expect.from_name);
  const body = leaves.find(leaf => leaf.type === 'text/plain' && leaf.fileName === null && leaf.reading === 'main');
  same('text', body?.text().trim() ?? '', expect.text);
  const names = leaves.flatMap(leaf => (leaf.fileName === null ? [] : [leaf.fileName]));
  for (const name of expect.filenames ?? []) if (!names.includes(name)) faults.push(`file name ${name} is not in ${JSON.stringify(names)}`);
  if (expect.no_header !== undefined && headers.fields.some(field => field.name === expect.no_header))
    faults.push(`header ${expect.no_header}`);
  for (const bad of expect.filename_must_not_contain ?? [])
    if (names.some(name => name.includes(bad))) faults.push(`a file name holds ${bad}`);
  return faults;
}
