// Hand-made cores of synthetic mail: reading the files of cores/ and expanding one core to one mail's texts. cores/README.md has the form:
// head lines, `---`, a body with {alternatives|to choose}, $slots and a little markup.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';

export type Core = {
  readonly file: string;
  readonly lang: string;
  readonly label: 'ham' | 'spam' | 'phish';
  /** What its mail counts beside other made mail: less than 1 for what is rare. */
  readonly weight: number;
  readonly kind: string;
  readonly from: string;
  readonly replyTo: string;
  readonly to: string;
  readonly subject: string;
  readonly bulk: boolean;
  /** Words; may hold alternatives. */
  readonly shape: string;
  readonly body: string;
};

/** Every core below `folder`; a file that is not in the form is named in the error. */
export function readCores(folder: string): readonly Core[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.txt'))
    .sort();
  return files.flatMap(name => coresOf(name, readFileSync(join(folder, name), 'utf8')));
}

export function coresOf(file: string, text: string): readonly Core[] {
  const blocks = text.replace(/\r\n/g, '\n').split(/^===[ \t]*$/m);
  const top = headOf(blocks[0] ?? '');
  const label = top.get('label');
  const lang = top.get('lang');
  if (!lang || (label !== 'ham' && label !== 'spam' && label !== 'phish'))
    throw new Error(`${file}: begins with lang: and label:, then ===`);
  return blocks
    .slice(1)
    .filter(block => block.trim() !== '')
    .map((block, n) => {
      const cut = /^-{3,}[ \t]*$/m.exec(block);
      if (!cut) throw new Error(`${file}: core ${n + 1} has no --- between head and body`);
      const head = headOf(block.slice(0, cut.index));
      const from = head.get('from');
      if (!from) throw new Error(`${file}: core ${n + 1} has no from:`);
      return {
        file,
        lang,
        label,
        weight: Number(top.get('weight') ?? 1),
        kind: head.get('kind') ?? 'other',
        from,
        replyTo: head.get('replyto') ?? '',
        to: head.get('to') ?? '',
        subject: head.get('subject') ?? '',
        bulk: head.get('bulk') === 'yes',
        shape: head.get('shape') ?? 'both',
        body: block.slice(cut.index + cut[0].length).trim(),
      };
    });
}

function headOf(text: string): ReadonlyMap<string, string> {
  const head = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) head.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return head;
}

/** Chooses one of each `{a|b}`, innermost first, and fills `$slots`; a slot nobody knows stays as it is. */
export function expand(text: string, random: Random, slot: (name: string) => string | null): string {
  let chosen = text;
  for (let round = 0; round < 12 && /\{[^{}]*\}/.test(chosen); round++)
    chosen = chosen.replace(/\{([^{}]*)\}/g, (_, inner: string) => random.pick(inner.split('|')));
  return chosen.replace(/\$([a-z]+\d?)/g, (whole, name: string) => slot(name) ?? whole).replace(/[ \t]{2,}/g, ' ');
}
