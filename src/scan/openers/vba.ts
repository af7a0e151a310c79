// VBA projects (MS-OVBA) in compound files: the source of every module, decompressed from where the project says it is, and from wherever
// else it stands. A module that has compiled code and no source hides what it does.
import { grown } from '../codecs/grown.ts';
import type { Sight, Unpacked } from '../opener.ts';
import type { CfbEntry } from './cfb.ts';
import { bytesOf, inStorage, showIn, type Ole } from './ole-file.ts';
import { AUTORUN_NAMES, hasCode, judgeVba } from './vba-rules.ts';

const MOST_DIR = 4 * 1024 * 1024;
/** Source of one document that rules read: large projects have a tenth of it. */
const MOST_SOURCE = 4 * 1024 * 1024;
const CHUNK = 4096;
/** Copies of a source in one stream beside the one that the project names. */
const MOST_COPIES = 8;
/** Compiled code below this is none. */
const LEAST_COMPILED = 16;

export type Module = { readonly name: string; readonly stream: string; readonly offset: number };

/** What the modules of one document together are. */
export type Macros = { read: number; code: boolean; autorun: boolean; suspicious: boolean; stomped: boolean };

/** The storages of a file that hold VBA: by their name, or by what is in them. */
export function vbaStorages({ cfb }: Ole): readonly number[] {
  const found = new Set<number>();
  for (const { index, name, parent, storage } of cfb.entries) {
    if (storage ? /^vba$/i.test(name) : /^(?:dir|_vba_project)$/i.test(name)) found.add(storage ? index : parent);
  }
  return [...found];
}

/** Compressed data (2.4.1) whose container begins at `at`. */
export function decompressVba(packed: Buffer, at: number, most: number): Unpacked {
  let out: Buffer = Buffer.allocUnsafe(Math.min(most, CHUNK));
  let to = 0;
  const result = (why: Unpacked['why'], used: number): Unpacked => ({ bytes: out.subarray(0, to), used: used - at, why });
  if (packed[at] !== 1) return result('damaged', at);
  let chunk = at + 1;
  while (chunk + 2 <= packed.length) {
    const header = packed.readUInt16LE(chunk);
    // Behind the last chunk: zeros at most.
    if (((header >> 12) & 7) !== 3) return result(to > 0 && packed.subarray(chunk).every(byte => byte === 0) ? null : 'damaged', chunk);
    const said = chunk + (header & 0xfff) + 3;
    const end = Math.min(said, packed.length);
    const room = Math.min(most, to + CHUNK);
    if (out.length < room) out = grown(out, to, room, most);
    if ((header & 0x8000) === 0) {
      const piece = packed.subarray(chunk + 2, end).subarray(0, CHUNK);
      if (to + piece.length > most) return result('too_large', chunk);
      to += piece.copy(out, to);
    } else {
      const done = chunkInto(packed, chunk + 2, end, out, to, room);
      ({ to } = done);
      if (done.over) return result(room < to + 1 && room === most ? 'too_large' : 'damaged', chunk);
      if (done.wrong) return result('damaged', chunk);
    }
    if (said > packed.length) return result('damaged', end);
    chunk = end;
  }
  return result(chunk < packed.length && (to === 0 || packed[chunk] !== 0) ? 'damaged' : null, chunk);
}

/** One chunk: eight tokens behind each byte of flags, literals or copies of what the chunk has given so far. */
function chunkInto(
  packed: Buffer,
  from: number,
  end: number,
  out: Buffer,
  start: number,
  room: number,
): { readonly to: number; readonly over: boolean; readonly wrong: boolean } {
  let to = start;
  let at = from;
  while (at < end) {
    const flags = packed[at++] as number;
    for (let bit = 0; bit < 8 && at < end; bit++) {
      if ((flags & (1 << bit)) === 0) {
        if (to >= room) return { to, over: true, wrong: false };
        out[to++] = packed[at++] as number;
        continue;
      }
      if (at + 2 > end) return { to, over: false, wrong: true };
      const token = packed.readUInt16LE(at);
      at += 2;
      const done = to - start;
      const bits = Math.max(4, 32 - Math.clz32(done - 1));
      const length = (token & (0xffff >> bits)) + 3;
      const back = (token >> (16 - bits)) + 1;
      if (done === 0 || back > done) return { to, over: false, wrong: true };
      for (let n = 0; n < length; n++) {
        if (to >= room) return { to, over: true, wrong: false };
        out[to] = out[to - back] as number;
        to++;
      }
    }
  }
  return { to, over: false, wrong: false };
}

