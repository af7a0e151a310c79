// ISO 9660 images for tests: folders, Joliet, Rock Ridge names, an El Torito boot image, files in several extents, raw sectors, and lies.
export type IsoEntry = {
  /** The path; folders are made from it. */
  readonly name: string;
  readonly bytes: Buffer;
  /** What ISO 9660 calls it, if it is not the name in capitals. */
  readonly shortName?: string;
  /** The file stands in several extents of so many bytes, a multiple of 2048. */
  readonly extent?: number;
  /** What the big-endian copy of the size says. */
  readonly otherSize?: number;
};
export type IsoOptions = { readonly joliet?: boolean; readonly rockRidge?: boolean; readonly boot?: Buffer; readonly raw?: boolean };

const SECTOR = 2048;
type Node = {
  readonly name: string;
  readonly entry: IsoEntry | null;
  readonly children: Node[];
  iso: number;
  joliet: number;
  isoLength: number;
  jolietLength: number;
};

export function isoOf(entries: readonly IsoEntry[], options: IsoOptions = {}): Buffer {
  const { joliet = false, boot, raw = false } = options;
  const root = newNode('', null);
  for (const entry of entries) put(root, entry.name.split('/'), entry);
  const nodes = flat(root);
  let next = 18 + (joliet ? 1 : 0) + (boot ? 1 : 0);
  const take = (length: number): number => {
    const first = next;
    next += Math.ceil(length / SECTOR);
    return first;
  };
  const [catalog, bootAt] = boot ? [take(SECTOR), take(boot.length)] : [0, 0];
  const tables = [take(SECTOR), take(SECTOR)] as const;
  for (const node of nodes) {
    node.isoLength = node.entry ? node.entry.bytes.length : folder(node, node, false, options).length;
    node.jolietLength = node.entry ? node.isoLength : folder(node, node, true, options).length;
    node.iso = take(node.isoLength);
    node.joliet = node.entry ? node.iso : joliet ? take(node.jolietLength) : 0;
  }
  const image = Buffer.alloc(next * SECTOR);
  let at = 16 * SECTOR;
  descriptor(image.subarray(at, (at += SECTOR)), root, { next, joliet: false, tables });
  if (boot) {
    image.write('\0CD001\x01EL TORITO SPECIFICATION', at, 'latin1');
    image.writeUInt32LE(catalog, at + 71);
    at += SECTOR;
    const entry = Buffer.alloc(64);
    entry[0] = 1;
    entry.writeUInt16LE(0x55aa, 28);
    entry.writeUInt16LE(0xaa55, 30);
    entry[32] = 0x88;
    entry.writeUInt16LE(Math.ceil(boot.length / 512), 38);
    entry.writeUInt32LE(bootAt, 40);
    entry.copy(image, catalog * SECTOR);
    boot.copy(image, bootAt * SECTOR);
  }
  if (joliet) descriptor(image.subarray(at, (at += SECTOR)), root, { next, joliet: true, tables });
  image.write('\xffCD001\x01', at, 'latin1');
  for (const [n, table] of tables.entries()) {
    const row = Buffer.alloc(10);
    row[0] = 1;
    if (n === 0) row.writeUInt32LE(root.iso, 2);
    else row.writeUInt32BE(root.iso, 2);
    row.writeUInt16LE(n === 0 ? 1 : 256, 6);
    row.copy(image, table * SECTOR);
  }
  for (const node of nodes) {
    if (node.entry) node.entry.bytes.copy(image, node.iso * SECTOR);
    else {
      const parent = nodes.find(one => one.children.includes(node)) ?? node;
      folder(node, parent, false, options).copy(image, node.iso * SECTOR);
      if (joliet) folder(node, parent, true, options).copy(image, node.joliet * SECTOR);
    }
  }
  return raw ? rawOf(image) : image;
}

const newNode = (name: string, entry: IsoEntry | null): Node => ({
  name,
  entry,
  children: [],
  iso: 0,
  joliet: 0,
  isoLength: 0,
  jolietLength: 0,
});
const flat = (node: Node): readonly Node[] => [node, ...node.children.flatMap(flat)];

function put(node: Node, [name = '', ...rest]: readonly string[], entry: IsoEntry): void {
  if (rest.length === 0) return void node.children.push(newNode(name, entry));
  const known = node.children.find(one => one.name === name) ?? newNode(name, null);
  if (!node.children.includes(known)) node.children.push(known);
  put(known, rest, entry);
}

