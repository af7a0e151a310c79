// An entry of a list as it is kept: a line of text on the disk (tab-separated), and a value of 10 bytes in memory that answers a look-up
// without the text. The line begins with the pattern, so that a prefix is found by looking for it behind a line end.
import { kindOf, type Entry } from './match.ts';

/** What an entry says about one direction. */
export type Word = 'block' | 'allow' | null;
export type Kept = {
  /** As `readPattern` gave it. */
  readonly pattern: string;
  readonly sender: Word;
  readonly recipient: Word;
  readonly class: (typeof CLASSES)[number];
  readonly expiresAt: number | null;
  readonly group: string | null;
  /** null: as the list says. */
  readonly source: string | null;
  readonly reason: string | null;
};
export type Value = Pick<Kept, 'sender' | 'recipient' | 'class' | 'expiresAt'> & { readonly text: number };

/** Classes that a list may hold; what makes itself (hard bounces, complaints) never stands in one. The order is that of the files. */
export const CLASSES = [null, 'unsubscribed', 'malware', 'trap'] as const;
const WORDS = [null, 'block', 'allow'] as const;
const MINUTE = 60_000;
export const VALUE_BYTES = 10;
const TEXT_AT = 5;
const TEXT_BYTES = 5;

/** What a look-up's key is made of: one pattern may stand once for each group of mail. */
export const nameOf = (pattern: string, group: string | null): string => (group === null ? pattern : `${pattern}\n${group}`);

/** An entry ends with the minute: what is left of it counts as a whole one. */
const minutesOf = (at: number | null): number => (at === null ? 0 : Math.min(0xffff_ffff, Math.max(1, Math.ceil(at / MINUTE))));
const flagsOf = (kept: Pick<Kept, 'sender' | 'recipient' | 'class'>): number =>
  WORDS.indexOf(kept.sender) | (WORDS.indexOf(kept.recipient) << 2) | (CLASSES.indexOf(kept.class) << 4);

/** Bits 0-1 sender, 2-3 recipient, 4-5 class; then the minute of the end (4 bytes, 0: none) and where the text stands (5 bytes). */
export function writeValue(value: Buffer, kept: Value): void {
  value[0] = flagsOf(kept);
  value.writeUInt32LE(minutesOf(kept.expiresAt), 1);
  value.writeUIntLE(kept.text, TEXT_AT, TEXT_BYTES);
}

export function readValue(value: Buffer): Value {
  const minutes = value.readUInt32LE(1);
  return { ...fromFlags(value[0] ?? 0), expiresAt: minutes === 0 ? null : minutes * MINUTE, text: value.readUIntLE(TEXT_AT, TEXT_BYTES) };
}

/** Of the same pattern the later line counts, but for a direction that it says nothing about: for that the earlier one still speaks. */
export function combine(kept: Uint8Array, later: Uint8Array): void {
  const before = kept[0] ?? 0;
  let flags = later[0] ?? 0;
  for (const word of [0b0011, 0b1100]) if ((flags & word) === 0) flags |= before & word;
  kept.set(later);
  kept[0] = flags;
}

function fromFlags(flags: number): Pick<Value, 'sender' | 'recipient' | 'class'> {
  return { sender: WORDS[flags & 3] ?? null, recipient: WORDS[(flags >> 2) & 3] ?? null, class: CLASSES[(flags >> 4) & 3] ?? null };
}

/** The line without its end: pattern, flags, minute of the end, group, source, reason; empty fields at the end are left out. */
export function lineOf(kept: Kept): string {
  const minutes = minutesOf(kept.expiresAt);
  const flags = flagsOf(kept);
  if (minutes === 0 && kept.group === null && kept.source === null && kept.reason === null) return `${kept.pattern}\t${flags}`;
  return `${kept.pattern}\t${flags}\t${minutes || ''}\t${kept.group ?? ''}\t${clean(kept.source)}\t${clean(kept.reason)}`.replace(
    /\t+$/,
    '',
  );
}

/** null: no line of ours (damage). */
export function readKept(line: string): Kept | null {
  const [pattern = '', flags = '', minutes = '', group = '', source = '', reason = ''] = line.split('\t');
  if (pattern === '' || !/^\d{1,3}$/.test(flags)) return null;
  return {
    pattern,
    ...fromFlags(Number(flags)),
    expiresAt: minutes === '' ? null : Number(minutes) * MINUTE,
    group: group || null,
    source: source || null,
    reason: reason || null,
  };
}

// oxlint-disable-next-line no-control-regex
const clean = (text: string | null): string => (text === null ? '' : text.replace(/[\x00-\x1f\x7f]+/g, ' '));

/** What the gates are told: one entry, or one for each direction when they say different things. */
export function entriesOf(
  { sender, recipient, class: kind, expiresAt }: Omit<Value, 'text'>,
  of: Pick<Entry, 'id' | 'accountId' | 'pattern' | 'source' | 'group'>,
): readonly Entry[] {
  const both = { ...of, kind: kindOf(of.pattern), class: kind, expiresAt } as const;
  if (sender !== null && sender === recipient) return [{ ...both, action: sender, direction: 'both' }];
  return [
    ...(sender === null ? [] : [{ ...both, action: sender, direction: 'sender' } as const]),
    ...(recipient === null ? [] : [{ ...both, action: recipient, direction: 'recipient' } as const]),
  ];
}
