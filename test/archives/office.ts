// Pieces of Office's binary forms for tests: files encrypted with a password (ECMA-376, agile and standard), streams of Excel and Word, OLE
// packages, Outlook's attachments.
import { createCipheriv, createHash } from 'node:crypto';
import { rc4 } from '../../src/scan/openers/xls-crypt.ts';
import { cfbOf, type CfbTree } from './cfb.ts';

const hash = (name: string, ...pieces: readonly Buffer[]): Buffer => createHash(name).update(Buffer.concat(pieces)).digest();
const fitted = (bytes: Buffer, length: number): Buffer => Buffer.concat([bytes, Buffer.alloc(length, 0x36)]).subarray(0, length);
const blocks = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);

function cipher(name: string, key: Buffer, first: Buffer | null, bytes: Buffer): Buffer {
  const made = createCipheriv(name, key, first);
  made.setAutoPadding(false);
  return Buffer.concat([made.update(blocks(bytes)), made.final()]);
}

function spin(name: string, salt: Buffer, password: string, spins: number): Buffer {
  let last = hash(name, salt, Buffer.from(password, 'utf16le'));
  for (let n = 0; n < spins; n++) last = hash(name, u32(n), last);
  return last;
}

/** As Office 2010 and later encrypt. */
export function agileOf(file: Buffer, password: string, { hashName = 'sha512', spins = 1_000, key: size = 32 } = {}): Buffer {
  const [salt, dataSalt, verifier, key] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2), Buffer.alloc(16, 3), Buffer.alloc(size, 4)];
  const spun = spin(hashName, salt, password, spins);
  const locked = (block: string, bytes: Buffer): string =>
    cipher(`aes-${size * 8}-cbc`, fitted(hash(hashName, spun, Buffer.from(block, 'hex')), size), salt, bytes).toString('base64');
  const upper = hashName.toUpperCase();
  const digest = hash(hashName, verifier);
  const common = `saltSize="16" blockSize="16" keyBits="${size * 8}" hashSize="${digest.length}" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="${upper}"`;
  const xml =
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData ${common} saltValue="${dataSalt.toString('base64')}"/>` +
    `<dataIntegrity encryptedHmacKey="AAAA" encryptedHmacValue="AAAA"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="${spins}" ${common} saltValue="${salt.toString('base64')}" ` +
    `encryptedVerifierHashInput="${locked('fea7d2763b4b9e79', verifier)}" encryptedVerifierHashValue="${locked('d7aa0f6d3061344e', digest)}" encryptedKeyValue="${locked('146e0be7abacd0d6', key)}"/></keyEncryptor></keyEncryptors></encryption>`;
  const pieces: Buffer[] = [];
  for (let at = 0, n = 0; at < file.length; at += 4096, n++)
    pieces.push(cipher(`aes-${size * 8}-cbc`, key, fitted(hash(hashName, dataSalt, u32(n)), 16), file.subarray(at, at + 4096)));
  return encryptedOf(Buffer.concat([u16(4), u16(4), u32(0x40), Buffer.from(xml)]), file.length, Buffer.concat(pieces));
}

/** As Office 2007 encrypts. */
export function standardOf(file: Buffer, password: string): Buffer {
  const [salt, verifier] = [Buffer.alloc(16, 5), Buffer.alloc(16, 6)];
  const final = hash('sha1', spin('sha1', salt, password, 50_000), u32(0));
  const half = Buffer.alloc(64, 0x36);
  for (let n = 0; n < final.length; n++) half[n] = (half[n] as number) ^ (final[n] as number);
  const key = hash('sha1', half).subarray(0, 16);
  const provider = Buffer.from('Microsoft Enhanced RSA and AES Cryptographic Provider\0', 'utf16le');
  const header = Buffer.concat([u32(0x24), u32(0), u32(0x660e), u32(0x8004), u32(128), u32(0x18), u32(0), u32(0), provider]);
  const info = Buffer.concat([
    u16(4),
    u16(2),
    u32(0x24),
    u32(header.length),
    header,
    u32(16),
    salt,
    cipher('aes-128-ecb', key, null, verifier),
    u32(20),
    cipher('aes-128-ecb', key, null, hash('sha1', verifier)),
  ]);
  return encryptedOf(info, file.length, cipher('aes-128-ecb', key, null, file));
}

function encryptedOf(info: Buffer, length: number, locked: Buffer): Buffer {
  return cfbOf({
    EncryptionInfo: info,
    EncryptedPackage: Buffer.concat([u32(length), u32(0), locked]),
    '\x06DataSpaces': { Version: Buffer.alloc(76), TransformInfo: { StrongEncryptionTransform: { '\x06Primary': Buffer.alloc(100) } } },
  });
}

/** An `\x01Ole10Native` stream with a file in it. */
export function packageOf(label: string, path: string, temporary: string, file: Buffer): Buffer {
  const data = Buffer.concat([
    u16(2),
    zeroEnded(label),
    zeroEnded(path),
    u16(0),
    u16(3),
    u32(temporary.length + 1),
    zeroEnded(temporary),
    u32(file.length),
    file,
    u16(0),
  ]);
  return Buffer.concat([u32(data.length), data]);
}

/** Properties of a message of Outlook. */
export function propertiesOf(values: Readonly<Record<string, string | Buffer>>): CfbTree {
  return Object.fromEntries(
    Object.entries(values).map(([id, value]) =>
      typeof value === 'string' ? [`__substg1.0_${id}001F`, Buffer.from(value, 'utf16le')] : [`__substg1.0_${id}0102`, value],
    ),
  );
}

/** A record of Excel. */
export const record = (type: number, ...pieces: readonly Buffer[]): Buffer => {
  const data = Buffer.concat(pieces);
  return Buffer.concat([u16(type), u16(data.length), data]);
};
/** A sheet of the book: 0 a table, 1 macros. */
export const boundSheet = (name: string, kind: number, hidden = 0): Buffer =>
  record(0x85, u32(0), Buffer.from([hidden, kind, name.length, 0]), Buffer.from(name, 'latin1'));
export const definedName = (name: string, builtIn: boolean): Buffer =>
  record(0x18, u16(builtIn ? 0x20 : 0), Buffer.from([0, name.length]), Buffer.alloc(10), Buffer.from([0]), Buffer.from(name, 'latin1'));
export const workbookOf = (...records: readonly Buffer[]): Buffer =>
  Buffer.concat([record(0x809, u16(0x600), u16(5), Buffer.alloc(12)), ...records, record(0x0a)]);

/** A book encrypted with RC4, by MD5 as Excel 97 does it or by SHA-1 as later ones do. */
export function lockedBookOf(password: string, form: 'md5' | 'sha1', ...records: readonly Buffer[]): Buffer {
  const [salt, verifier, wide] = [Buffer.alloc(16, 7), Buffer.alloc(16, 8), Buffer.from(password, 'utf16le')];
  const salted = hash('md5', ...Array.from({ length: 16 }, () => Buffer.concat([hash('md5', wide).subarray(0, 5), salt]))).subarray(0, 5);
  const keyOf = (block: number): Buffer =>
    form === 'md5' ? hash('md5', salted, u32(block)) : hash('sha1', hash('sha1', salt, wide), u32(block)).subarray(0, 16);
  const first = rc4(keyOf(0));
  const checks = [verifier, hash(form, verifier)].map(bytes => Buffer.from(bytes.map(byte => byte ^ first()))) as [Buffer, Buffer];
  const provider = Buffer.from('Microsoft Enhanced Cryptographic Provider v1.0\0', 'utf16le');
  const header = Buffer.concat([u32(4), u32(0), u32(0x6801), u32(0x8004), u32(128), u32(1), u32(0), u32(0), provider]);
  const pass =
    form === 'md5'
      ? record(0x2f, u16(1), u16(1), u16(1), salt, ...checks)
      : record(0x2f, u16(1), u16(2), u16(2), u32(4), u32(header.length), header, u32(16), salt, checks[0], u32(20), checks[1]);
  const plain = Buffer.concat([record(0x809, u16(0x600), u16(5), Buffer.alloc(12)), pass, ...records, record(0x0a)]);
  const pads = new Map<number, Buffer>();
  const padAt = (place: number): number => {
    const block = Math.floor(place / 1024);
    if (!pads.has(block)) {
      const stream = rc4(keyOf(block));
      pads.set(block, Buffer.from(Array.from({ length: 1024 }, stream)));
    }
    return pads.get(block)?.[place % 1024] as number;
  };
  for (let at = 0; at < plain.length; at += 4 + plain.readUInt16LE(at + 2)) {
    const type = plain.readUInt16LE(at);
    if (type === 0x809 || type === 0x2f) continue;
    for (let place = at + 4 + (type === 0x85 ? 4 : 0); place < at + 4 + plain.readUInt16LE(at + 2); place++)
      plain[place] = (plain[place] as number) ^ padAt(place);
  }
  return plain;
}

/** A document of Word whose text lies in pieces, each in letters of one byte or two. */
export function wordOf(pieces: readonly { readonly text: string; readonly wide?: boolean }[], { flags = 0, template = '' } = {}): CfbTree {
  const document: Buffer[] = [Buffer.alloc(1024)];
  let at = 1024;
  let letters = 0;
  const places: Buffer[] = [];
  const counts: Buffer[] = [u32(0)];
  for (const { text, wide = false } of pieces) {
    const bytes = Buffer.from(text, wide ? 'utf16le' : 'latin1');
    places.push(u16(0), u32(wide ? at : at * 2 + 0x4000_0000), u16(0));
    // Something between the pieces, as saving fast leaves it.
    document.push(bytes, Buffer.alloc(64, 'x'));
    at += bytes.length + 64;
    letters += text.length;
    counts.push(u32(letters));
  }
  const plc = Buffer.concat([...counts, ...places]);
  const clx = Buffer.concat([Buffer.from([1, 2, 0, 9, 9, 2]), u32(plc.length), plc]);
  const strings = ['', template, 'Title'];
  const associated = Buffer.concat([
    u16(0xffff),
    u16(strings.length),
    u16(0),
    ...strings.flatMap(text => [u16(text.length), Buffer.from(text, 'utf16le')]),
  ]);
  const head = document[0] as Buffer;
  head.writeUInt16LE(0xa5ec, 0);
  head.writeUInt16LE(0xc1, 2);
  head.writeUInt16LE(0x0200 | flags, 10);
  head.writeUInt32LE(0, 0x19a);
  head.writeUInt32LE(associated.length, 0x19e);
  head.writeUInt32LE(associated.length, 0x1a2);
  head.writeUInt32LE(clx.length, 0x1a6);
  return { WordDocument: Buffer.concat(document), '1Table': Buffer.concat([associated, clx]) };
}

export const zeroEnded = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
