// Builds a list of the blocked library beside the server: from what it held and what is imported, lines in one file and a segment of keys in
// another. Memory is bounded whatever the size. Both files are durable when it returns; nobody sees them before the database names them.
import { rmSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { MAX_LINE, TOLD_LINES } from '../../library/bounds.ts';
import { newReader, type Defaults, type Format } from '../../library/formats.ts';
import { combine, lineOf, readKept, readValue, VALUE_BYTES, writeValue, type Kept } from '../../library/kept.ts';
import { KEY_BYTES } from '../segments/format.ts';
import { newSegmentBuilder } from '../segments/build.ts';
import { lookUp, valueAt } from '../segments/look-up.ts';
import { attachSegment, type Segment, type SegmentDescription } from '../segments/open.ts';
import { eachLine } from '../lines.ts';
import { isIp, linesFile, newLines, SEGMENT_KIND, segmentFile, writeKey } from './files.ts';

export type BuildAsk = {
  readonly folder: string;
  /** The files are called after it. */
  readonly mark: string;
  readonly secret: string;
  /** What the list holds by now; null: nothing, or it is to be gone. */
  readonly old: { readonly segment: SegmentDescription; readonly lines: string; readonly sha256: string } | null;
  /** Keys, in hexadecimal, of old entries that were taken out. */
  readonly dropped: readonly string[];
  readonly upload: string;
  readonly format: Format;
  readonly defaults: Defaults;
  /** Whose word counts for a pattern that both have. */
  readonly wins: 'new' | 'old';
  /** Entries that the list may have. */
  readonly most: number;
  readonly now: number;
};
export type Counts = {
  /** Bytes of the import that are read, of all. */
  readonly bytes: number;
  readonly size: number;
  /** Lines that say something. */
  readonly lines: number;
  readonly valid: number;
  readonly invalid: number;
  /** Passed over since they make themselves. */
  readonly automatic: number;
  /** Patterns that came again, or were there. */
  readonly repeated: number;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
};
export type BuiltList = {
  readonly mark: string;
  readonly entries: number;
  readonly segmentSha256: string;
  readonly linesSha256: string;
  readonly linesBytes: number;
  /** Widths of the ranges in it. */
  readonly widths: { readonly v4: readonly number[]; readonly v6: readonly number[] };
  readonly grouped: boolean;
};

/** Beside a server memory is dearer than the time of a merge of more runs. */
const RUN_BYTES = 8 * 1024 * 1024;

/** `refused`: why the list stays as it was. Throws what the system says; nothing is left behind then. */
export async function buildList(
  ask: BuildAsk,
  progress: (counts: Counts) => void,
): Promise<({ readonly list: BuiltList } | { readonly refused: string }) & { readonly counts: Counts }> {
  const { folder, mark, secret, upload } = ask;
  const lines = newLines(linesFile(folder, mark));
  const segment = newSegmentBuilder({
    path: segmentFile(folder, mark),
    kind: SEGMENT_KIND,
    valueBytes: VALUE_BYTES,
    combine,
    runBytes: RUN_BYTES,
  });
  const key = Buffer.alloc(KEY_BYTES);
  const value = Buffer.alloc(VALUE_BYTES);
  const [v4, v6] = [new Set<number>(), new Set<number>()];
  const tally = newTally(statSync(upload).size, progress);
  let [grouped, added, isDone] = [false, 0, false];
  const put = (kept: Kept): void => {
    writeValue(value, { ...kept, text: lines.add(lineOf(kept)) });
    segment.add(key, value);
    // What comes twice counts once at the end; far beyond it there is no reason to go on.
    if (++added > 2 * ask.most + SLACK) throw new TooMany();
    if (kept.group !== null) grouped = true;
    const slash = kept.pattern.indexOf('/');
    if (slash > 0 && !kept.pattern.includes('@')) (kept.pattern.includes(':') ? v6 : v4).add(Number(kept.pattern.slice(slash + 1)));
  };
  const takeOld = (): Promise<string | null> => (ask.old === null ? Promise.resolve(null) : eachOld(ask, ask.old, key, kept => put(kept)));
  const takeNew = async (): Promise<string | null> => {
    // Out of a backup: what was taken out stays out, and what is over must still end what the lines before it say.
    const isKept = ask.format === 'kept';
    const dropped = new Set(isKept ? ask.dropped : []);
    const read = newReader(isIp, ask.format, ask.defaults);
    return eachLine(
      upload,
      (line, number) => {
        const got = line === null ? { fault: `it has more than ${MAX_LINE} characters` } : read(readable(line));
        tally.note(got, number);
        if (got === null || !('entries' in got)) return;
        for (const kept of got.entries) {
          if (!isKept && kept.expiresAt !== null && kept.expiresAt <= ask.now) continue;
          writeKey(key, secret, kept.pattern, kept.group);
          if (dropped.size === 0 || !dropped.has(key.toString('hex'))) put(kept);
        }
      },
      tally.read,
    );
  };
  try {
    for (const take of ask.wins === 'new' ? [takeOld, takeNew] : [takeNew, takeOld]) {
      const fault = await take();
      if (fault !== null) return { refused: fault, counts: tally.told(0) };
    }
    const text = lines.finish();
    const built = segment.finish();
    const counts = tally.told(built.duplicates);
    if (built.count > ask.most) return { refused: tooMany(ask.most), counts };
    isDone = true;
    const widths = { v4: [...v4].toSorted((a, b) => a - b), v6: [...v6].toSorted((a, b) => a - b) };
    const sums = { segmentSha256: built.sha256, linesSha256: text.sha256, linesBytes: text.bytes };
    return { list: { mark, entries: built.count, ...sums, widths, grouped }, counts };
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
    return { refused: tooMany(ask.most), counts: tally.told(0) };
  } finally {
    if (!isDone) {
      lines.abandon();
      segment.abandon();
      rmSync(segmentFile(folder, mark), { force: true });
    }
  }
}

class TooMany extends Error {}
const SLACK = 100_000;
const tooMany = (most: number): string => `the list would have more than ${most.toLocaleString('en-US')} entries`;

/** Lines come byte for byte. */
function readable(latin1: string): string {
  const line = latin1.endsWith('\r') ? latin1.slice(0, -1) : latin1;
  for (let i = 0; i < line.length; i++) if (line.charCodeAt(i) > 0x7f) return Buffer.from(line, 'latin1').toString('utf8');
  return line;
}

/** The living entries of the list as it was, with their key in `key`: not over, not taken out, no line that a later one took the place of. */
async function eachOld(ask: BuildAsk, old: NonNullable<BuildAsk['old']>, key: Buffer, take: (kept: Kept) => void): Promise<string | null> {
  const segment: Segment = attachSegment(old.segment);
  const dropped = new Set(ask.dropped);
  const digest = createHash('sha256');
  let offset = 0;
  const fault = await eachLine(old.lines, line => {
    const at = offset;
    offset += (line?.length ?? 0) + 1;
    if (line === null) return;
    digest.update(line, 'latin1').update('\n');
    const kept = readKept(readable(line));
    if (!kept) return;
    writeKey(key, ask.secret, kept.pattern, kept.group);
    const index = lookUp(segment, key);
    if (index < 0) return;
    const value = readValue(valueAt(segment, index));
    if (value.text !== at || (value.expiresAt !== null && value.expiresAt <= ask.now)) return;
    if (dropped.size > 0 && dropped.has(key.toString('hex'))) return;
    take({ ...kept, sender: value.sender, recipient: value.recipient });
  });
  if (fault !== null || digest.digest('hex') !== old.sha256) return 'the file of the list is damaged: import it anew with mode=replace';
  return null;
}

type Got = ReturnType<ReturnType<typeof newReader>>;

function newTally(
  size: number,
  progress: (counts: Counts) => void,
): {
  readonly note: (got: Got, line: number) => void;
  readonly read: (bytes: number) => void;
  readonly told: (repeated: number) => Counts;
} {
  const findings: { field: string; message: string }[] = [];
  let [bytes, lines, valid, invalid, automatic] = [0, 0, 0, 0, 0];
  const told = (repeated: number): Counts => ({ bytes, size, lines, valid, invalid, automatic, repeated, findings });
  return {
    note: (got, line) => {
      if (got === null) return;
      lines++;
      if ('entries' in got) valid++;
      else if ('automatic' in got) automatic++;
      else {
        invalid++;
        if (findings.length < TOLD_LINES) findings.push({ field: `line ${line}`, message: got.fault });
      }
    },
    read: so => {
      bytes = so;
      progress(told(0));
    },
    told,
  };
}
