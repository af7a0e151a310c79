// The MIME walker: one truth for filter, scanner and delivery. Every part by offsets, and where mail can be read in two ways (two
// encodings, two boundaries, parts behind the closing line, text around the parts) the other reading is a leaf too, so nothing hides.
import { MAX_BLOCKS, MAX_DEPTH, MAX_PARTS, MAX_READINGS, READ_FACTOR, READ_LEAST, SCAN_FACTOR } from './bounds.ts';
import { decodeCharset } from './charset.ts';
import { allOf, readHeaders, type HeaderBlock } from './headers.ts';
import { parseStructured, type Structured } from './params.ts';
import { isTnef, readTnef } from './tnef.ts';
import { decodeTransfer, encodingOf, endOfFirstRun, uuBlocks, yencBlocks, type Encoding } from './transfer.ts';
import { decodeWords } from './words.ts';

/** Why a message is ambiguous or was not read whole. */
export type Note =
  | 'two_content_types'
  | 'two_transfer_encodings'
  | 'two_boundaries'
  | 'unknown_transfer_encoding'
  | 'after_closing_boundary'
  | 'text_around_parts'
  | 'no_boundary'
  | 'broken_header'
  | 'base64_after_padding'
  | 'limit_readings'
  | 'limit_bytes'
  | 'encoded_multipart'
  | 'limit_parts'
  | 'limit_depth'
  | 'limit_headers'
  | 'limit_scan';

export type Leaf = {
  /** `1.2`: the second part of the first. */
  readonly path: string;
  /** As declared, lower-case; the default where nothing is declared. */
  readonly type: string;
  readonly charset: string;
  readonly disposition: string;
  readonly fileName: string | null;
  readonly contentId: string | null;
  readonly encoding: Encoding;
  /** `alternate`: what another reader might see here. */
  readonly reading: 'main' | 'alternate';
  readonly format: ReadonlyMap<string, string>;
  /** Types of the containers around it, outermost first. */
  readonly within: readonly string[];
  /** The bytes as they are encoded: a view into the message, but for what a decoded container carries. */
  readonly source: Buffer;
  /** Decoded bytes; kept after the first call. */
  readonly bytes: () => Buffer;
  readonly text: () => string;
};

export type Message = {
  readonly raw: Buffer;
  readonly headers: HeaderBlock;
  readonly leaves: readonly Leaf[];
  readonly notes: ReadonlySet<Note>;
  /** False when a bound was hit: something may be unseen. */
  readonly complete: boolean;
};

type Walk = {
  readonly leaves: Leaf[];
  readonly notes: Set<Note>;
  parts: number;
  /** Bytes looked at for boundaries, and bytes of leaves and decoded containers, each with what is allowed. */
  scanned: number;
  readonly budget: number;
  read: number;
  readonly mayRead: number;
};
type Place = {
  readonly path: string;
  readonly depth: number;
  readonly reading: Leaf['reading'];
  readonly defaultType: string;
  readonly within: readonly string[];
};

export function walk(raw: Buffer): Message {
  const state: Walk = {
    leaves: [],
    notes: new Set(),
    parts: 0,
    scanned: 0,
    budget: raw.length * SCAN_FACTOR + 1_000_000,
    read: 0,
    mayRead: raw.length * READ_FACTOR + READ_LEAST,
  };
  const headers = part(state, raw, 0, raw.length, { path: '1', depth: 0, reading: 'main', defaultType: 'text/plain', within: [] });
  const complete = ![...state.notes].some(note => note.startsWith('limit_'));
  return { raw, headers, leaves: state.leaves, notes: state.notes, complete };
}

function part(state: Walk, bytes: Buffer, start: number, end: number, place: Place): HeaderBlock {
  const headers = readHeaders(bytes, start, end);
  if (headers.cut) state.notes.add('limit_headers');
  if (++state.parts > MAX_PARTS) {
    state.notes.add('limit_parts');
    return headers;
  }
  readings(state, bytes, headers, end, place);
  const other: Place = { ...place, reading: 'alternate' };
  if (headers.fields.length === 0 && headers.bodyStart < end) {
    // No header: but a reader that steps over the first line may find one behind it.
    const behind = readHeaders(bytes, start, end, true);
    if (behind.fields.some(field => field.name.startsWith('content-'))) {
      state.notes.add('broken_header');
      readings(state, bytes, behind, end, other);
    }
  } else if (headers.brokenAt !== null) {
    // A line that is no field: to some readers the body begins here, under the fields before it.
    state.notes.add('broken_header');
    const { brokenAt } = headers;
    const before = { ...headers, fields: headers.fields.filter(field => field.start < brokenAt) };
    const { type, encoding } = firstReading(bytes, before, place);
    const isContainer = type.value.startsWith('multipart/') || MESSAGE.test(type.value);
    if (!isContainer) leaf(state, bytes.subarray(brokenAt, end), { type, encoding, disposition: PLAIN, contentId: null }, other);
  }
  return headers;
}

