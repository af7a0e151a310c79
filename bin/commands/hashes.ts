// `hashes`: malware hash lists in DATA_DIR/hashes: import, list, remove, check. Works on the folder itself, also beside a running server,
// which looks at it every ten seconds.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { hashFolder, isListName, readManifests, type Manifest } from '../../src/engines/scanner/hash-files.ts';
import { BUSY, importHashList, removeHashList, type BadLines, type Progress } from '../../src/engines/scanner/hash-import.ts';
import { kindOf, type HashKind } from '../../src/engines/scanner/hash-lines.ts';
import { openHashLists, type Sought } from '../../src/engines/scanner/hashes.ts';
import { EXIT, note, out, Usage, type Command } from '../command.ts';
import { newProgress } from '../progress.ts';
import { dataDir } from '../settings.ts';

const USAGE = 'usage: sesame hashes import FILE… [--name LIST] | list | remove LIST | check FILE|HEX   [--json]';
const VERBS: readonly string[] = ['import', 'list', 'remove', 'check'];
const TITLE: Readonly<Record<HashKind, string>> = { sha256: 'SHA-256', sha1: 'SHA-1', md5: 'MD5' };
const INTERRUPTED = 130;

export const hashes: Command = {
  summary: 'malware hash lists: import, list, remove, check',
  help: `sesame hashes import main.hdb
sesame hashes import a.txt b.txt --name ours
sesame hashes check invoice.exe

${USAGE}

import  ClamAV's .hdb, .hsb, .hdu, .hsu, or a digest a line (SHA-256, SHA-1, MD5) with or without a name, as sha256sum writes it.
        A list is called after its file, or --name, which makes one list of all files. It takes the place of a list of that name, at once and whole.
        Nothing is imported when more than 1 % of the lines of a file are wrong.
list    name, entries, digests, when it was imported
remove  takes a list away
check   is this file, or digest, on a list? Exit 1 when it is.

The server may be running: it sees the change within ten seconds. Run this as the user of the server.`,
  run: async args => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { name: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [verb = '', ...rest] = positionals;
    const json = values.json ?? false;
    const folder = hashFolder(dataDir());
    if (verb !== 'import' && values.name !== undefined) throw new Usage(`--name is for import. ${USAGE}`);
    if (verb === 'import' && rest.length > 0) return importAll(folder, rest, values.name, json);
    if (verb === 'list' && rest.length === 0) return list(folder, json);
    const [one] = rest;
    if (verb !== '' && !VERBS.includes(verb)) throw new Usage(`"${verb}" is no command of "hashes": ${VERBS.join(', ')}`);
    if (one === undefined || rest.length > 1) throw new Usage(USAGE);
    if (verb === 'remove') return remove(folder, one, json);
    if (verb === 'check') return check(folder, one, json);
    throw new Usage(USAGE);
  },
};

