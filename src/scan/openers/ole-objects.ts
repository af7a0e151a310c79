// Objects embedded in or linked from Office files (MS-OLEDS): what a storage's class says, the file in an Ole10Native stream, and where
// the link in an \x01Ole stream leads.
import type { Sight } from '../opener.ts';
import { guidAt } from './cfb.ts';
import { readPackage } from './ole1.ts';
import { otherEnding, showIn, type Ole } from './ole-file.ts';

const EQUATIONS = ['0002CE02-0000-0000-C000-000000000046', '0002CE03-0000-0000-C000-000000000046'];
/** Controls that play or show what they fetch: Flash, the web browser as a control and as an object. */
const CONTROLS = [
  'D27CDB6E-AE6D-11CF-96B8-444553540000',
  'D27CDB70-AE6D-11CF-96B8-444553540000',
  '8856F961-340A-11D0-A96B-00C04FD705A2',
  'EAB22AC3-30C1-11CF-A7EB-0000C05BAE0B',
];
/** Links that run what they lead to: script, "new", SOAP. */
const RUNNING = ['06290BD2-48AA-11D2-8432-006008C3FBFC', 'ECABAFC6-7F19-11D2-978E-0000F8757E2A', 'ECABB0C7-7F19-11D2-978E-0000F8757E2A'];
const URL_MONIKER = '79EAC9E0-BAF9-11CE-8C82-00AA004BA90B';
const FILE_MONIKER = '00000303-0000-0000-C000-000000000046';
const REMOTE = /^(?:https?|ftp|mhtml|ms-[a-z-]{1,20}|script|javascript|vbscript):|^[\\/]{2}[^\\/]/i;
const FILE = /^file:([\\/]{0,9})([^\\/]{0,255})/i;
const MOST_LINK = 64 * 1024;
const MOST_ADDRESS = 4096;

/** Does the address lead away from the machine? A file on a drive or below a root does not, one on a server does. */
export function isRemote(address: string): boolean {
  const plain = address
    .slice(0, MOST_ADDRESS)
    .trim()
    .replace(/%(?:2f|5c)/gi, '/');
  const [file, slashes = '', host = ''] = FILE.exec(plain) ?? [];
  if (file === undefined) return REMOTE.test(plain);
  return slashes.length >= 4 || (slashes.length === 2 && host !== '' && !/^(?:localhost|[a-z][:|].*)$/i.test(host));
}

/** What the class of a storage or an object is known for. */
export function classRule(clsid: string): 'equation_object' | 'activex' | null {
  if (EQUATIONS.includes(clsid)) return 'equation_object';
  return CONTROLS.includes(clsid) ? 'activex' : null;
}

/** `\x01CompObj`: the class again, and its name. */
export function judgeCompObj(ole: Ole, bytes: Buffer): void {
  const rule = classRule(guidAt(bytes, 12));
  if (rule) ole.rules.add(rule);
  if (/Equation\.[23]/i.test(bytes.toString('latin1', 0, 4096))) ole.rules.add('equation_object');
}

/** `\x01Ole`: links to other files, kept as what Windows calls monikers. */
export function judgeLink(ole: Ole, whole: Buffer): void {
  const bytes = whole.subarray(0, MOST_LINK);
  for (let at = 0; at + 16 <= bytes.length; at++) {
    // All of them have one of these bytes first.
    const first = bytes[at] as number;
    if (first !== 0xe0 && first !== 0x03 && first !== 0xd2 && first !== 0xc6 && first !== 0xc7) continue;
    const clsid = guidAt(bytes, at);
    const behind = at + 16;
    if (RUNNING.includes(clsid)) ole.rules.add('remote_object');
    else if (clsid === URL_MONIKER && isRemote(bytes.toString('utf16le', behind + 4, behind + 4 + MOST_ADDRESS).replace(/\0[^]*$/, '')))
      ole.rules.add('remote_object');
    // Anti-moniker count, length, the path in bytes.
    else if (clsid === FILE_MONIKER && isRemote(bytes.toString('latin1', behind + 6, behind + 6 + MOST_ADDRESS).replace(/\0[^]*$/, '')))
      ole.rules.add('remote_object');
  }
}

/** `\x01Ole10Native`: a size, then a file with its names, or whatever the old program kept. `bytes`: the stream; `path`: its name. */
export function* openNative(ole: Ole, path: string, bytes: Buffer): Generator<Sight> {
  if (bytes.length <= 4) return;
  const data = bytes.subarray(4);
  const file = readPackage(data);
  if (!file) {
    // A command in place of a file: label and path are there, and the kind is "link".
    if (isCommand(data)) ole.refused.add('shortcut_package');
    return yield* showIn(ole, path, data);
  }
  const last = (name: string): string => name.slice(Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/')) + 1);
  const [label, stored, temporary] = [last(file.name), last(file.path), last(temporaryOf(data))];
  const name = stored || label || temporary || path;
  yield* showIn(ole, name, file.data, {
    otherName: otherEnding(name, [label, temporary]) ?? (label === '' ? null : label),
    whole: file.whole,
  });
}

/** The second path: where the file is put before it is opened. Opening goes by its ending. */
function temporaryOf(data: Buffer): string {
  const label = data.indexOf(0, 2);
  const path = label < 0 ? -1 : data.indexOf(0, label + 1);
  if (path < 0 || path + 9 > data.length) return '';
  const length = Math.min(data.readUInt32LE(path + 5), 4096);
  return data.toString('latin1', path + 9, path + 9 + length).replace(/\0[^]*$/, '');
}

function isCommand(data: Buffer): boolean {
  if (data.length < 12 || data.readUInt16LE(0) !== 2) return false;
  const label = data.indexOf(0, 2);
  const path = label < 0 ? -1 : data.indexOf(0, label + 1);
  return path > 0 && path < 8192 && path + 5 <= data.length && data.readUInt16LE(path + 3) === 1;
}
