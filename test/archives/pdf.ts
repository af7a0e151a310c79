// Writes PDFs for tests: pages, embedded files, actions, pictures, object streams, older revisions, and all ciphers of the standard handler.
// Our own code, so that tests need no tool; cross-checked by hand with qpdf, mutool and pdftotext.
import { createCipheriv, createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

export type Cipher = 'rc4-40' | 'rc4-128' | 'aes-128' | 'aes-256';
export type PdfPlan = {
  /** The text of each page. */
  readonly pages?: readonly string[];
  readonly embedded?: readonly { readonly name: string; readonly bytes: Buffer; readonly filters?: readonly Filter[] }[];
  /** Scripts of the document's name tree. */
  readonly javascript?: readonly string[];
  /** A script or a whole action dictionary, run when the document is opened. */
  readonly openAction?: string;
  /** The file that a link on the first page starts. */
  readonly launch?: string;
  readonly encrypt?: { readonly cipher: Cipher; readonly user?: string; readonly owner?: string; readonly plainMetadata?: boolean };
  /** Whatever is no stream is put into object streams, and the table of the file is a stream too. */
  readonly objectStreams?: boolean;
  readonly images?: readonly { readonly width: number; readonly height: number; readonly bytes: Buffer; readonly filter?: string }[];
  /** More objects: the body, or the dictionary's inside and the stream's bytes as they are to stand. */
  readonly objects?: readonly (string | { readonly dict: string; readonly bytes: Buffer })[];
  /** More entries of the catalog and of the first page. */
  readonly catalog?: string;
  readonly page?: string;
  readonly before?: string;
};
export type Filter = 'FlateDecode' | 'ASCIIHexDecode' | 'ASCII85Decode' | 'RunLengthDecode' | 'LZWDecode';

type Body = { readonly dict: string; readonly bytes: Buffer | null; readonly plain?: boolean };
type Lock = { readonly dict: string; readonly seal: (bytes: Buffer, object: number) => Buffer; readonly metadata: boolean };

/** Numbers of what a plan makes are given in the order: catalog 1, pages 2, then all else; `objects` come first, from 3 on. */
export function pdfOf(plan: PdfPlan = {}): Buffer {
  const bodies: Body[] = [];
  const add = (dict: string, bytes: Buffer | null = null, plain = false): number => bodies.push({ dict, bytes, plain });
  add('');
  add('');
  for (const one of plan.objects ?? []) add(typeof one === 'string' ? one : one.dict, typeof one === 'string' ? null : one.bytes);
  const images = (plan.images ?? []).map(({ width, height, bytes, filter }) =>
    add(
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /${filter ?? 'FlateDecode'}`,
      filter ? bytes : deflateSync(bytes),
    ),
  );
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const pages = (plan.pages ?? ['A page']).map((text, i) => {
    const shown = images.map((_, n) => `q 100 0 0 100 ${n * 110} 300 cm /I${n} Do Q`).join('\n');
    const content = add('/Filter /FlateDecode', deflateSync(Buffer.from(`BT /F1 12 Tf 50 700 Td ${string(text)} Tj ET\n${shown}`)));
    const annotations = plan.launch && i === 0 ? `/Annots [${add(linkOf(plan.launch))} 0 R]` : '';
    const objects = images.map((image, n) => `/I${n} ${image} 0 R`).join(' ');
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R /Resources << /Font << /F1 ${font} 0 R >> /XObject << ${objects} >> >> ${annotations} ${i === 0 ? (plan.page ?? '') : ''} >>`,
    );
  });
  const names = [
    tree(
      'EmbeddedFiles',
      (plan.embedded ?? []).map(one => [one.name, embed(add, one)]),
    ),
    tree(
      'JavaScript',
      (plan.javascript ?? []).map((script, i) => [`s${i}`, add(scriptOf(script))]),
    ),
  ];
  const open =
    plan.openAction === undefined ? '' : `/OpenAction ${plan.openAction.startsWith('<<') ? plan.openAction : scriptOf(plan.openAction)}`;
  bodies[0] = { dict: `<< /Type /Catalog /Pages 2 0 R /Names << ${names.join(' ')} >> ${open} ${plan.catalog ?? ''} >>`, bytes: null };
  bodies[1] = { dict: `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map(one => `${one} 0 R`).join(' ')}] >>`, bytes: null };
  return write(bodies, plan);
}

const linkOf = (file: string): string =>
  `<< /Type /Annot /Subtype /Link /Rect [0 0 100 100] /A << /Type /Action /S /Launch /F << /Type /Filespec /F ${string(file)} >> >> >>`;
