// The pages an operator reads, and what can be read out of them: links, anchors, commands.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../server.ts';

export type Page = { readonly path: string; readonly text: string };

/** Every Markdown page of the repository; paths count from its root. */
export const pages: readonly Page[] = [
  ...readdirSync(ROOT).filter(file => file.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => join('docs', file)),
].map(path => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Text without code blocks and code spans, in which brackets are no links. */
export const prose = ({ text }: Page): string => text.replace(FENCE, '').replace(/`[^`\n]*`/g, '');

/** The text of code: blocks and spans. */
export const code = ({ text }: Page): readonly string[] => [
  ...[...text.matchAll(FENCE)].flatMap(match => (match[2] ?? '').split('\n')),
  ...[...text.replace(FENCE, '').matchAll(/`([^`\n]+)`/g)].map(match => match[1] ?? ''),
];

/** Code blocks of one language, in order. */
export const blocks = ({ text }: Page, language: string): readonly string[] =>
  [...text.matchAll(FENCE)].filter(match => match[1] === language).map(match => match[2] ?? '');

/** Anchors as they are made of headings: lower case, without signs, spaces as hyphens, repeated ones numbered. */
export function anchors({ text }: Page): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const made = new Set<string>();
  for (const [, heading = ''] of text.replace(FENCE, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading
      .trim()
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    made.add(before === 0 ? slug : `${slug}-${before}`);
  }
  for (const [, id = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) made.add(id);
  return made;
}