const MESSAGE = /^message\/(?:rfc822|global|news)$/;
const PLAIN: Structured = { value: '', params: new Map() };

function firstReading(bytes: Buffer, headers: HeaderBlock, place: Place): { readonly type: Structured; readonly encoding: Encoding } {
  const type = allOf(bytes, headers, 'content-type')[0];
  const encoding = allOf(bytes, headers, 'content-transfer-encoding').map(encodingOf)[0];
  return { type: valid(type === undefined ? PLAIN : parseStructured(type), place.defaultType), encoding: encoding ?? 'identity' };
}

/** The body under every type and encoding that the header names. */
function readings(state: Walk, bytes: Buffer, headers: HeaderBlock, end: number, place: Place): void {
  const types = distinct(allOf(bytes, headers, 'content-type')).map(parseStructured);
  const encodings = distinct(allOf(bytes, headers, 'content-transfer-encoding'));
  if (types.length > 1) state.notes.add('two_content_types');
  if (encodings.length > 1) state.notes.add('two_transfer_encodings');
  const known = encodings.map(encodingOf);
  if (known.includes(null)) state.notes.add('unknown_transfer_encoding');
  const decoders = [...new Set(known.filter(one => one !== null))];
  if (decoders.length === 0) decoders.push('identity');
  // Past so many, something is left unread: that is never clean.
  if (types.length > MAX_READINGS || decoders.length > MAX_READINGS) state.notes.add('limit_readings');
  const disposition = parseStructured(allOf(bytes, headers, 'content-disposition')[0] ?? '');
  const contentId = allOf(bytes, headers, 'content-id')[0]?.replace(/^<|>$/g, '') ?? null;
  for (const [t, type] of (types.length > 0 ? types : [PLAIN]).slice(0, MAX_READINGS).entries()) {
    const read = valid(type, place.defaultType);
    for (const [e, encoding] of choices(state, bytes, headers, end, read.value, decoders).entries()) {
      const reading = t === 0 && e === 0 ? place.reading : 'alternate';
      body(state, bytes, headers.bodyStart, end, { type: read, encoding, disposition, contentId }, { ...place, reading });
    }
  }
}

/** Encodings to read a body of this type under; containers are read as they stand first. */
function choices(
  state: Walk,
  bytes: Buffer,
  headers: HeaderBlock,
  end: number,
  type: string,
  decoders: readonly Encoding[],
): readonly Encoding[] {
  if (type.startsWith('multipart/')) return [decoders.find(one => one !== 'identity') ?? 'identity'];
  const some = decoders.slice(0, MAX_READINGS);
  if (!MESSAGE.test(type) || some.includes('identity')) return some;
  // RFC 2046 forbids an encoding here, and some readers heed none: what stands there may be a message as it is.
  const asItIs = readHeaders(bytes, headers.bodyStart, end).fields.some(field => field.name.startsWith('content-'));
  if (asItIs) state.notes.add('two_transfer_encodings');
  return asItIs ? [...some, 'identity'] : some;
}

type Head = { readonly type: Structured; readonly encoding: Encoding; readonly disposition: Structured; readonly contentId: string | null };

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];
const valid = (type: Structured, otherwise: string): Structured =>
  /^[^\s/]+\/[^\s/]+$/.test(type.value) ? type : { ...type, value: type.value.startsWith('multipart') ? 'multipart/mixed' : otherwise };

/** False when the readings of this message together are too much; then something stays unseen. */
function mayRead(state: Walk, length: number): boolean {
  if (state.read + length > state.mayRead) {
    state.notes.add('limit_bytes');
    return false;
  }
  state.read += length;
  return true;
}

function body(state: Walk, bytes: Buffer, start: number, end: number, head: Head, place: Place): void {
  const kind = head.type.value;
  if (kind.startsWith('multipart/')) return multipart(state, bytes, start, end, head, place);
  if (!MESSAGE.test(kind)) return leaf(state, bytes.subarray(start, end), head, place);
  if (place.depth >= MAX_DEPTH) {
    state.notes.add('limit_depth');
    return leaf(state, bytes.subarray(start, end), head, place);
  }
  const within = [...place.within, kind];
  const inner = { ...place, depth: place.depth + 1, path: `${place.path}.1`, defaultType: 'text/plain', within };
  if (head.encoding === 'identity') part(state, bytes, start, end, inner);
  else if (mayRead(state, end - start)) {
    const decoded = decodeTransfer(bytes.subarray(start, end), head.encoding);
    part(state, decoded, 0, decoded.length, inner);
  }
}