const scriptOf = (script: string): string => `<< /Type /Action /S /JavaScript /JS ${string(script)} >>`;
const string = (text: string): string => `(${text.replace(/[\\()]/g, '\\$&').replace(/\r/g, '\\r')})`;

function tree(name: string, entries: readonly (readonly [string, number])[]): string {
  return entries.length === 0 ? '' : `/${name} << /Names [${entries.map(([key, object]) => `${string(key)} ${object} 0 R`).join(' ')}] >>`;
}

function embed(
  add: (dict: string, bytes?: Buffer) => number,
  { name, bytes, filters = ['FlateDecode'] }: NonNullable<PdfPlan['embedded']>[number],
): number {
  const packed = filters.toReversed().reduce((out, filter) => pack(filter, out), bytes);
  const file = add(`/Type /EmbeddedFile /Params << /Size ${bytes.length} >> /Filter [${filters.map(one => `/${one}`).join(' ')}]`, packed);
  return add(`<< /Type /Filespec /F ${string(name)} /UF ${string(name)} /EF << /F ${file} 0 R >> >>`);
}

/** One filter the other way. */
export function pack(filter: Filter, bytes: Buffer): Buffer {
  if (filter === 'FlateDecode') return deflateSync(bytes);
  if (filter === 'ASCIIHexDecode') return Buffer.from(`${bytes.toString('hex')}>`);
  if (filter === 'LZWDecode') return lzw(bytes);
  if (filter === 'RunLengthDecode') {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 128) {
      const piece = bytes.subarray(at, at + 128);
      pieces.push(Buffer.from([piece.length - 1]), piece);
    }
    return Buffer.concat([...pieces, Buffer.from([128])]);
  }
  let out = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const size = Math.min(4, bytes.length - at);
    let value = Buffer.concat([bytes.subarray(at, at + 4), Buffer.alloc(4)]).readUInt32BE();
    let group = '';
    for (let i = 0; i < 5; i++, value = Math.floor(value / 85)) group = String.fromCharCode(33 + (value % 85)) + group;
    out += size === 4 && group === '!!!!!' ? 'z' : group.slice(0, size + 1);
  }
  return Buffer.from(`${out}~>`);
}

/** LZW with codes of 9 to 12 bits, most significant bit first. */
export function lzw(bytes: Buffer, earlyChange = 1): Buffer {
  const out: number[] = [];
  let [hold, count] = [0, 0];
  const put = (code: number, width: number): void => {
    hold = (hold << width) | code;
    for (count += width; count >= 8; count -= 8) out.push((hold >> (count - 8)) & 255);
    hold &= (1 << count) - 1;
  };
  let table = new Map<string, number>();
  const widthNow = (): number => Math.min(12, Math.max(9, 32 - Math.clz32(257 + table.size + earlyChange)));
  put(256, 9);
  let known = '';
  const codeOf = (text: string): number => (text.length === 1 ? text.charCodeAt(0) : (table.get(text) as number));
  for (const one of bytes.toString('latin1')) {
    if (known === '' || table.has(known + one)) known += one;
    else {
      put(codeOf(known), widthNow());
      table.set(known + one, 258 + table.size);
      known = one;
      if (table.size === 4094 - 258) {
        put(256, 12);
        table = new Map();
      }
    }
  }
  if (known !== '') put(codeOf(known), widthNow());
  table.set('end', 0);
  put(257, widthNow());
  if (count > 0) put(0, 8 - count);
  return Buffer.from(out);
}

