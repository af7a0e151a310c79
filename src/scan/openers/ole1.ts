// OLE 1.0 objects (MS-OLEDS 2.2) and Package data: what RTF's `\objdata` holds, an embedded file or object behind a short header.
export type Ole1 =
  | { readonly is: 'embedded'; readonly className: string; readonly data: Buffer; readonly whole: boolean }
  | { readonly is: 'linked'; readonly className: string; readonly topic: string };

const LINKED = 1;
const EMBEDDED = 2;
const MOST_STRING = 4_096;

/** null when the bytes are not of this form. A size that lies is cut to what is there. */
export function readOle1(bytes: Buffer): Ole1 | null {
  if (bytes.length < 12) return null;
  const format = bytes.readUInt32LE(4);
  if (format !== LINKED && format !== EMBEDDED) return null;
  let at = 8;
  const strings: string[] = [];
  for (let n = 0; n < 3; n++) {
    if (at + 4 > bytes.length) return null;
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (length > MOST_STRING || at + length > bytes.length) return null;
    strings.push(bytes.toString('latin1', at, at + length).replace(/\0[^]*$/, ''));
    at += length;
  }
  const [className = '', topic = ''] = strings;
  if (format === LINKED) return { is: 'linked', className, topic };
  if (at + 4 > bytes.length) return null;
  const size = bytes.readUInt32LE(at);
  return { is: 'embedded', className, data: bytes.subarray(at + 4, at + 4 + size), whole: at + 4 + size <= bytes.length };
}

export type Packaged = { readonly name: string; readonly path: string; readonly data: Buffer; readonly whole: boolean };

/** Data of class Package (what an Ole10Native stream holds behind its size): label, path, and the file. null for links and other forms. */
export function readPackage(bytes: Buffer): Packaged | null {
  if (bytes.length < 12 || bytes.readUInt16LE(0) !== 2) return null;
  const label = zeroEnded(bytes, 2);
  const path = label && zeroEnded(bytes, label.end);
  if (!label || !path || path.end + 8 > bytes.length) return null;
  // Two flags, then the path again with its length.
  const again = bytes.readUInt32LE(path.end + 4);
  const size = path.end + 8 + again;
  if (again > MOST_STRING || size + 4 > bytes.length) return null;
  const length = bytes.readUInt32LE(size);
  return { name: label.text, path: path.text, data: bytes.subarray(size + 4, size + 4 + length), whole: size + 4 + length <= bytes.length };
}

function zeroEnded(bytes: Buffer, at: number): { readonly text: string; readonly end: number } | null {
  const end = bytes.subarray(at, at + MOST_STRING).indexOf(0);
  return end < 0 ? null : { text: bytes.toString('latin1', at, at + end), end: at + end + 1 };
}
