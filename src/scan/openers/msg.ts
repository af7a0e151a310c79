// Messages of Outlook (MS-OXMSG) in compound files: properties are streams whose names say what they are. Attachments under the names that
// they have there, bodies as what they are; messages in messages have the same names one storage deeper.
import { decompressRtf } from '../../message/rtf.ts';
import type { Sight } from '../opener.ts';
import type { CfbEntry } from './cfb.ts';
import { bytesOf, inStorage, otherEnding, showIn, type Ole } from './ole-file.ts';

const PROPERTY = /^__substg1\.0_([0-9a-f]{4})([0-9a-f]{4})$/i;
const BINARY = '0102';
const UNICODE = '001F';
const BYTES = '001E';
const MOST_NAME = 2_048;
/** What stands in a compressed body's header beyond this much of what came out is missing. */
const SLACK = 16;
const BODIES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  '1000': ['body.txt', 'text/plain'],
  '1013': ['body.html', 'text/html'],
  '1009': ['body.rtf', 'application/rtf'],
};

/** A stream of a message that is shown as what it is; false: it is none of those, and nothing was shown. */
export function* openProperty(ole: Ole, entry: CfbEntry, bytes: Buffer, whole: boolean): Generator<Sight, boolean> {
  const [, id = '', kind = ''] = PROPERTY.exec(entry.name) ?? [];
  if (id === '3701' && kind === BINARY) {
    const { name, otherName, type } = attachment(ole, entry.parent);
    yield* showIn(ole, name ?? ole.cfb.pathOf(entry), bytes, { otherName, whole, ...(type === '' ? {} : { type }) });
    return true;
  }
  const body = BODIES[id];
  if (!body || ![BINARY, UNICODE, BYTES].includes(kind.toUpperCase())) return false;
  const path = ole.cfb.pathOf(entry).slice(0, -entry.name.length);
  const [name, type] = body;
  if (id === '1009' && kind === BINARY) {
    const rtf = decompressRtf(bytes);
    ole.purse.left -= rtf.length;
    yield* showIn(ole, path + name, rtf, { packed: bytes.length, type, whole });
    const said = bytes.length >= 16 ? bytes.readUInt32LE(4) : 0;
    if (rtf !== bytes && rtf.length + SLACK < said)
      yield { see: 'unseen', name: path + name, why: rtf.length >= 4 * 1024 * 1024 ? 'too_large' : 'damaged' };
  } else yield* showIn(ole, path + name, kind.toUpperCase() === UNICODE ? Buffer.from(bytes.toString('utf16le')) : bytes, { type, whole });
  return true;
}

function attachment(ole: Ole, storage: number): { readonly name: string | null; readonly otherName: string | null; readonly type: string } {
  const text = (id: string): string => {
    const wide = inStorage(ole, storage, `__substg1.0_${id}${UNICODE}`);
    const plain = inStorage(ole, storage, `__substg1.0_${id}${BYTES}`);
    return bytesOf(ole, wide ?? plain, MOST_NAME)
      .toString(wide ? 'utf16le' : 'latin1')
      .replace(/\0[^]*$/, '');
  };
  // The long name, the short one, what is shown, and the ending by itself.
  const [long, short, shown, ending] = [text('3707'), text('3704'), text('3001'), text('3703')];
  const name = long || short || shown || null;
  const others = [short, shown, ending === '' ? '' : `attachment.${ending.replace(/^\./, '')}`];
  return { name, otherName: name === null ? null : otherEnding(name, others), type: text('370E') };
}
