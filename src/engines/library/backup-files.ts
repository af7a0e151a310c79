// The files of lists as a backup reads and restores them: whole lines in blocks, and uploads that the next start of the server builds.
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ListFiles } from '../../backup/tables.ts';
import { libraryFolder, linesFile, makeFolder, newLines, uploadFile } from './files.ts';

const BLOCK_BYTES = 256 * 1024;
const LF = 10;

export function listFiles(dataDir: string): ListFiles {
  const folder = libraryFolder(dataDir);
  return {
    read: async mark => {
      try {
        return blocks(await open(linesFile(folder, mark), 'r'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    write: id => {
      makeFolder(folder);
      const path = uploadFile(folder, id);
      const file = newLines(path);
      return {
        add: text => void file.add(text.replace(/\n$/, '')),
        finish: () => void file.finish(),
        abandon: () => {
          file.abandon();
          rmSync(path, { force: true });
        },
      };
    },
  };
}

async function* blocks(file: Awaited<ReturnType<typeof open>>): AsyncIterable<string> {
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, null);
      if (bytesRead === 0) break;
      const have = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = have.lastIndexOf(LF) + 1;
      if (end > 0) yield have.toString('utf8', 0, end);
      rest = have.subarray(end);
    }
  } finally {
    await file.close();
  }
}
