// TNEF (MS-OXTNEF, winmail.dat): the attachments and the message body that it carries. Offsets are checked; what is cut gives what there is.
import { decompressRtf } from './rtf.ts';

const SIGNATURE = 0x223e9f78;
const ATTACH_DATA = 0x800f;
const ATTACH_TITLE = 0x8010;
const ATTACH_RENDER = 0x9002;
const ATTACH_PROPS = 0x9005;
const MAPI_PROPS = 0x9003;
const BODY = 0x800c;

const PR_LONG_FILENAME = 0x3707;
const PR_DISPLAY_NAME = 0x3001;
const PR_ATTACH_DATA = 0x3701;
const PR_BODY = 0x1000;
const PR_BODY_HTML = 0x1013;
const PR_RTF = 0x1009;

/** PtypObject. */
const OBJECT = 0x000d;
const BODY_NAMES = { 'text/plain': 'body.txt', 'text/html': 'body.html', 'application/rtf': 'body.rtf' } as const;

const MAX_ATTACHMENTS = 200;

export type TnefFile = { readonly name: string; readonly bytes: Buffer };
export type Tnef = {
  readonly files: readonly TnefFile[];
  /** Named as readers of winmail.dat name them: body.rtf, body.html, body.txt. */
  readonly bodies: readonly { readonly type: string; readonly name: string; readonly bytes: Buffer }[];
  readonly complete: boolean;
};

export const isTnef = (bytes: Buffer): boolean => bytes.length >= 6 && bytes.readUInt32LE(0) === SIGNATURE;

/** null when the bytes are not TNEF. */
export function readTnef(bytes: Buffer): Tnef | null {
  if (!isTnef(bytes)) return null;
  const files: { name: string; bytes: Buffer }[] = [];
  const bodies: { type: string; name: string; bytes: Buffer }[] = [];
  let current: { name: string; bytes: Buffer } | null = null;
  let complete = true;
  for (let at = 6; at + 9 <= bytes.length;) {
    const attribute = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const data = bytes.subarray(at + 9, at + 9 + length);
    if (data.length < length) complete = false;
    at += 9 + length + 2;
    if (attribute === ATTACH_RENDER) {
      if (files.length >= MAX_ATTACHMENTS) return { files, bodies, complete: false };
      current = { name: '', bytes: Buffer.alloc(0) };
      files.push(current);
    } else if (attribute === ATTACH_TITLE && current) current.name ||= cString(data);
    else if (attribute === ATTACH_DATA && current) current.bytes = data;
    else if (attribute === ATTACH_PROPS && current) {
      const props = readProps(data);
      current.name = text(props.get(PR_LONG_FILENAME)) || current.name || text(props.get(PR_DISPLAY_NAME));
      const object = props.get(PR_ATTACH_DATA);
      // An embedded message or OLE object has the interface's 16-byte id in front. Beside it the data often is a note for old readers.
      const carried = object && (object.type === OBJECT ? object.value.subarray(16) : object.value);
      if (carried && current.bytes.length === 0) current.bytes = carried;
      else if (carried && object.type === OBJECT && files.length < MAX_ATTACHMENTS) files.push({ name: current.name, bytes: carried });
    } else if (attribute === BODY) bodies.push({ type: 'text/plain', name: 'body.txt', bytes: data });
    else if (attribute === MAPI_PROPS) {
      const props = readProps(data);
      for (const [id, type] of [
        [PR_BODY, 'text/plain'],
        [PR_BODY_HTML, 'text/html'],
        [PR_RTF, 'application/rtf'],
      ] as const) {
        const body = props.get(id);
        if (!body || bodies.length >= MAX_ATTACHMENTS) continue;
        const bytes = body.type === 0x001f ? Buffer.from(text(body)) : id === PR_RTF ? decompressRtf(body.value) : body.value;
        bodies.push({ type, name: BODY_NAMES[type], bytes });
      }
    }
  }
  return { files, bodies, complete };
}

type Prop = { readonly type: number; readonly value: Buffer };

/** MAPI properties: type, id, (name), count for variable types, values padded to four bytes. */
function readProps(data: Buffer): ReadonlyMap<number, Prop> {
  const found = new Map<number, Prop>();
  if (data.length < 4) return found;
  let at = 4;
  for (let left = data.readUInt32LE(0); left > 0 && at + 4 <= data.length; left--) {
    const type = data.readUInt16LE(at);
    const id = data.readUInt16LE(at + 2);
    at += 4;
    if (id >= 0x8000) {
      if (at + 20 > data.length) break;
      const kind = data.readUInt32LE(at + 16);
      at += 20;
      if (kind === 0) at += 4;
      else {
        if (at + 4 > data.length) break;
        at += 4 + padded(data.readUInt32LE(at));
      }
    }
    const many = (type & 0x1000) !== 0;
    const base = type & 0x0fff;
    let count = 1;
    const variable = base === 0x001e || base === 0x001f || base === 0x0102 || base === 0x000d;
    if (many || variable) {
      if (at + 4 > data.length) break;
      count = data.readUInt32LE(at);
      at += 4;
    }
    for (let n = 0; n < count && at < data.length; n++) {
      let size = base === 0x0002 || base === 0x000b || base === 0x0003 || base === 0x0004 || base === 0x000a ? 4 : base === 0x0048 ? 16 : 8;
      if (variable) {
        if (at + 4 > data.length) return found;
        size = data.readUInt32LE(at);
        at += 4;
      }
      if (n === 0) found.set(id, { type: base, value: data.subarray(at, at + size) });
      at += padded(size);
    }
  }
  return found;
}

const padded = (size: number): number => Math.ceil(size / 4) * 4;

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

function text(prop: Prop | undefined): string {
  if (!prop) return '';
  return prop.type === 0x001f ? prop.value.toString('utf16le').replace(/\0+$/, '') : cString(prop.value);
}