function both32(bytes: Buffer, value: number, at: number, big = value): void {
  bytes.writeUInt32LE(value, at);
  bytes.writeUInt32BE(big, at + 4);
}

type Volume = { readonly next: number; readonly joliet: boolean; readonly tables: readonly [number, number] };

function descriptor(bytes: Buffer, root: Node, { next, joliet, tables }: Volume): void {
  bytes.fill(0x20, 8, 72);
  bytes.fill(0x20, 190, 813);
  bytes.write(`${joliet ? '\x02' : '\x01'}CD001\x01`, 'latin1');
  if (joliet) bytes.write('%/E', 88);
  both32(bytes, next, 80);
  for (const [at, value] of [
    [120, 1],
    [124, 1],
    [128, SECTOR],
  ] as const) {
    bytes.writeUInt16LE(value, at);
    bytes.writeUInt16BE(value, at + 2);
  }
  both32(bytes, 10, 132);
  bytes.writeUInt32LE(tables[0], 140);
  bytes.writeUInt32BE(tables[1], 148);
  record(Buffer.from([0]), root, { joliet, first: true, system: Buffer.alloc(0) })[0]?.copy(bytes, 156);
  bytes[881] = 1;
}

/** A folder's sectors: no record goes over the end of one. */
function folder(node: Node, parent: Node, joliet: boolean, { rockRidge = false }: IsoOptions): Buffer {
  const sp = Buffer.from('SP\x07\x01\xbe\xef\0', 'latin1');
  const own = rockRidge && !joliet;
  const records = [
    ...record(Buffer.from([0]), node, { joliet, first: true, system: own ? sp : Buffer.alloc(0) }),
    ...record(Buffer.from([1]), parent, { joliet, first: true, system: Buffer.alloc(0) }),
    ...node.children.flatMap(child => {
      const short = child.entry?.shortName ?? child.name.toUpperCase();
      const name = joliet ? Buffer.from(child.name, 'utf16le').swap16() : Buffer.from(child.entry ? `${short};1` : short);
      const long = Buffer.from(child.name);
      const nm = Buffer.concat([Buffer.from(`NM${String.fromCharCode(5 + long.length)}\x01\0`, 'latin1'), long]);
      return record(name, child, { joliet, first: false, system: own ? nm : Buffer.alloc(0) });
    }),
  ];
  const sectors: Buffer[] = [Buffer.alloc(0)];
  for (const one of records) {
    const last = sectors.at(-1) ?? one;
    if (last.length + one.length > SECTOR) {
      sectors[sectors.length - 1] = Buffer.concat([last, Buffer.alloc(SECTOR - last.length)]);
      sectors.push(one);
    } else sectors[sectors.length - 1] = Buffer.concat([last, one]);
  }
  const all = Buffer.concat(sectors);
  return Buffer.concat([all, Buffer.alloc((SECTOR - (all.length % SECTOR)) % SECTOR)]);
}

function record(
  name: Buffer,
  node: Node,
  { joliet, system }: { readonly joliet: boolean; readonly first: boolean; readonly system: Buffer },
): readonly Buffer[] {
  const { entry } = node;
  const start = joliet ? node.joliet : node.iso;
  const total = joliet ? node.jolietLength : node.isoLength;
  const step = entry?.extent ?? Math.max(total, 1);
  const pieces: Buffer[] = [];
  for (let done = 0; done === 0 || done < total; done += step) {
    const even = Buffer.alloc(name.length % 2 === 0 ? 1 : 0);
    const head = Buffer.alloc(33);
    both32(head, start + done / SECTOR, 2);
    both32(head, Math.min(step, total - done), 10, entry?.otherSize);
    head[25] = (entry ? 0 : 2) | (done + step < total ? 0x80 : 0);
    head.writeUInt16LE(1, 28);
    head.writeUInt16BE(1, 30);
    head[32] = name.length;
    const piece = Buffer.concat([head, name, even, system, Buffer.alloc(system.length % 2)]);
    piece[0] = piece.length;
    pieces.push(piece);
  }
  return pieces;
}

/** Raw sectors of mode 1: sync, address, mode, the data, and space for their checks. */
export function rawOf(image: Buffer): Buffer {
  const sectors = Array.from({ length: image.length / SECTOR }, (_, n) => {
    const front = Buffer.from('00ffffffffffffffffffff0000000001', 'hex');
    front.writeUIntBE(n, 12, 3);
    return Buffer.concat([front, image.subarray(n * SECTOR, (n + 1) * SECTOR), Buffer.alloc(288)]);
  });
  return Buffer.concat(sectors);
}
