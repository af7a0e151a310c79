// Compound files (MS-CFB, versions 3 and 4): sectors in chains, small streams in a stream of their own, a directory that is read flat, so
// that entries which no storage lists are there too. Pure and bounded: chains that loop, break or leave the file end where they do so.
const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const FREE = 0xffffffff;
const END = 0xfffffffe;
const HEADER_PLACES = 109;
const ENTRY = 128;
/** The specified limit from which on streams lie in sectors of their own. */
const CUTOFF = 4096;
const MOST_PATH = 32;
const ROOT = 5;
const STORAGE = 1;

export type CfbEntry = {
  readonly index: number;
  readonly name: string;
  /** Index of the storage that lists it; -1: none does. */
  readonly parent: number;
  readonly storage: boolean;
  /** `0002CE02-0000-0000-C000-000000000046`, or empty. */
  readonly clsid: string;
  readonly start: number;
  readonly size: number;
};

export type CfbReading = { readonly bytes: Buffer; readonly whole: boolean };

export type Cfb = {
  readonly clsid: string;
  /** All but the root. */
  readonly entries: readonly CfbEntry[];
  /** The tables could be read to their ends. */
  readonly whole: boolean;
  /** Names from the root on, joined by slashes. */
  readonly pathOf: (entry: CfbEntry) => string;
  /** What a stream holds, at most `most` bytes; two readings where the header leaves it open in which sectors it lies. */
  readonly read: (entry: CfbEntry, most: number) => readonly CfbReading[];
  /** What lies behind the last sector that is used. */
  readonly behind: Buffer;
};

export const isCfb = (bytes: Buffer): boolean =>
  bytes.length >= MAGIC.length && bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) === 0;

/** Where each block of a chain lies in the file. */
type Chain = { readonly places: readonly number[]; readonly ended: boolean };

/** null when there is not even a header. */
export function readCfb(bytes: Buffer): Cfb | null {
  if (!isCfb(bytes) || bytes.length < 512) return null;
  const shift = bytes.readUInt16LE(30);
  const miniShift = bytes.readUInt16LE(32);
  if (shift < 7 || shift > 20 || miniShift < 3 || miniShift >= shift) return null;
  const size = 2 ** shift;
  const count = Math.max(0, Math.ceil((bytes.length - size) / size));
  const fat = fatOf(bytes, size, count);
  const chain = (start: number, most: number): Chain => {
    const places: number[] = [];
    let at = start;
    while (at < count && places.length < most && places.length <= count) {
      places.push((at + 1) * size);
      at = fat.next(at);
    }
    return { places, ended: at === END || places.length === most };
  };
  const listing = chain(bytes.readUInt32LE(48), Infinity);
  const { rows, parents } = directoryOf(bytes, size, listing.places);
  const root = rows[0];
  const mini = chain(root?.start ?? END, Infinity).places;
  const miniFat = chain(bytes.readUInt32LE(60), Infinity).places;
  const miniSize = 2 ** miniShift;
  const miniChain = (start: number, most: number): Chain => {
    const places: number[] = [];
    let at = start;
    const all = mini.length * (size / miniSize);
    while (at < all && places.length < most && places.length <= all) {
      places.push((mini[Math.floor((at * miniSize) / size)] as number) + ((at * miniSize) % size));
      const page = miniFat[Math.floor((at * 4) / size)];
      at = page === undefined ? FREE : numberAt(bytes, page + ((at * 4) % size));
    }
    return { places, ended: at === END || places.length === most };
  };
  const cutoffs = [...new Set([bytes.readUInt32LE(56), CUTOFF])];
  const version = bytes.readUInt16LE(26);
  return {
    clsid: root?.clsid ?? '',
    entries: rows
      .filter(({ type, index }) => type !== 0 && index > 0)
      .map(row => ({ ...row, parent: parents[row.index] ?? -1, storage: row.type === STORAGE || row.type === ROOT })),
    whole: listing.ended && fat.whole && root?.type === ROOT && shift === (version === 4 ? 12 : 9) && miniShift === 6,
    pathOf: entry => pathOf(rows, parents, entry.index),
    read: (entry, most) =>
      [...new Set(cutoffs.map(cutoff => entry.size < cutoff))].map(small => {
        const unit = small ? miniSize : size;
        const wanted = Math.min(entry.size, most);
        const { places } = (small ? miniChain : chain)(entry.start, Math.ceil(wanted / unit));
        const found = gathered(bytes, places, unit, wanted);
        return { bytes: found, whole: found.length === entry.size };
      }),
    behind: bytes.subarray(Math.min(bytes.length, (lastUsed(fat.next, count) + 2) * size)),
  };
}

const numberAt = (bytes: Buffer, at: number): number => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : FREE);

