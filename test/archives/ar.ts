// ar archives for tests: short names, the GNU table of long names, BSD names in front of the data, thin ones.
export type ArEntry = { readonly name: string; readonly bytes?: Buffer; readonly saidSize?: number };

/** The archive; `names` says where names of more than 15 letters go. */
export function arOf(
  entries: readonly ArEntry[],
  { names = 'gnu', thin = false }: { readonly names?: 'gnu' | 'bsd'; readonly thin?: boolean } = {},
): Buffer {
  const pieces: Buffer[] = [Buffer.from(thin ? '!<thin>\n' : '!<arch>\n')];
  let table = '';
  const members = entries.map(({ name, bytes = Buffer.alloc(0), saidSize }) => {
    if (name.length < 16 && !thin) return member(names === 'gnu' ? `${name}/` : name, bytes, saidSize);
    if (names === 'bsd') return member(`#1/${name.length}`, Buffer.concat([Buffer.from(name), bytes]), saidSize);
    const place = table.length;
    table += `${name}/\n`;
    return member(`/${place}`, thin ? Buffer.alloc(0) : bytes, saidSize ?? bytes.length);
  });
  if (table !== '') pieces.push(member('//', Buffer.from(table)));
  return Buffer.concat([...pieces, ...members]);
}

function member(raw: string, bytes: Buffer, saidSize = bytes.length): Buffer {
  const head = `${raw.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(saidSize).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(bytes.length % 2 === 1 ? '\n' : '')]);
}