function write(bodies: readonly Body[], plan: PdfPlan): Buffer {
  const pieces: Buffer[] = [Buffer.from(`${plan.before ?? ''}%PDF-1.7\n%\xe2\xe3\xcf\xd3\n`, 'latin1')];
  const offsets: [number, number][] = [];
  let length = (pieces[0] as Buffer).length;
  const push = (...more: Buffer[]): void => {
    for (const piece of more) {
      pieces.push(piece);
      length += piece.length;
    }
  };
  const id = createHash('md5').update('our id').digest();
  const lock = plan.encrypt ? lockOf(plan.encrypt, id) : null;
  const put = (number: number, { dict, bytes, plain }: Body): void => {
    offsets[number] = [length, 0];
    const seal = (one: Buffer): Buffer => (lock && !plain ? lock.seal(one, number) : one);
    if (bytes === null) return push(Buffer.from(`${number} 0 obj\n${sealed(dict, seal)}\nendobj\n`, 'latin1'));
    const data = lock && !lock.metadata && dict.includes('/Metadata') ? bytes : seal(bytes);
    push(
      Buffer.from(`${number} 0 obj\n<< ${sealed(dict, seal)} /Length ${data.length} >>\nstream\n`, 'latin1'),
      data,
      Buffer.from('\nendstream\nendobj\n'),
    );
  };
  const packed: [number, string][] = [];
  for (const [i, body] of bodies.entries()) {
    if (plan.objectStreams && body.bytes === null) packed.push([i + 1, body.dict]);
    else put(i + 1, body);
  }
  let next = bodies.length + 1;
  const inStream: [number, number][] = [];
  if (packed.length > 0) {
    const container = next++;
    let inside = '';
    const heads = packed.map(([number, body], index) => {
      inStream[number] = [container, index];
      const at = inside.length;
      inside += `${body}\n`;
      return `${number} ${at}`;
    });
    const head = `${heads.join(' ')}\n`;
    put(container, {
      dict: `/Type /ObjStm /N ${packed.length} /First ${head.length} /Filter /FlateDecode`,
      bytes: deflateSync(Buffer.from(head + inside, 'latin1')),
    });
  }
  const encrypt = lock ? next++ : 0;
  if (lock) put(encrypt, { dict: lock.dict, bytes: null, plain: true });
  const trailer = `/Root 1 0 R ${lock ? `/Encrypt ${encrypt} 0 R` : ''} /ID [<${id.toString('hex')}> <${id.toString('hex')}>]`;
  const start = length;
  if (plan.objectStreams) {
    const table = Buffer.alloc((next + 1) * 7);
    offsets[next] = [start, 0];
    for (let number = 0; number <= next; number++) {
      const inside = inStream[number];
      table[number * 7] = inside ? 2 : number === 0 ? 0 : 1;
      table.writeUInt32BE(inside?.[0] ?? offsets[number]?.[0] ?? 0, number * 7 + 1);
      table.writeUInt16BE(inside?.[1] ?? 0, number * 7 + 5);
    }
    put(next, { dict: `/Type /XRef /W [1 4 2] /Size ${next + 1} ${trailer} /Filter /FlateDecode`, bytes: deflateSync(table), plain: true });
  } else {
    const lines = Array.from({ length: next - 1 }, (_, i) => `${String(offsets[i + 1]?.[0] ?? 0).padStart(10, '0')} 00000 n \n`);
    push(Buffer.from(`xref\n0 ${next}\n0000000000 65535 f \n${lines.join('')}trailer\n<< /Size ${next} ${trailer} >>\n`));
  }
  push(Buffer.from(`startxref\n${start}\n%%EOF\n`));
  return Buffer.concat(pieces);
}

/** The strings of a dictionary, each encrypted and written in hex. Our own strings escape with a backslash only. */
function sealed(dict: string, seal: (bytes: Buffer) => Buffer): string {
  return dict.replace(/\(((?:[^\\()]|\\.)*)\)/gs, (whole, text: string) => {
    const bytes = Buffer.from(
      text.replace(/\\(.)/gs, (_, mark: string) => (mark === 'r' ? '\r' : mark)),
      'latin1',
    );
    const out = seal(bytes);
    return out === bytes ? whole : `<${out.toString('hex')}>`;
  });
}

const PAD = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const md5 = (...pieces: readonly Buffer[]): Buffer => createHash('md5').update(Buffer.concat(pieces)).digest();
const padded = (password: string): Buffer => Buffer.concat([Buffer.from(password, 'latin1'), PAD]).subarray(0, 32);
const PERMISSIONS = -44;