/** The table of sectors, by the pages that the header and its list of more pages name. */
function fatOf(bytes: Buffer, size: number, count: number): { readonly next: (sector: number) => number; readonly whole: boolean } {
  const pages: number[] = [];
  for (let n = 0; n < HEADER_PLACES; n++) pages.push(numberAt(bytes, 76 + n * 4));
  // No list at all is said by "end of chain", by "free", or by some writers with a zero and a count of none.
  let more = bytes.readUInt32LE(68) === 0 && bytes.readUInt32LE(72) === 0 ? END : bytes.readUInt32LE(68);
  let lists = 0;
  for (; more < count && lists <= count; lists++) {
    const at = (more + 1) * size;
    for (let n = 0; n < size / 4 - 1; n++) pages.push(numberAt(bytes, at + n * 4));
    more = numberAt(bytes, at + size - 4);
  }
  while (pages.length > 0 && (pages.at(-1) as number) >= END) pages.pop();
  const next = (sector: number): number => {
    const page = pages[Math.floor((sector * 4) / size)];
    return page === undefined || page >= count ? FREE : numberAt(bytes, (page + 1) * size + ((sector * 4) % size));
  };
  return { next, whole: (more === END || more === FREE) && pages.every(page => page < count || page >= END) };
}

type Row = Omit<CfbEntry, 'parent' | 'storage'> & { readonly type: number; readonly links: readonly [number, number, number] };

function directoryOf(
  bytes: Buffer,
  size: number,
  places: readonly number[],
): { readonly rows: readonly Row[]; readonly parents: Int32Array } {
  const rows: Row[] = [];
  for (const place of places)
    for (let at = place; at < place + size && at + ENTRY <= bytes.length; at += ENTRY) rows.push(rowAt(bytes, at, rows.length));
  const parents = new Int32Array(rows.length).fill(-1);
  const met = new Uint8Array(rows.length);
  // The children of a storage are a tree of siblings. Storages that nobody lists have children all the same.
  const walk = (first: number, owner: number): void => {
    const open: (readonly [number, number])[] = [[first, owner]];
    for (let one = open.pop(); one; one = open.pop()) {
      const [index, parent] = one;
      const row = rows[index];
      if (!row || row.type === 0 || index === 0 || met[index] === 1) continue;
      met[index] = 1;
      parents[index] = parent;
      const [left, right, child] = row.links;
      open.push([left, parent], [right, parent]);
      if (row.type === STORAGE || row.type === ROOT) open.push([child, index]);
    }
  };
  if (rows[0]) walk(rows[0].links[2], 0);
  for (const row of rows)
    if (met[row.index] === 0 && row.index > 0 && (row.type === STORAGE || row.type === ROOT)) walk(row.links[2], row.index);
  return { rows, parents };
}

function rowAt(bytes: Buffer, at: number, index: number): Row {
  const said = bytes.readUInt16LE(at + 64);
  const name = bytes.toString('utf16le', at, at + (said >= 2 && said <= 64 ? said - (said % 2) : 64)).replace(/\0[^]*$/, '');
  // Writers of version 3 leave anything in the high half of the size.
  const high = bytes.readUInt16LE(26) === 4 ? bytes.readUInt32LE(at + 124) : 0;
  return {
    index,
    name,
    type: bytes[at + 66] as number,
    links: [bytes.readUInt32LE(at + 68), bytes.readUInt32LE(at + 72), bytes.readUInt32LE(at + 76)],
    clsid: guidAt(bytes, at + 80),
    start: bytes.readUInt32LE(at + 116),
    size: high * 0x1_0000_0000 + bytes.readUInt32LE(at + 120),
  };
}

/** A GUID as it is written; empty for none. */
export function guidAt(bytes: Buffer, at: number): string {
  if (at + 16 > bytes.length) return '';
  const turned = Buffer.from(bytes.subarray(at, at + 8));
  turned.subarray(0, 4).reverse();
  turned.subarray(4, 6).reverse();
  turned.subarray(6, 8).reverse();
  const hex = `${turned.toString('hex')}${bytes.toString('hex', at + 8, at + 16)}`.toUpperCase();
  return /^0+$/.test(hex) ? '' : `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function pathOf(rows: readonly Row[], parents: Int32Array, index: number): string {
  const names: string[] = [];
  for (let at = index; at > 0 && names.length < MOST_PATH; at = parents[at] ?? -1) names.unshift(rows[at]?.name ?? '');
  return names.join('/');
}

/** The blocks one behind the other; a view where they lie so anyway. */
function gathered(bytes: Buffer, places: readonly number[], unit: number, wanted: number): Buffer {
  const first = places[0];
  if (first === undefined) return Buffer.alloc(0);
  if (places.every((place, n) => place === first + n * unit))
    return bytes.subarray(first, Math.min(first + places.length * unit, first + wanted));
  return Buffer.concat(places.map(place => bytes.subarray(place, place + unit))).subarray(0, wanted);
}

function lastUsed(next: (sector: number) => number, count: number): number {
  let last = count - 1;
  while (last >= 0 && next(last) === FREE) last--;
  return last;
}