/** The modules that a project's `dir` lists (2.3.4.2). */
export function modulesOf(dir: Buffer): readonly Module[] {
  const modules: { name: string; stream: string; offset: number }[] = [];
  for (let at = 0; at + 6 <= dir.length;) {
    const id = dir.readUInt16LE(at);
    // The record of the version says 4 and has 6.
    const size = id === 0x09 ? 6 : dir.readUInt32LE(at + 2);
    const data = dir.subarray(at + 6, at + 6 + size);
    at += 6 + size;
    const last = modules.at(-1);
    if (id === 0x19) modules.push({ name: data.toString('latin1'), stream: '', offset: 0 });
    else if (!last) continue;
    else if (id === 0x47 && data.length > 0) last.name = data.toString('utf16le');
    else if (id === 0x1a) last.stream = data.toString('latin1');
    else if (id === 0x32 && data.length > 0) last.stream = data.toString('utf16le');
    else if (id === 0x31 && data.length >= 4) last.offset = data.readUInt32LE(0);
  }
  return modules;
}

/** Every source in the storage as a member; what they are together is put down in `macros`. */
export function* openVba(ole: Ole, storage: number, macros: Macros): Generator<Sight> {
  const { cfb, opening, purse } = ole;
  const dir = bytesOf(ole, inStorage(ole, storage, 'dir'), MOST_DIR);
  const listed = modulesOf(decompressVba(dir, 0, Math.max(0, Math.min(MOST_DIR, opening.room(dir.length), purse.left))).bytes);
  const byStream = new Map<string, Module[]>();
  for (const module of listed)
    byStream.set(module.stream.toLowerCase(), [...(byStream.get(module.stream.toLowerCase()) ?? []), module].slice(-MOST_COPIES));
  const sources: string[] = [];
  for (const entry of cfb.entries) {
    if (entry.storage || entry.parent !== storage || /^(?:dir|_vba_project|__srp_[0-9a-f]{1,8})$/i.test(entry.name)) continue;
    const modules = byStream.get(entry.name.toLowerCase()) ?? [];
    yield* sourcesOf(ole, entry, modules, sources, macros);
    if (ole.tally.full) return;
  }
  // Names that run by themselves and that the compiled project knows while no source has them.
  const compiled = bytesOf(ole, inStorage(ole, storage, '_VBA_PROJECT'), MOST_DIR).toString('latin1');
  const all = sources.join('\n');
  if (namesIn(compiled).some(name => !namesIn(all).includes(name))) macros.stomped = true;
  const rules = judgeVba(all);
  macros.code ||= hasCode(all);
  macros.autorun ||= rules.includes('vba_autorun');
  macros.suspicious ||= rules.includes('vba_suspicious');
}

const namesIn = (text: string): readonly string[] => [...new Set((text.match(AUTORUN_NAMES) ?? []).map(name => name.toLowerCase()))];

function* sourcesOf(ole: Ole, entry: CfbEntry, modules: readonly Module[], sources: string[], macros: Macros): Generator<Sight> {
  const { cfb, opening, purse } = ole;
  const bytes = bytesOf(ole, entry, entry.size);
  const told = modules.map(({ offset }) => offset);
  const storage = cfb.pathOf(entry).slice(0, -entry.name.length);
  let text = false;
  for (const at of new Set([...told, ...containersIn(bytes)])) {
    const { bytes: source, why } = decompressVba(bytes, at, Math.max(0, Math.min(opening.room(bytes.length - at), purse.left)));
    purse.left -= source.length;
    const name = `${storage}${modules.find(({ offset }) => offset === at)?.name ?? entry.name}.vba-source`;
    if (source.some(byte => byte > 32)) {
      text = true;
      macros.read += source.length;
      if (macros.read <= MOST_SOURCE) sources.push(source.toString('latin1'));
      else ole.unseen.add('too_large');
      yield* showIn(ole, name, source, { packed: bytes.length, type: 'text/x-vba' });
    }
    if (why === 'too_large' || (why !== null && text)) yield { see: 'unseen', name, why };
    if (ole.tally.full) return;
  }
  if (!text && modules.length > 0 && bytes.length >= LEAST_COMPILED) macros.stomped = true;
}

const ATTRIBUTE = Buffer.from('Attribut', 'latin1');

/** Where compressed sources begin: each has "Attribute" as its first word, its first eight letters as they are. */
function containersIn(bytes: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(ATTRIBUTE); at >= 0 && found.length < MOST_COPIES; at = bytes.indexOf(ATTRIBUTE, at + 8)) {
    // A packed chunk has a byte of flags in front.
    const start = [4, 3]
      .map(back => at - back)
      .find(place => place >= 0 && bytes[place] === 1 && ((bytes[place + 2] as number) & 0x70) === 0x30);
    if (start !== undefined) found.push(start);
  }
  return found;
}
