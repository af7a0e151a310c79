// `blocked import FILE`: sends a list to the server, with progress, and says what became of its lines.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { FORMATS, type Format } from '../../src/library/formats.ts';
import { call, show } from '../client.ts';
import { EXIT, note, out, Usage } from '../command.ts';
import { newProgress, type Progress } from '../progress.ts';

export const IMPORT_USAGE =
  'import FILE [--format csv|ndjson|plain|hosts|rpz] [--list NAME] [--mode add|replace] [--direction sender|recipient] [--action allow] [--subdomains]';
/** What a file's name says of its form. */
const BY_NAME: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.rpz': 'rpz',
  '.zone': 'rpz',
  '.txt': 'plain',
};
const LOOK_MS = 200;
const INTERRUPTED = 130;

type Told = {
  readonly id: string | null;
  readonly state: string;
  readonly list: string | null;
  readonly imported: number;
  readonly repeated: number;
  readonly refused: number;
  readonly automatic: number;
  readonly progress?: number;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
  readonly fault?: string | null;
};

export async function importBlocked(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      list: { type: 'string' },
      mode: { type: 'string' },
      direction: { type: 'string' },
      action: { type: 'string' },
      subdomains: { type: 'boolean' },
      account: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Usage(`usage: sesame blocked ${IMPORT_USAGE}`);
  if (!existsSync(file)) throw new Usage(`${file} does not exist`);
  const { account, json = false, ...rest } = values;
  const format = values.format ?? (basename(file) === 'hosts' ? 'hosts' : BY_NAME[extname(file).toLowerCase()]);
  if (format === undefined) throw new Usage(`what is in ${file}? Say --format ${FORMATS.join('|')}`);
  const query = new URLSearchParams(Object.entries({ ...rest, format }).map(([name, value]) => [name, String(value)]));
  const progress = newProgress();
  let id: string | null = null;
  const stopped = (): never => {
    note(id === null ? '\nStopped: nothing was imported.' : `\nThe server goes on with it: GET /v1/blocked/imports/${id}`);
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', stopped);
  const what = `Importing ${basename(file)}`;
  const sent = await call({
    method: 'POST',
    path: `/v1/blocked/import?${query.toString()}`,
    stream: counted(file, what, progress),
    account,
  });
  if (!sent || sent.status >= 400) {
    progress.end();
    return show(sent, json);
  }
  let told = sent.body as Told;
  while (told.id !== null && (told.state === 'waiting' || told.state === 'running')) {
    id = told.id;
    progress.at({ what, share: told.progress ?? null, done: told.imported });
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
    const next = await call({ method: 'GET', path: `/v1/blocked/imports/${id}`, account });
    if (!next || next.status >= 400) return show(next, json);
    told = next.body as Told;
  }
  progress.end();
  process.off('SIGINT', stopped);
  if (json) out(JSON.stringify(told));
  else tell(file, told);
  return told.state === 'failed' ? EXIT.refused : EXIT.done;
}

function tell(file: string, { state, list, imported, repeated, refused, automatic, findings, fault }: Told): void {
  const number = (n: number): string => n.toLocaleString('en-US');
  for (const { field, message } of findings) note(`${file}, ${field}: ${message}`);
  if (refused > findings.length) note(`… and ${number(refused - findings.length)} more`);
  if (state === 'failed') return note(`sesame: nothing was imported: ${fault ?? ''}`);
  const more = [
    ...(repeated > 0 ? [`${number(repeated)} came more than once or were there`] : []),
    ...(refused > 0 ? [`${number(refused)} could not be read`] : []),
    ...(automatic > 0 ? [`${number(automatic)} passed over, since such entries make themselves`] : []),
  ];
  out(
    `${number(imported)} ${imported === 1 ? 'line' : 'lines'} imported${list === null ? '' : ` into the list "${list}"`}${more.map(one => `; ${one}`).join('')}`,
  );
}

/** The file as it goes out, told as progress. */
function counted(file: string, what: string, progress: Progress): ReadableStream {
  const { size } = statSync(file);
  async function* blocks(): AsyncIterable<Buffer> {
    let sent = 0;
    for await (const block of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      sent += block.length;
      progress.at({ what: what.replace('Importing', 'Sending'), share: size > 0 ? sent / size : null, done: 0 });
      yield block;
    }
  }
  return Readable.toWeb(Readable.from(blocks())) as ReadableStream;
}