function lockOf({ cipher, user = '', owner = 'owner', plainMetadata = false }: NonNullable<PdfPlan['encrypt']>, id: Buffer): Lock {
  if (cipher === 'aes-256') return longLock(user, owner, plainMetadata);
  const [version, revision, size] = cipher === 'rc4-40' ? [1, 2, 5] : cipher === 'rc4-128' ? [2, 3, 16] : [4, 4, 16];
  const times = (bytes: Buffer): Buffer => {
    let hash = bytes;
    if (revision > 2) for (let i = 0; i < 50; i++) hash = md5(hash.subarray(0, size));
    return hash.subarray(0, size);
  };
  const many = (key: Buffer, bytes: Buffer): Buffer => {
    let out = bytes;
    for (let i = 0; i < (revision > 2 ? 20 : 1); i++) out = arc4(Buffer.from(key.map(one => one ^ i)), out);
    return out;
  };
  const ownerEntry = many(times(md5(padded(owner))), padded(user));
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(PERMISSIONS);
  const key = times(md5(padded(user), ownerEntry, permissions, id, Buffer.alloc(plainMetadata && revision >= 4 ? 4 : 0, 255)));
  const userEntry = revision === 2 ? arc4(key, PAD) : Buffer.concat([many(key, md5(PAD, id)), Buffer.alloc(16)]);
  const filters =
    version === 4
      ? `/CF << /StdCF << /CFM /AESV2 /AuthEvent /DocOpen /Length 16 >> >> /StmF /StdCF /StrF /StdCF ${plainMetadata ? '/EncryptMetadata false' : ''}`
      : '';
  return {
    dict: `<< /Filter /Standard /V ${version} /R ${revision} /Length ${size * 8} /P ${PERMISSIONS} /O <${ownerEntry.toString('hex')}> /U <${userEntry.toString('hex')}> ${filters} >>`,
    metadata: !plainMetadata,
    seal: (bytes, object) => {
      const salt = Buffer.from([object, object >> 8, object >> 16, 0, 0]);
      const own = md5(key, salt, version === 4 ? Buffer.from('sAlT') : Buffer.alloc(0)).subarray(0, Math.min(16, size + 5));
      return version === 4 ? aes('aes-128-cbc', own, bytes) : arc4(own, bytes);
    },
  };
}

function aes(cipher: string, key: Buffer, bytes: Buffer): Buffer {
  const vector = md5(bytes);
  const sealing = createCipheriv(cipher, key, vector);
  return Buffer.concat([vector, sealing.update(bytes), sealing.final()]);
}

function arc4(key: Buffer, bytes: Buffer): Buffer {
  const box = Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number): void => void ([box[a], box[b]] = [box[b] as number, box[a] as number]);
  for (let i = 0, j = 0; i < 256; i++) swap(i, (j = (j + (box[i] as number) + (key[i % key.length] as number)) % 256));
  let [x, y] = [0, 0];
  return Buffer.from(
    bytes.map(one => {
      x = (x + 1) % 256;
      y = (y + (box[x] as number)) % 256;
      swap(x, y);
      return one ^ (box[((box[x] as number) + (box[y] as number)) % 256] as number);
    }),
  );
}

/** Revision 6. */
function longLock(user: string, owner: string, plainMetadata: boolean): Lock {
  const key = createHash('sha256').update('our file key').digest();
  const wrap = (password: string, salts: string, more: Buffer): readonly [Buffer, Buffer] => {
    const [check, under] = [
      Buffer.from(`check${salts}`.padEnd(8, '.')).subarray(0, 8),
      Buffer.from(`under${salts}`.padEnd(8, '.')).subarray(0, 8),
    ];
    const said = Buffer.concat([hash6(Buffer.from(password), check, more), check, under]);
    const cipher = createCipheriv('aes-256-cbc', hash6(Buffer.from(password), under, more), Buffer.alloc(16)).setAutoPadding(false);
    return [said, cipher.update(key)];
  };
  const [u, ue] = wrap(user, 'u', Buffer.alloc(0));
  const [o, oe] = wrap(owner, 'o', u);
  const rights = Buffer.concat([Buffer.alloc(4), Buffer.alloc(4, 255), Buffer.from(plainMetadata ? 'F' : 'T'), Buffer.from('adbrand')]);
  rights.writeInt32LE(PERMISSIONS);
  const perms = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(rights);
  const hex = (bytes: Buffer): string => `<${bytes.toString('hex')}>`;
  return {
    dict: `<< /Filter /Standard /V 5 /R 6 /Length 256 /P ${PERMISSIONS} /O ${hex(o)} /U ${hex(u)} /OE ${hex(oe)} /UE ${hex(ue)} /Perms ${hex(perms)} /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF ${plainMetadata ? '/EncryptMetadata false' : ''} >>`,
    metadata: !plainMetadata,
    seal: bytes => aes('aes-256-cbc', key, bytes),
  };
}

/** The hash of revision 6 (ISO 32000-2, algorithm 2.B). */
function hash6(password: Buffer, salt: Buffer, more: Buffer): Buffer {
  let key = createHash('sha256')
    .update(Buffer.concat([password, salt, more]))
    .digest();
  for (let round = 0; ; round++) {
    const one = Buffer.concat([password, key, more]);
    const long = Buffer.concat(Array.from({ length: 64 }, () => one));
    const mixed = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(false).update(long);
    const turn = Number(BigInt(`0x${mixed.toString('hex', 0, 16)}`) % 3n);
    key = createHash(['sha256', 'sha384', 'sha512'][turn] as string)
      .update(mixed)
      .digest();
    if (round >= 63 && (mixed.at(-1) as number) <= round - 31) return key.subarray(0, 32);
  }
}
