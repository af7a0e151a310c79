// What the server and its scanning process say to each other over pipes: two lengths, a JSON head, bytes.
export type Frame<Head> = { readonly head: Head; readonly bytes: Buffer };

const LENGTHS = 8;
/** A head is a part, or a finding of thousands of parts. */
const MAX_HEAD = 32 * 1024 * 1024;

/** In pieces, so that large bytes are not copied. */
export function frameOf(head: unknown, bytes: Buffer = Buffer.alloc(0)): readonly Buffer[] {
  const told = Buffer.from(JSON.stringify(head), 'utf8');
  const lengths = Buffer.alloc(LENGTHS);
  lengths.writeUInt32LE(told.length, 0);
  lengths.writeUInt32LE(bytes.length, 4);
  const front = Buffer.concat([lengths, told]);
  return bytes.length > 0 ? [front, bytes] : [front];
}

/** Takes chunks as they come and tells whole frames. Throws when the other side does not speak this. */
export function newFrameReader<Head>(maxBytes: number, tell: (frame: Frame<Head>) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = LENGTHS;
  return chunk => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, held);
      const [head, bytes] = [all.readUInt32LE(0), all.readUInt32LE(4)];
      if (head > MAX_HEAD || bytes > maxBytes) throw new Error('a frame is larger than any of ours');
      wanted = LENGTHS + head + bytes;
      chunks = [all];
      if (held < wanted) return;
      const told = JSON.parse(all.toString('utf8', LENGTHS, LENGTHS + head)) as Head;
      const rest = all.subarray(wanted);
      tell({ head: told, bytes: all.subarray(LENGTHS + head, wanted) });
      chunks = rest.length > 0 ? [rest] : [];
      held = rest.length;
      wanted = LENGTHS;
    }
  };
}
