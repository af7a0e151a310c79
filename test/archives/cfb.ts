// A writer of compound files (MS-CFB) for tests: storages and streams as a tree of objects, small streams in the mini stream, both versions.
export type CfbTree = { readonly [name: string]: Buffer | CfbTree };
export type CfbOptions = {
  readonly version?: 3 | 4;
  /** CLSIDs by path; the root's is ''. */
  readonly clsids?: Readonly<Record<string, string>>;
  /** Paths that no storage lists. */
  readonly orphans?: readonly string[];
  /** Each stream's sectors in turn with those of the others. */
  readonly scattered?: boolean;
};

const FREE = 0xffffffff;
const END = 0xfffffffe;
const CUTOFF = 4096;

type Node = { readonly name: string; readonly path: string; readonly bytes: Buffer | null; readonly children: number[]; start: number };

/** The file, byte for byte the same each time. */
export function cfbOf(tree: CfbTree, { version = 3, clsids = {}, orphans = [], scattered = false }: CfbOptions = {}): Buffer {
  const size = version === 4 ? 4096 : 512;
  const nodes: Node[] = [{ name: 'Root Entry', path: '', bytes: null, children: [], start: END }];
  const add = (branch: CfbTree, parent: Node): void => {
    for (const [name, value] of Object.entries(branch)) {
      const path = parent.path === '' ? name : `${parent.path}/${name}`;
      const node: Node = { name, path, bytes: Buffer.isBuffer(value) ? value : null, children: [], start: END };
      if (!orphans.includes(path)) parent.children.push(nodes.length);
      nodes.push(node);
      if (!Buffer.isBuffer(value)) add(value, node);
    }
  };
  add(tree, nodes[0] as Node);

  const sectors: Buffer[] = [];
  const fat: number[] = [];
  const put = (bytes: Buffer): number => {
    const first = sectors.length;
    const n = Math.ceil(bytes.length / size);
    for (let at = 0; at < n; at++) {
      const sector = Buffer.alloc(size);
      bytes.copy(sector, 0, at * size, (at + 1) * size);
      sectors.push(sector);
      fat.push(at + 1 < n ? first + at + 1 : END);
    }
    return n === 0 ? END : first;
  };
  const small: Buffer[] = [];
  const miniFat: number[] = [];
  const large: Node[] = [];
  for (const node of nodes) {
    const { bytes } = node;
    if (!bytes || bytes.length === 0) continue;
    if (bytes.length >= CUTOFF) large.push(node);
    else {
      node.start = miniFat.length;
      const n = Math.ceil(bytes.length / 64);
      for (let at = 0; at < n; at++) miniFat.push(at + 1 < n ? node.start + at + 1 : END);
      small.push(bytes, Buffer.alloc(n * 64 - bytes.length));
    }
  }
  if (scattered) scatter(large, size, sectors, fat);
  else for (const node of large) node.start = put(node.bytes as Buffer);
  const mini = Buffer.concat(small);
  (nodes[0] as Node).start = put(mini);
  const miniStart = put(words(miniFat, size));
  const directoryStart = put(
    Buffer.concat(
      padded(
        nodes.map(node => row(node, nodes, clsids[node.path], mini.length)),
        size / 128,
        Buffer.alloc(128),
      ),
    ),
  );

  // The table has places for itself and for the sectors that list its pages beyond the 109 of the header.
  const per = size / 4;
  let pages = 0;
  let lists = 0;
  while (pages * per < sectors.length + pages + lists) {
    pages++;
    lists = Math.ceil(Math.max(0, pages - 109) / (per - 1));
  }
  const firstPage = sectors.length;
  const firstList = firstPage + pages;
  const all = [...fat, ...Array.from({ length: pages }, () => 0xfffffffd), ...Array.from({ length: lists }, () => 0xfffffffc)];
  const header = Buffer.alloc(size);
  header.write('d0cf11e0a1b11ae1', 'hex');
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(version, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(version === 4 ? 12 : 9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(version === 4 ? Math.ceil(nodes.length / 32) : 0, 40);
  header.writeUInt32LE(pages, 44);
  header.writeUInt32LE(directoryStart, 48);
  header.writeUInt32LE(CUTOFF, 56);
  header.writeUInt32LE(miniStart, 60);
  header.writeUInt32LE(Math.ceil((miniFat.length * 4) / size), 64);
  header.writeUInt32LE(lists > 0 ? firstList : END, 68);
  header.writeUInt32LE(lists, 72);
  for (let n = 0; n < 109; n++) header.writeUInt32LE(n < pages ? firstPage + n : FREE, 76 + n * 4);
  const listed = Array.from({ length: lists }, (_, n) => {
    const list = Array.from({ length: per - 1 }, (_, m) => (109 + n * (per - 1) + m < pages ? firstPage + 109 + n * (per - 1) + m : FREE));
    return words([...list, n + 1 < lists ? firstList + n + 1 : END], size);
  });
  return Buffer.concat([header, ...sectors, words(all, size), ...listed]);
}

function scatter(large: readonly Node[], size: number, sectors: Buffer[], fat: number[]): void {
  const last = new Map<Node, number>();
  for (let at = 0; large.some(({ bytes }) => at * size < (bytes as Buffer).length); at++) {
    for (const node of large) {
      const bytes = node.bytes as Buffer;
      if (at * size >= bytes.length) continue;
      const before = last.get(node);
      if (before === undefined) node.start = sectors.length;
      else fat[before] = sectors.length;
      last.set(node, sectors.length);
      const sector = Buffer.alloc(size);
      bytes.copy(sector, 0, at * size, (at + 1) * size);
      sectors.push(sector);
      fat.push(END);
    }
  }
}

/** Numbers of 32 bits, filled up to whole sectors with "free". */
function words(values: readonly number[], size: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil((values.length * 4) / size) * size, 0xff);
  values.forEach((value, n) => bytes.writeUInt32LE(value, n * 4));
  return bytes;
}

function padded(rows: readonly Buffer[], to: number, filler: Buffer): readonly Buffer[] {
  return [...rows, ...Array.from({ length: (to - (rows.length % to)) % to }, () => filler)];
}

/** Order of siblings: by length, then by upper case. */
const order = (one: string, two: string): number => one.length - two.length || (one.toUpperCase() < two.toUpperCase() ? -1 : 1);

function row(node: Node, nodes: readonly Node[], clsid: string | undefined, mini: number): Buffer {
  const bytes = Buffer.alloc(128);
  const index = nodes.indexOf(node);
  bytes.write(node.name, 0, 62, 'utf16le');
  bytes.writeUInt16LE(Math.min(64, (node.name.length + 1) * 2), 64);
  bytes[66] = index === 0 ? 5 : node.bytes ? 2 : 1;
  bytes[67] = 1;
  // Siblings are a list to the right: legal enough for every reader that does not check colours.
  const parent = nodes.find(({ children }) => children.includes(index));
  const siblings = (parent?.children ?? []).toSorted((one, two) => order((nodes[one] as Node).name, (nodes[two] as Node).name));
  bytes.writeUInt32LE(FREE, 68);
  bytes.writeUInt32LE(siblings[siblings.indexOf(index) + 1] ?? FREE, 72);
  const first = node.children.toSorted((one, two) => order((nodes[one] as Node).name, (nodes[two] as Node).name))[0];
  bytes.writeUInt32LE(first ?? FREE, 76);
  if (clsid !== undefined) guid(clsid).copy(bytes, 80);
  bytes.writeUInt32LE(node.start === END && node.bytes ? END : node.bytes || index === 0 ? node.start : 0, 116);
  bytes.writeUInt32LE(index === 0 ? mini : (node.bytes?.length ?? 0), 120);
  return bytes;
}

/** A GUID as it stands in files. */
export function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
