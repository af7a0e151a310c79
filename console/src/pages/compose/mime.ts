// A light reading of a message for the editor, pure: which lines each part has, to mark findings and to show the HTML. It judges nothing: that is
// the server's work, by its own walker.

export type Part = {
  /** As the API numbers parts: `1` is the message, `1.2` the second in it. */
  readonly path: string;
  readonly type: string;
  readonly charset: string;
  readonly encoding: string;
  /** Line of the source (from 1) that the body begins with. */
  readonly firstLine: number;
  readonly lines: readonly string[];
};

const MOST_PARTS = 200;

/** Every part, containers too, in order. */
export function partsOf(source: string): readonly Part[] {
  const found: Part[] = [];
  walk(source.split(/\r?\n/), 1, '1', found);
  return found;
}

function walk(lines: readonly string[], firstLine: number, path: string, found: Part[]): void {
  if (found.length >= MOST_PARTS) return;
  const blank = lines.indexOf('');
  const end = blank < 0 ? lines.length : blank;
  const headers = lines
    .slice(0, end)
    .join('\n')
    .replace(/\n[ \t]+/g, ' ');
  const body = lines.slice(end + 1);
  const bodyLine = firstLine + end + 1;
  const contentType = headerOf(headers, 'content-type') ?? 'text/plain';
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const encoding = (headerOf(headers, 'content-transfer-encoding') ?? '7bit').trim().toLowerCase();
  found.push({ path, type, charset: parameterOf(contentType, 'charset') ?? 'utf-8', encoding, firstLine: bodyLine, lines: body });
  const boundary = type.startsWith('multipart/') ? parameterOf(contentType, 'boundary') : null;
  if (!boundary) return;
  const marks = body.flatMap((line, n) =>
    line === `--${boundary}` || line === `--${boundary}--` || line.trimEnd() === `--${boundary}` ? [n] : [],
  );
  for (const [n, mark] of marks.entries()) {
    if (body[mark]?.startsWith(`--${boundary}--`)) break;
    walk(body.slice(mark + 1, marks[n + 1] ?? body.length), bodyLine + mark + 1, `${path}.${n + 1}`, found);
  }
}

const headerOf = (headers: string, name: string): string | null => new RegExp(`^${name}:(.*)$`, 'im').exec(headers)?.[1] ?? null;

const parameterOf = (value: string, name: string): string | null => {
  const [, quoted, bare] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(value) ?? [];
  return quoted ?? bare ?? null;
};

/** The text of a part, decoded. What cannot be decoded stays as it is. */
export function textOf(part: Part): string {
  const body = part.lines.join('\n');
  if (part.encoding === 'quoted-printable') return decoded(unquoted(body), part.charset);
  if (part.encoding !== 'base64') return body;
  try {
    return decoded(
      Uint8Array.from(atob(body.replace(/[^A-Za-z0-9+/=]/g, '')), char => char.charCodeAt(0)),
      part.charset,
    );
  } catch {
    return body;
  }
}

function unquoted(text: string): Uint8Array {
  const joined = text.replace(/=[ \t]*\n/g, '');
  const bytes: number[] = [];
  for (const [token, hex] of joined.matchAll(/=([0-9A-Fa-f]{2})|[^=]+|=/g))
    if (hex) bytes.push(Number.parseInt(hex, 16));
    else for (const byte of new TextEncoder().encode(token)) bytes.push(byte);
  return Uint8Array.from(bytes);
}

function decoded(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** The line of the source (from 1) where line `line` of the decoded part stands; null: there is no such part. */
export function sourceLine(parts: readonly Part[], path: string, line: number): number | null {
  const part = parts.find(one => one.path === path);
  if (!part) return null;
  if (part.encoding === 'base64') return part.firstLine;
  if (part.encoding !== 'quoted-printable') return part.firstLine + line - 1;
  let passed = 1;
  for (const [n, text] of part.lines.entries()) {
    if (passed === line) return part.firstLine + n;
    if (!/=[ \t]*$/.test(text)) passed++;
  }
  return part.firstLine;
}

/** The line of a header field; null: it is not there. */
export function fieldLine(source: string, name: string): number | null {
  const lines = source.split(/\r?\n/);
  const blank = lines.indexOf('');
  const found = lines.slice(0, blank < 0 ? lines.length : blank).findIndex(line => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return found < 0 ? null : found + 1;
}
