// Header, folders and files of a cabinet ([MS-CAB] 2.1 to 2.5). All places in the cabinet count from its own beginning.
export type CabFolder = {
  readonly data: number;
  readonly blocks: number;
  /** 0 stored, 1 MSZIP, 2 Quantum, 3 LZX. */
  readonly method: number;
  /** Bytes of its blocks as far as they are there. */
  readonly packed: number;
};
export type CabFile = {
  readonly name: string;
  readonly size: number;
  readonly offset: number;
  /** -1: one that does not exist. */
  readonly folder: number;
  /** Comes from another cabinet or goes on there. */
  readonly split: boolean;
};
export type Cabinet = {
  readonly start: number;
  readonly end: number;
  readonly blockReserve: number;
  readonly folders: readonly CabFolder[];
  readonly files: readonly CabFile[];
  readonly damaged: boolean;
  /** Nothing stands between its pieces. */
  readonly dense: boolean;
};

const HEADER = 36;
const [HAS_PREVIOUS, HAS_NEXT, HAS_RESERVE] = [1, 2, 4];
const UTF8 = 0x80;
const MOST_NAME = 1024;

/** Bytes of headers that may be looked at in one file: where cabinets lie over one another the same ones are not read without end. */
export type Budget = { left: number };
const spend = (budget: Budget, bytes: number): boolean => (budget.left -= bytes) >= 0;

/** Whether the mark at `start` has a header behind it that makes sense. */
export function isCabAt(bytes: Buffer, start: number): boolean {
  if (start + HEADER + 8 > bytes.length) return false;
  const coffFiles = bytes.readUInt32LE(start + 16);
  const length = bytes.readUInt32LE(start + 8);
  const placed = coffFiles >= HEADER && coffFiles < length && start + coffFiles <= bytes.length;
  return placed && bytes[start + 25] === 1 && bytes.readUInt16LE(start + 26) > 0;
}

/** The cabinet whose mark stands at `start`; null when there is none. */
export function readCab(bytes: Buffer, start: number, budget: Budget): Cabinet | null {
  // In front of everything else the mark alone says it; elsewhere four letters are easily met.
  const sane = isCabAt(bytes, start);
  if (start + HEADER + 8 > bytes.length || (start > 0 && !sane)) return null;
  const length = bytes.readUInt32LE(start + 8);
  const coffFiles = bytes.readUInt32LE(start + 16);
  const folderCount = bytes.readUInt16LE(start + 26);
  const fileCount = bytes.readUInt16LE(start + 28);
  const flags = bytes.readUInt16LE(start + 30);
  const reserved = (flags & HAS_RESERVE) !== 0;
  const folderSize = 8 + (reserved ? (bytes[start + 38] ?? 0) : 0);
  const blockReserve = reserved ? (bytes[start + 39] ?? 0) : 0;
  let at = start + HEADER + (reserved ? 4 + bytes.readUInt16LE(start + HEADER) : 0);
  const linked = ((flags & HAS_PREVIOUS) !== 0 ? 2 : 0) + ((flags & HAS_NEXT) !== 0 ? 2 : 0);
  for (let n = 0; n < linked; n++) at = afterText(bytes, at);
  let damaged = !sane || length > bytes.length - start;
  const end = sane ? Math.min(bytes.length, start + length) : bytes.length;
  const folders: CabFolder[] = [];
  let covered = at - start;
  for (let n = 0; n < folderCount; n++, at += folderSize) {
    if (at + 8 > bytes.length || !spend(budget, 8)) {
      damaged = true;
      break;
    }
    const data = start + bytes.readUInt32LE(at);
    const blocks = bytes.readUInt16LE(at + 4);
    const packed = blocksLength(bytes, data, blocks, blockReserve, budget);
    folders.push({ data, blocks, method: bytes.readUInt16LE(at + 6) & 0x0f, packed });
    covered += folderSize + packed;
  }
  const read = filesOf(bytes, start + coffFiles, fileCount, folders.length, budget);
  covered += read.length;
  return { start, end, blockReserve, folders, files: read.files, damaged: damaged || read.damaged, dense: covered === end - start };
}

function afterText(bytes: Buffer, at: number): number {
  const zero = bytes.subarray(at, at + MOST_NAME).indexOf(0);
  return zero < 0 ? bytes.length : at + zero + 1;
}

function blocksLength(bytes: Buffer, start: number, blocks: number, reserve: number, budget: Budget): number {
  let at = start;
  for (let n = 0; n < blocks && at + 8 <= bytes.length && spend(budget, 8); n++) at += 8 + reserve + bytes.readUInt16LE(at + 4);
  return Math.max(0, Math.min(at, bytes.length) - start);
}

function filesOf(
  bytes: Buffer,
  start: number,
  count: number,
  folders: number,
  budget: Budget,
): { readonly files: readonly CabFile[]; readonly length: number; readonly damaged: boolean } {
  const files: CabFile[] = [];
  let at = start;
  for (let n = 0; n < count; n++) {
    const zero = bytes.subarray(at + 16, at + 16 + MOST_NAME).indexOf(0);
    if (zero < 0 || !spend(budget, 17 + zero)) return { files, length: at - start, damaged: true };
    const said = bytes.readUInt16LE(at + 8);
    const folder = said === 0xfffd || said === 0xffff ? 0 : said === 0xfffe ? folders - 1 : said;
    files.push({
      name: bytes.toString(bytes.readUInt16LE(at + 14) & UTF8 ? 'utf8' : 'latin1', at + 16, at + 16 + zero),
      size: bytes.readUInt32LE(at),
      offset: bytes.readUInt32LE(at + 4),
      folder: folder < folders ? folder : -1,
      split: said >= 0xfffd,
    });
    at += 17 + zero;
  }
  return { files, length: at - start, damaged: false };
}