async function importAll(folder: string, files: readonly string[], name: string | undefined, json: boolean): Promise<number> {
  const lists = new Map<string, string[]>();
  for (const file of files) {
    if (!existsSync(file)) throw new Usage(`${file} does not exist`);
    const list = name ?? basename(file);
    if (!isListName(list))
      throw new Usage(`"${list}" can't be the name of a list (letters, digits, . _ + -, at most 64): give --name LIST`);
    if (name === undefined && lists.has(list)) throw new Usage(`two files are called ${list}: give --name LIST, or import them one by one`);
    lists.set(list, [...(lists.get(list) ?? []), file]);
  }
  const stopped = (): never => {
    note('\nStopped. The list in work was not imported, those before it were; start again to go on.');
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', stopped);
  for (const [list, paths] of lists) {
    const progress = newProgress();
    const done = await importHashList({ folder, name: list, files: paths, now: Date.now, progress: stepOf(progress) });
    progress.end();
    tellBad(done.bad);
    if ('refused' in done) {
      note(`sesame: ${done.refused}`);
      return done.refused === BUSY ? EXIT.refused : EXIT.usage;
    }
    const { replaced, duplicates, bytes, bad } = done;
    if (json) out(JSON.stringify({ ...shown(done.list), replaced, duplicates, badLines: bad.count, memory: bytes }));
    else {
      const more = duplicates > 0 ? `, ${number(duplicates)} came more than once` : '';
      out(
        `${list}: ${number(done.list.entries)} entries (${digests(done.list)})${more}${replaced ? '; the old list of this name is gone' : ''}`,
      );
      note(`The server takes it within ten seconds and needs ${Math.ceil(bytes / 1e6)} MB of memory for it.`);
    }
  }
  process.off('SIGINT', stopped);
  return EXIT.done;
}

function tellBad({ count, first }: BadLines): void {
  if (count === 0) return;
  for (const { file, line, why } of first) note(`${file}, line ${line}: ${why}`);
  note(`${number(count)} lines were passed over${count > first.length ? `; the first ${first.length} are told` : ''}.`);
}

function list(folder: string, json: boolean): number {
  const { lists, faults } = readManifests(folder);
  if (json) for (const one of lists) out(JSON.stringify(shown(one)));
  else if (lists.length === 0) note('There is no hash list. Import one: sesame hashes import FILE');
  else {
    const rows = [
      ['NAME', 'ENTRIES', 'DIGESTS', 'IMPORTED'],
      ...lists.map(one => [one.name, number(one.entries), digests(one), one.importedAt]),
    ];
    const width = (column: number): number => Math.max(...rows.map(row => row[column]?.length ?? 0));
    for (const [name = '', entries = '', kinds = '', at = ''] of rows)
      out(`${name.padEnd(width(0))}  ${entries.padStart(width(1))}  ${kinds.padEnd(width(2))}  ${at}`);
  }
  for (const { why } of faults) note(`sesame: ${why}`);
  return faults.length > 0 ? EXIT.checkFailed : EXIT.done;
}

function remove(folder: string, name: string, json: boolean): number {
  const why = existsSync(folder) ? removeHashList(folder, name) : `there is no list "${name}"`;
  if (why !== null) {
    note(`sesame: ${why}${why === BUSY ? '' : '. See sesame hashes list'}`);
    return why === BUSY ? EXIT.refused : EXIT.usage;
  }
  if (json) out(JSON.stringify({ name, removed: true }));
  else note(`${name} is removed. The server lets it go within ten seconds.`);
  return EXIT.done;
}

async function check(folder: string, what: string, json: boolean): Promise<number> {
  const sought = await soughtOf(what);
  const lists = await openHashLists(folder);
  for (const fault of lists.faults) note(`sesame: ${fault}`);
  const found = lists.find(sought);
  if (json) out(JSON.stringify({ listed: found !== null, name: found?.name ?? null, list: found?.list ?? null, version: lists.version }));
  else
    out(
      found
        ? `${what} is listed as ${found.name} (list ${found.list})`
        : `${what} is on none of the lists (${number(lists.entries)} entries)`,
    );
  lists.close();
  return found || lists.faults.length > 0 ? EXIT.checkFailed : EXIT.done;
}

async function soughtOf(what: string): Promise<Sought> {
  const kind = existsSync(what) ? null : kindOf(what);
  if (kind) return { [kind]: what, size: null };
  if (!existsSync(what)) throw new Usage(`${what} is no file, and no SHA-256, SHA-1 or MD5 in hexadecimal`);
  if (!statSync(what).isFile()) throw new Usage(`${what} is no file`);
  const digests = { sha256: createHash('sha256'), sha1: createHash('sha1'), md5: createHash('md5') };
  let size = 0;
  for await (const bytes of createReadStream(what, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    size += bytes.length;
    for (const one of Object.values(digests)) one.update(bytes);
  }
  return { sha256: digests.sha256.digest('hex'), sha1: digests.sha1.digest('hex'), md5: digests.md5.digest('hex'), size };
}

const shown = ({ name, entries, segments, importedAt }: Manifest): object => ({
  name,
  entries,
  digests: Object.fromEntries(segments.map(one => [one.kind, one.entries])),
  importedAt,
});
const digests = ({ segments }: Manifest): string => segments.map(one => TITLE[one.kind]).join(', ');
const number = (n: number): string => n.toLocaleString('en-US');

/** How far an import is in the file that it reads. */
function stepOf(progress: ReturnType<typeof newProgress>): (at: Progress) => void {
  const sizes = new Map<string, number>();
  return ({ file, bytes, lines }) => {
    const size = sizes.get(file) ?? statSync(file).size;
    sizes.set(file, size);
    progress.at({ what: `Importing ${basename(file)}`, share: size > 0 ? bytes / size : null, done: lines });
  };
}
