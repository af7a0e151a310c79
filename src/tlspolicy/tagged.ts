// The records `v=NAME1; key=value; …` of MTA-STS (RFC 8461 section 3.1) and TLS-RPT (RFC 8460 section 3): one grammar, read strictly.
import { MAX_RECORD, MAX_RECORDS } from './bounds.ts';

export type Field = readonly [name: string, value: string];

/** The fields of the one record of that version; null when there is none, more than one, or when it is malformed. */
export function taggedRecord(txt: readonly string[], version: string): readonly Field[] | null {
  const start = `v=${version}`;
  // Both RFCs: other records of the name are passed over first, then exactly one has to be left.
  const ours = txt.slice(0, MAX_RECORDS).filter(one => one.startsWith(start) && /^[ \t]{0,100};/.test(one.slice(start.length)));
  const record = ours[0];
  if (ours.length !== 1 || record === undefined || record.length > MAX_RECORD || !/^[\t\x20-\x7e]*$/.test(record)) return null;
  const pieces = record.slice(start.length).split(';').slice(1);
  // One delimiter may end the record.
  if (blank(pieces.at(-1) ?? '')) pieces.pop();
  else if (/[ \t]$/.test(record)) return null;
  const fields = pieces.map(fieldOf);
  return fields.length > 0 && fields.every(one => one !== null) ? fields : null;
}

function fieldOf(piece: string): Field | null {
  const text = piece.replace(/^[ \t]+/, '').trimEnd();
  const equals = text.indexOf('=');
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  return equals > 0 && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(name) && value !== '' ? [name, value] : null;
}

const blank = (text: string): boolean => text.trim() === '';