function leaf(state: Walk, source: Buffer, head: Head, place: Place, fileName?: string): void {
  if (state.leaves.length >= MAX_PARTS) return void state.notes.add('limit_parts');
  if (!mayRead(state, source.length)) return;
  let kept: Buffer | null = null;
  const decoded = (): Buffer => (kept ??= decodeTransfer(source, head.encoding));
  const name = fileName ?? head.disposition.params.get('filename') ?? head.type.params.get('name');
  const charset = head.type.params.get('charset') ?? '';
  const made: Leaf = {
    path: place.path,
    type: head.type.value,
    charset,
    disposition: head.disposition.value,
    fileName: name === undefined || name === '' ? null : baseName(decodeWords(name)),
    contentId: head.contentId,
    encoding: head.encoding,
    reading: place.reading,
    format: head.type.params,
    within: place.within,
    source,
    bytes: decoded,
    text: () => decodeCharset(decoded(), charset),
  };
  state.leaves.push(made);
  opened(state, made, source, place);
  const firstEnds = head.encoding === 'base64' ? endOfFirstRun(source) : null;
  if (firstEnds === null) return;
  state.notes.add('base64_after_padding');
  leaf(state, source.subarray(0, firstEnds), head, { ...place, reading: 'alternate' }, fileName);
}

/** The last step of a path without control characters: readers save under nothing else. */
const baseName = (name: string): string => (name.split(/[/\\]/).at(-1) || name).replace(/\p{Cc}+/gu, '');

const carried = (type: string): Head => ({
  type: { value: type, params: new Map() },
  encoding: 'identity',
  disposition: PLAIN,
  contentId: null,
});

/** What a leaf carries inside: TNEF files, and uuencoded or yEnc blocks in text (behind the first of an encoded part too). */
function opened(state: Walk, from: Leaf, source: Buffer, place: Place): void {
  const inside = (n: number): Place => ({ ...place, depth: place.depth + 1, path: `${place.path}.${n}` });
  const isCarried = from.encoding === 'identity' && isTnef(source);
  if (isCarried || /tnef/.test(from.type) || /\.dat$/i.test(from.fileName ?? '')) {
    if (place.depth >= MAX_DEPTH) return void state.notes.add('limit_depth');
    const tnef = readTnef(from.bytes());
    if (tnef && !tnef.complete) state.notes.add('limit_parts');
    for (const [n, file] of (tnef?.files ?? []).entries())
      leaf(state, file.bytes, carried('application/octet-stream'), inside(n + 1), file.name);
    for (const [n, one] of (tnef?.bodies ?? []).entries())
      leaf(state, one.bytes, carried(one.type), inside(n + 1 + (tnef?.files.length ?? 0)), one.name);
    return;
  }
  const isEncodedBlock = from.encoding === 'uuencode' || from.encoding === 'yenc';
  if (!isEncodedBlock && !from.type.startsWith('text/') && from.encoding !== 'identity') return;
  const bytes = isEncodedBlock ? source : from.bytes();
  const blocks = [...uuBlocks(bytes, MAX_BLOCKS), ...yencBlocks(bytes, MAX_BLOCKS)].slice(isEncodedBlock ? 1 : 0);
  if (blocks.length > 0 && place.depth >= MAX_DEPTH) return void state.notes.add('limit_depth');
  if (blocks.length >= MAX_BLOCKS) state.notes.add('limit_parts');
  for (const [n, block] of blocks.entries()) leaf(state, block.bytes, carried('application/octet-stream'), inside(n + 1), block.name);
}

function multipart(state: Walk, bytes: Buffer, start: number, end: number, head: Head, place: Place): void {
  if (place.depth >= MAX_DEPTH) {
    state.notes.add('limit_depth');
    return leaf(state, bytes.subarray(start, end), head, place);
  }
  const named = head.type.params.get('boundary');
  const others = (head.type.others ?? []).filter(([name]) => name === 'boundary').map(([, value]) => value);
  const boundaries = distinct(
    [named, named?.trimEnd(), ...others, guess(bytes, start, end)].filter((one): one is string => one !== undefined && one !== ''),
  );
  let used = 0;
  for (const boundary of boundaries) {
    if (used > 0 && boundary === named?.trimEnd()) continue;
    const cuts = delimiters(state, bytes, start, end, boundary);
    if (cuts.length === 0) continue;
    if (used++ > 0) {
      state.notes.add('two_boundaries');
      if (used > MAX_READINGS) {
        state.notes.add('limit_readings');
        break;
      }
    }
    between(state, bytes, start, end, cuts, head, used > 1 ? { ...place, reading: 'alternate' } : place);
  }
  if (used > 0) {
    // A reader that finds no boundary in the header does not guess: it shows the whole.
    if (boundaries.length === 1 && named === undefined) {
      state.notes.add('no_boundary');
      leaf(state, bytes.subarray(start, end), head, { ...place, reading: 'alternate' });
    }
    return;
  }
  if (head.encoding !== 'identity' && place.depth < MAX_DEPTH && mayRead(state, end - start)) {
    state.notes.add('encoded_multipart');
    const decoded = decodeTransfer(bytes.subarray(start, end), head.encoding);
    return multipart(state, decoded, 0, decoded.length, { ...head, encoding: 'identity' }, { ...place, depth: place.depth + 1 });
  }
  state.notes.add('no_boundary');
  leaf(state, bytes.subarray(start, end), head, place);
}

