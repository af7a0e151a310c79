// AppleSingle and AppleDouble files (RFC 1740), and MacBinary: a Macintosh file's two forks, its name and what the Finder knows, in one.
import type { Opener, Opening, Sight } from '../opener.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { crc16, isBlankFork } from './fork-headers.ts';

const SINGLE = 0x00051600;
const DOUBLE = 0x00051607;
const DATA = 1;
const RESOURCES = 2;
const NAME = 3;
const MOST_ENTRIES = 256;

export const isAppleDouble = (bytes: Buffer): boolean =>
  bytes.length >= 26 && [SINGLE, DOUBLE].includes(bytes.readUInt32BE(0)) && [0x10000, 0x20000].includes(bytes.readUInt32BE(4));

export const openAppleDouble: Opener = function* (bytes, opening) {
  const tally = newTally();
  const count = bytes.length < 26 ? 0 : bytes.readUInt16BE(24);
  const entries: { readonly id: number; readonly data: Buffer; readonly cut: boolean }[] = [];
  for (let n = 0, at = 26; n < Math.min(count, MOST_ENTRIES); n++, at += 12) {
    if (at + 12 > bytes.length) {
      yield { see: 'unseen', name: null, why: 'damaged' };
      break;
    }
    const [start, length] = [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
    entries.push({
      id: bytes.readUInt32BE(at),
      data: bytes.subarray(start, start + length),
      cut: length > 0 && start + length > bytes.length,
    });
  }
  const said = entries.find(one => one.id === NAME)?.data.toString('utf8', 0, 255) ?? '';
  const name = said === '' ? (opening.name?.replace(/^(.*\/)?\._/, '$1') ?? null) : said;
  // Many entries may claim the same bytes: together they give no more than there is, twice.
  let left = bytes.length * 2;
  for (const { id, data, cut } of entries) {
    if (id !== DATA && id !== RESOURCES) continue;
    left -= data.length;
    yield* fork(id === DATA ? name : null, data, cut || left < 0, left < 0, opening, tally);
    if (tally.full || left < 0) return;
  }
  if (count > MOST_ENTRIES) yield { see: 'unseen', name: null, why: 'damaged' };
};

/** A MacBinary II or III header, by its checksum. */
export function isMacBinary(bytes: Buffer): boolean {
  if (bytes.length < 128 || bytes[0] !== 0 || bytes[74] !== 0 || bytes[82] !== 0) return false;
  const length = bytes[1] as number;
  return (
    length > 0 &&
    length < 64 &&
    bytes.readUInt16BE(124) === crc16(bytes.subarray(0, 124)) &&
    bytes.subarray(2, 2 + length).every(c => c >= 32)
  );
}

export const openMacBinary: Opener = function* (bytes, opening) {
  if (bytes.length < 128) return;
  const tally = newTally();
  const name = bytes.toString('latin1', 2, 2 + Math.min(63, bytes[1] as number));
  const [dataLength, forkLength] = [bytes.readUInt32BE(83), bytes.readUInt32BE(87)];
  // A second header may stand behind the first.
  const start = 128 + Math.ceil(bytes.readUInt16BE(120) / 128) * 128;
  const behind = start + Math.ceil(dataLength / 128) * 128;
  yield* fork(name, bytes.subarray(start, start + dataLength), start + dataLength > bytes.length, false, opening, tally);
  yield* fork(
    null,
    bytes.subarray(behind, behind + forkLength),
    forkLength > 0 && behind + forkLength > bytes.length,
    false,
    opening,
    tally,
  );
};

function* fork(name: string | null, data: Buffer, cut: boolean, hidden: boolean, opening: Opening, tally: Tally): Generator<Sight> {
  if (data.length > 0 && !hidden && !(name === null && isBlankFork(data))) yield show(opening, tally, name, data, data.length);
  if (cut) yield { see: 'unseen', name, why: 'damaged' };
}
