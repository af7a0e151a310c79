// Compound files (MS-CFB): documents of Office before 2007, messages of Outlook, installers, and whatever else keeps its parts in one.
// Every stream is shown, those that hold files under the names of these, and rules look at what Office would do with the rest.
import type { Opener, Sight } from '../opener.ts';
import { judgeBiff, type Biff } from './biff.ts';
import { isCfb, readCfb, type CfbEntry } from './cfb.ts';
import { openProperty } from './msg.ts';
import { candidates, decryptOffice } from './office-crypt.ts';
import { bytesOf, inStorage, newOle, showIn, type Ole } from './ole-file.ts';
import { classRule, judgeCompObj, judgeLink, openNative } from './ole-objects.ts';
import { isEncryptedUser, openPowerPoint } from './ppt.ts';
import { openVba, vbaStorages, type Macros } from './vba.ts';
import { judgeWord, tableName } from './word-binary.ts';
import { decryptBiff } from './xls-crypt.ts';

const INSTALLERS: Readonly<Record<string, string>> = {
  '000C1084-0000-0000-C000-000000000046': 'program_msi',
  '000C1086-0000-0000-C000-000000000046': 'program_msp',
  '000C1082-0000-0000-C000-000000000046': 'program_mst',
};
/** The tables `_StringPool` and `_StringData`, as installers write them. */
const INSTALLER_TABLE = /^\u4840\u3f3f\u4577\u446c\u3e6a\u44b2\u482f$|^\u4840\u3f3f\u4577\u446c\u3b6a\u45e4\u4824$/;
const MOST_INFO = 64 * 1024;
/** Behind the last sector: zeros are nothing, and less than this is no file. */
const LEAST_BEHIND = 64;

/** By the first eight bytes. */
export const isOle = isCfb;

export const openOle: Opener = function* (bytes, opening) {
  const cfb = readCfb(bytes);
  if (!cfb) return yield { see: 'unseen', name: null, why: 'damaged' };
  const ole = newOle(cfb, opening);
  const decrypted = yield* openEncrypted(ole);
  for (const entry of cfb.entries) {
    if (ole.tally.full) break;
    if (entry.storage) judgeStorage(ole, entry);
    else if (!decrypted.has(entry.index)) yield* stream(ole, entry);
  }
  if (cfb.behind.length >= LEAST_BEHIND && cfb.behind.some(byte => byte !== 0 && byte !== 0xff)) yield* showIn(ole, 'behind', cfb.behind);
  yield* macros(ole);
  judgeRoot(ole);
  if (!cfb.whole) ole.unseen.add('damaged');
  for (const why of ole.unseen) yield { see: 'unseen', name: null, why };
  for (const rule of ole.refused) yield { see: 'finding', class: 'refused_type', rule };
  for (const rule of ole.rules) yield { see: 'finding', class: 'heuristic', rule };
};

/** Office 2007 and later: the file inside in place of its ciphertext. Returns the streams that are dealt with. */
function* openEncrypted(ole: Ole): Generator<Sight, ReadonlySet<number>> {
  const done = new Set<number>();
  // Trying passwords is slow on purpose, and honest files have one package.
  let tried = false;
  for (const entry of ole.cfb.entries) {
    if (entry.storage || entry.name.toLowerCase() !== 'encryptedpackage') continue;
    const info = bytesOf(ole, inStorage(ole, entry.parent, 'EncryptionInfo'), MOST_INFO);
    const room = ole.opening.room(entry.size);
    const package_ = tried || entry.size > room ? Buffer.alloc(0) : bytesOf(ole, entry, entry.size);
    const plain = tried ? null : decryptOffice(info, package_, () => ole.opening.passwords, room);
    tried = true;
    if (plain) {
      done.add(entry.index);
      yield* showIn(ole, ole.cfb.pathOf(entry), plain);
    } else ole.unseen.add('encrypted');
  }
  return done;
}

