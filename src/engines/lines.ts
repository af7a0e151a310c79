// Text files line by line, in blocks, whatever their size.
import { open } from 'node:fs/promises';

const BLOCK_BYTES = 1024 * 1024;
const MAX_LINE = 4096;
const LF = 10;

/** Tells every line with its number, without its end; null: it is too long. A string says why the file is no text of ours. Throws what the
 *  system says. `read`: bytes so far. */
export async function eachLine(
  path: string,
  take: (line: string | null, number: number) => void,
  read: (bytes: number) => void = () => undefined,
): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    let kept = 0;
    let number = 0;
    let total = 0;
    let isLost = false;
    for (;;) {
      const { bytesRead } = await file.read(block, kept, BLOCK_BYTES - kept, null);
      const head = total === 0 ? block.toString('latin1', 0, Math.min(3, bytesRead)) : '';
      if (head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff')) return 'it is UTF-16 text: save it as UTF-8';
      total += bytesRead;
      read(total);
      const end = kept + bytesRead;
      const have = block.subarray(0, end);
      let from = head === '\xef\xbb\xbf' ? 3 : 0;
      for (let to = have.indexOf(LF, from); to >= 0; to = have.indexOf(LF, from)) {
        take(isLost || to - from > MAX_LINE ? null : have.toString('latin1', from, to), ++number);
        isLost = false;
        from = to + 1;
      }
      if (bytesRead === 0) {
        if (isLost || end > from) take(isLost || end - from > MAX_LINE ? null : have.toString('latin1', from, end), ++number);
        return null;
      }
      // A line without an end is let go: it can't be kept for ever.
      isLost ||= end - from > MAX_LINE;
      kept = isLost ? 0 : end - from;
      if (kept > 0) block.copyWithin(0, from, end);
    }
  } finally {
    await file.close();
  }
}