/** A boundary that is not named may still be seen: the first line that begins with two hyphens. */
function guess(bytes: Buffer, start: number, end: number): string | undefined {
  const head = bytes.toString('latin1', start, Math.min(end, start + 2_000));
  return /(?:^|\n)--([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])[ \t]*\r?\nContent-/.exec(head)?.[1];
}

type Cut = { readonly at: number; readonly next: number; readonly closes: boolean };

/** Lines that are the boundary: `--boundary`, or `--boundary--` which closes; blanks may follow. */
function delimiters(state: Walk, bytes: Buffer, start: number, end: number, boundary: string): readonly Cut[] {
  state.scanned += end - start;
  if (state.scanned > state.budget) {
    state.notes.add('limit_scan');
    return [];
  }
  const mark = Buffer.from(`--${boundary}`, /[^\p{ASCII}\u0080-\u00ff]/u.test(boundary) ? 'utf8' : 'latin1');
  const cuts: Cut[] = [];
  // Only this part is searched: a boundary that does not stand in it must not be looked for in all the rest.
  const body = bytes.subarray(start, end);
  for (let found = body.indexOf(mark); found >= 0; found = body.indexOf(mark, found + mark.length)) {
    const at = start + found;
    if (at > start && bytes[at - 1] !== 10 && bytes[at - 1] !== 13) continue;
    let after = at + mark.length;
    const closes = bytes[after] === 45 && bytes[after + 1] === 45;
    if (closes) after += 2;
    while (after < end && (bytes[after] === 32 || bytes[after] === 9)) after++;
    if (after < end && bytes[after] === 13) after++;
    if (after < end && bytes[after] !== 10 && !(closes || bytes[after - 1] === 13)) continue;
    cuts.push({ at, next: after < end && bytes[after] === 10 ? after + 1 : after, closes });
    if (cuts.length > MAX_PARTS) {
      state.notes.add('limit_parts');
      break;
    }
  }
  return cuts;
}

function between(state: Walk, bytes: Buffer, start: number, end: number, cuts: readonly Cut[], head: Head, place: Place): void {
  const defaultType = head.type.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const within = [...place.within, head.type.value];
  around(state, bytes, start, cuts[0]?.at ?? end, `${place.path}.0`, place);
  let closed = false;
  let n = 0;
  for (const [i, cut] of cuts.entries()) {
    const stop = lineBefore(bytes, cut.next, cuts[i + 1]?.at ?? end, cuts[i + 1] !== undefined);
    if (cut.closes) {
      closed = true;
      around(state, bytes, cut.next, stop, `${place.path}.e`, place);
      continue;
    }
    if (closed) state.notes.add('after_closing_boundary');
    const reading = closed ? 'alternate' : place.reading;
    part(state, bytes, cut.next, Math.max(cut.next, stop), {
      path: `${place.path}.${++n}`,
      depth: place.depth + 1,
      reading,
      defaultType,
      within,
    });
    if (state.notes.has('limit_parts')) return;
  }
}

/** The line end before a boundary belongs to the boundary. */
function lineBefore(bytes: Buffer, from: number, at: number, isBoundary: boolean): number {
  if (!isBoundary || at <= from) return at;
  if (bytes[at - 1] === 10) return bytes[at - 2] === 13 && at - 2 >= from ? at - 2 : at - 1;
  return bytes[at - 1] === 13 ? at - 1 : at;
}

const BLANK = /^\s*$/;
/** Sentences that say nothing else, whole: what stands behind one is not hidden with it. */
const NOTICE = /^\s*this is a (?:multi-?part|(?:cryptographically|s\/mime) signed) message in mime format\.?\s*$/i;

/** Preamble and epilogue: readers do not show them, but what stands there must be seen by filter and scanner. */
function around(state: Walk, bytes: Buffer, start: number, end: number, path: string, place: Place): void {
  if (
    end - start < 3 ||
    (BLANK.test(bytes.toString('latin1', start, Math.min(end, start + 64))) && BLANK.test(bytes.toString('latin1', start, end)))
  )
    return;
  if (end - start < 200 && NOTICE.test(bytes.toString('latin1', start, end))) return;
  state.notes.add('text_around_parts');
  leaf(state, bytes.subarray(start, end), carried('text/plain'), { ...place, path, reading: 'alternate' });
}