function judgeStorage(ole: Ole, { name, clsid }: CfbEntry): void {
  const rule = classRule(clsid);
  if (rule) ole.rules.add(rule);
  if (/^DRMEncrypted/i.test(name)) ole.unseen.add('encrypted');
}

function judgeRoot(ole: Ole): void {
  const { clsid, entries } = ole.cfb;
  const installer = INSTALLERS[clsid] ?? (entries.some(({ name }) => INSTALLER_TABLE.test(name)) ? 'program_msi' : undefined);
  if (installer !== undefined) ole.refused.add(installer);
  const rule = classRule(clsid);
  if (rule) ole.rules.add(rule);
}

/** A stream: shown as it is or as what it holds, and looked at by the rules for its name. */
function* stream(ole: Ole, entry: CfbEntry): Generator<Sight> {
  const { cfb, opening, purse } = ole;
  const path = cfb.pathOf(entry);
  const length = Math.min(entry.size, opening.room(entry.size) + 1, Math.max(0, purse.left) + 1);
  const readings = cfb.read(entry, length);
  for (const { bytes, whole } of readings) {
    purse.left -= bytes.length;
    if (bytes.length > opening.room(entry.size) || purse.left < 0) {
      yield { see: 'unseen', name: path, why: 'too_large' };
      continue;
    }
    const taken = yield* openProperty(ole, entry, bytes, whole);
    if (taken) continue;
    yield* showIn(ole, path, bytes, { whole });
    yield* inside(ole, entry, path, bytes);
  }
}

function* inside(ole: Ole, entry: CfbEntry, path: string, bytes: Buffer): Generator<Sight> {
  const { rules, unseen } = ole;
  const add = (found: { readonly encrypted: boolean; readonly rules: readonly string[] }): void => {
    if (found.encrypted) unseen.add('encrypted');
    for (const rule of found.rules) rules.add(rule);
  };
  switch (entry.name.toLowerCase()) {
    case '\x01ole10native':
      return yield* openNative(ole, path, bytes);
    case '\x01ole':
      return judgeLink(ole, bytes);
    case '\x01compobj':
      return judgeCompObj(ole, bytes);
    case 'equation native':
      return void rules.add('equation_object');
    case 'workbook':
    case 'book':
      return yield* book(ole, path, bytes, add);
    case 'worddocument':
      return add(judgeWord(bytes, bytesOf(ole, inStorage(ole, entry.parent, tableName(bytes)), bytes.length * 8 + 1024 * 1024)));
    case 'powerpoint document':
      return yield* openPowerPoint(ole, path, bytes);
    case 'current user':
      if (isEncryptedUser(bytes)) unseen.add('encrypted');
      return;
    case 'encryptedsummary':
    case '\x09drmcontent':
      return void unseen.add('encrypted');
    default:
      if (/^DRMEncrypted/i.test(entry.name)) unseen.add('encrypted');
  }
}

/** A book of Excel; what is encrypted with what everybody knows is shown as it would be without. */
function* book(ole: Ole, path: string, bytes: Buffer, add: (found: Biff) => void): Generator<Sight> {
  const found = judgeBiff(bytes);
  const plain =
    found.encrypted && bytes.length <= ole.opening.room(bytes.length)
      ? decryptBiff(
          bytes,
          candidates(() => ole.opening.passwords),
        )
      : null;
  if (!plain) return add(found);
  ole.purse.left -= plain.length;
  yield* showIn(ole, path, plain);
  add(judgeBiff(plain));
}

/** Of what the macros of a document do only the worst is said. */
function* macros(ole: Ole): Generator<Sight> {
  const found: Macros = { read: 0, code: false, autorun: false, suspicious: false, stomped: false };
  for (const storage of vbaStorages(ole)) yield* openVba(ole, storage, found);
  if (found.autorun) ole.rules.add(found.suspicious ? 'macro_autorun_suspicious' : 'macro_autorun');
  else if (found.code) ole.rules.add('macro');
  if (found.stomped) ole.rules.add('vba_stomped');
}
