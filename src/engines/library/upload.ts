// An import on its way in: the body goes to a file beside the database, durable before anybody is told, with room left for mail.
import { open } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { DISK_RESERVE } from '../../library/bounds.ts';
import { newReader, type Defaults, type Format } from '../../library/formats.ts';
import type { Kept } from '../../library/kept.ts';
import { eachLine } from '../lines.ts';
import { freeBytes, isIp, libraryFolder, uploadFile } from './files.ts';

export type Received = { readonly bytes: number } | { readonly refused: 'too_large' | 'storage_full' };
export type Uploads = {
  /** Throws when the body breaks off; then nothing is left. */
  readonly receive: (id: string, body: Readable, most: number) => Promise<Received>;
  readonly write: (id: string, bytes: Buffer) => Promise<Received>;
  /** Its entries when there are no more than `most`; null: there are more. A string says why it is no text. */
  readonly read: (id: string, format: Format, defaults: Defaults, most: number) => Promise<SmallImport | string | null>;
  readonly drop: (id: string) => void;
};
export type SmallImport = {
  readonly entries: readonly Kept[];
  readonly invalid: number;
  readonly automatic: number;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
};

/** How often the room is looked at. */
const LOOK_BYTES = 16 * 1024 * 1024;
/** More is a list without a look. */
const SMALL_BYTES = 1024 * 1024;
const TOLD = 100;

export function newUploads(dataDir: string): Uploads {
  const folder = libraryFolder(dataDir);
  const hasRoom = (): boolean => freeBytes(folder) > DISK_RESERVE;
  const receive = async (id: string, body: AsyncIterable<Buffer>, most: number): Promise<Received> => {
    const path = uploadFile(folder, id);
    let isDone = false;
    let [bytes, looked] = [0, 0];
    if (!hasRoom()) return { refused: 'storage_full' };
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const block of body) {
        bytes += block.length;
        if (bytes > most) return { refused: 'too_large' };
        if (bytes - looked > LOOK_BYTES) {
          if (!hasRoom()) return { refused: 'storage_full' };
          looked = bytes;
        }
        await file.writeFile(block);
      }
      await file.sync();
      isDone = true;
      return { bytes };
    } finally {
      await file.close();
      if (!isDone) rmSync(path, { force: true });
    }
  };
  return {
    receive: (id, body, most) => receive(id, body as AsyncIterable<Buffer>, most),
    write: (id, bytes) => receive(id, only(bytes), bytes.length),
    drop: id => rmSync(uploadFile(folder, id), { force: true }),
    read: async (id, format, defaults, most) => {
      const path = uploadFile(folder, id);
      const read = newReader(isIp, format, defaults);
      const entries: Kept[] = [];
      const findings: { field: string; message: string }[] = [];
      let [invalid, automatic] = [0, 0];
      const fault = await eachLine(path, (line, number) => {
        if (entries.length > most) return;
        const got = line === null ? { fault: 'it is too long' } : read(Buffer.from(line.replace(/\r$/, ''), 'latin1').toString('utf8'));
        if (got === null) return;
        if ('entries' in got) entries.push(...got.entries);
        else if ('automatic' in got) automatic++;
        else if (++invalid <= TOLD) findings.push({ field: `line ${number}`, message: got.fault });
      });
      if (fault !== null) return fault;
      return entries.length > most ? null : { entries, invalid, automatic, findings };
    },
  };
}

export const isSmall = (bytes: number): boolean => bytes <= SMALL_BYTES;

async function* only(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}
