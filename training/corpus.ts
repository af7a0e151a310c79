// Reading labelled mail: JSON lines (also .zst and .gz) with `raw` as latin-1 and perhaps `label`, mbox files, .eml files, or folders of
// any of them. One message at a time; nothing is written.
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, createZstdDecompress } from 'node:zlib';

export type Sample = {
  readonly id: string;
  readonly raw: Buffer;
  readonly label: 'ham' | 'spam' | 'phish';
  readonly source: string;
  readonly lang: string;
  readonly year: number;
  /** What it counts beside others of its source; 1 when left out. */
  readonly weight?: number;
};

/** Files of Unix have bare LFs; on the wire there is one canonical form. */
export function canonical(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return /(?<!\r)\n/.test(text) ? Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1') : bytes;
}

/** Every message at `path`. `label`: what they are; null takes the label of JSON lines and passes over what has none. */
export async function* readMail(path: string, label: Sample['label'] | null): AsyncGenerator<Sample> {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) yield* readMail(join(path, name), label);
    return;
  }
  if (/\.(?:jsonl|ndjson|json)(?:\.zst|\.gz)?$/.test(path)) yield* jsonLines(path, label);
  else if (label !== null && statSync(path).size > 0) yield* wholeFile(path, label);
}

async function* jsonLines(path: string, label: Sample['label'] | null): AsyncGenerator<Sample> {
  const file = createReadStream(path);
  const ending = extname(path);
  const input = ending === '.zst' ? file.pipe(createZstdDecompress()) : ending === '.gz' ? file.pipe(createGunzip()) : file;
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    const one = parsed(line, `${path} line ${number}`) as {
      id?: string;
      raw?: string;
      label?: string;
      source?: string;
      lang?: string;
      year?: number;
    };
    const said = label ?? one.label;
    if (typeof one.raw !== 'string' || (said !== 'ham' && said !== 'spam' && said !== 'phish')) continue;
    const { id = '', source = path, lang = 'und', year = 0 } = one;
    yield { id, raw: canonical(Buffer.from(one.raw, 'latin1')), label: said, source, lang, year };
  }
}

/** Mail that cannot be read; the text says where. */
export class Unreadable extends Error {}

function parsed(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Unreadable(`${where} is no JSON: a line is {"raw": the message as a latin-1 string}`);
  }
}

/** An mbox (RFC 4155) has its separator at the beginning; anything else is one message. */
function* wholeFile(path: string, label: Sample['label']): Generator<Sample> {
  const bytes = readFileSync(path);
  const rest = { label, source: 'given', lang: 'und', year: 0 } as const;
  if (bytes.toString('latin1', 0, 5) !== 'From ') return yield { id: path, raw: canonical(bytes), ...rest };
  const text = bytes.toString('latin1');
  for (const [n, one] of text.split(/^From .*\r?\n/m).entries())
    if (one.trim() !== '') yield { id: `${path}:${n}`, raw: canonical(Buffer.from(one.replace(/^>(>*From )/gm, '$1'), 'latin1')), ...rest };
}
