// The mail of a measurement: development and training files of a corpus folder, fixed random subsets, and a mail of 10 KB of our own making.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, readMail, type Sample } from '../../training/corpus.ts';
import { newRandom } from '../../training/mail/random.ts';
import { era, familyOf } from '../../training/report.ts';
import type { Scored } from '../../training/measure.ts';

export const OPEN = ['other'];
export const ALL = ['other', 'trec', 'ccbync'];

export async function mailsOf(folder: string, kind: 'train' | 'dev', files: readonly string[]): Promise<readonly Sample[]> {
  const mails: Sample[] = [];
  for (const path of files.map(name => join(folder, `${kind}-${name}.jsonl.zst`)))
    if (existsSync(path)) for await (const mail of readMail(path, null)) mails.push(mail);
  if (mails.length === 0) throw new Error(`${folder} has no ${kind}-*.jsonl.zst`);
  return mails;
}

/** The same random `most` of them each time; a smaller subset lies in a larger one. */
export function subset<T>(of: readonly T[], most: number): readonly T[] {
  const random = newRandom(7);
  const order = of.map((one, at) => ({ one, at, key: random.next() })).sort((a, b) => a.key - b.key);
  return order
    .slice(0, most)
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** A development mail and what a filter made of it. */
export type Rated = Scored & Pick<Sample, 'source' | 'lang' | 'year'>;

/** Development mail by source, language and era. A group of one kind is measured against the other kind of all. */
export function groupsOf(rated: readonly Rated[]): ReadonlyMap<string, readonly Rated[]> {
  const groups = new Map<string, Rated[]>();
  for (const by of BY) {
    const found = new Map<string, Rated[]>();
    for (const one of rated) found.set(by(one), [...(found.get(by(one)) ?? []), one]);
    for (const [name, ours] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const sides = [true, false].filter(side => ours.some(one => one.isBad === side));
      groups.set(name, sides.length === 2 ? ours : [...ours, ...rated.filter(one => one.isBad !== sides[0])]);
    }
  }
  return groups;
}

const BY: readonly ((one: Rated) => string)[] = [
  one => `source: ${familyOf(one.source)}`,
  one => `language: ${['en', 'id', 'zh', 'und'].includes(one.lang) ? one.lang : 'other'}`,
  one => `era: ${era(one.year)}`,
];

const WORDS =
  'the of to and in your you we for on with is are this that our order account team please thank invoice delivery update report week meeting schedule project review customer service address number total tracking payment date monday friday product item quantity price newsletter article story office file question answer contact support website details message reply welcome login new next last first many more some same than very can will just now'.split(
    ' ',
  );

/** A newsletter of 10 KB with a text and a page, different for each number. */
export function tenKilobytes(number: number): Buffer {
  const random = newRandom(1_000 + number);
  const sentence = (): string => `${Array.from({ length: 8 + random.below(8) }, () => random.pick(WORDS)).join(' ')}.`;
  const lines = (count: number): readonly string[] => Array.from({ length: count }, sentence);
  const page = lines(64).map((line, n) => `<p>${line} <a href="https://www.example.com/a${number}/${n}">more</a></p>`);
  const head = `From: News <news@example.com>\nTo: reader@example.org\nSubject: ${sentence()}\nDate: Mon, 02 Mar 2026 09:00:00 +0000\nMessage-ID: <${number}@example.com>\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n`;
  const parts = [
    `Content-Type: text/plain; charset=utf-8\n\n${lines(20).join('\n')}`,
    `Content-Type: text/html; charset=utf-8\n\n${page.join('\n')}`,
  ];
  return canonical(Buffer.from(`${head}\n${parts.map(part => `--b\n${part}\n`).join('')}--b--\n`));
}
