// What the filter says, in the reader's language: Accept-Language chooses among the three that its sentences are written in.
import type { FastifyRequest } from 'fastify';
import { sentenceOf } from '../filter/filter.ts';
import type { Language } from '../filter/rules/rule.ts';
import type { SpamReason } from '../mail.ts';
import { reasonOf } from '../scan/reasons.ts';
import type { Finding } from './errors.ts';
import { NO_PLACE } from './templates.ts';

const LANGUAGES: readonly Language[] = ['en', 'id', 'zh'];
/** Ranges of one header that are looked at. */
const MAX_RANGES = 20;

/** The first of the reader's languages (RFC 9110 section 12.5.4, by their weights) that `ours` knows; null: none. */
export function preferredOf<T>({ headers }: Pick<FastifyRequest, 'headers'>, ours: (tag: string) => T | null): T | null {
  const wanted = (headers['accept-language'] ?? '')
    .split(',')
    .slice(0, MAX_RANGES)
    .map(range => {
      const [tag = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
      const q = parameters.find(one => one.startsWith('q='));
      return { tag, weight: q === undefined ? 1 : Number(q.slice(2)) || 0 };
    })
    .filter(one => one.weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    const language = ours(tag);
    if (language !== null) return language;
  }
  return null;
}

/** Of the languages of the filter's sentences; null when the reader has none of them. */
export const askedLanguageOf = (request: Pick<FastifyRequest, 'headers'>): Language | null =>
  preferredOf(request, tag => LANGUAGES.find(one => one === tag.split('-')[0]) ?? null);

export const languageOf = (request: Pick<FastifyRequest, 'headers'>): Language => askedLanguageOf(request) ?? 'en';

export const toldReasons = (reasons: readonly SpamReason[], language: Language): readonly SpamReason[] =>
  reasons.map(one => ({ ...one, title: sentenceOf(one, language) }));

/** What the scanner found, each with its reason. */
export const toldScan = <F extends { readonly name: string }>(
  found: readonly F[],
  language: Language,
): readonly (F & { readonly reason: string })[] => found.map(one => ({ ...one, reason: reasonOf(one.name, language) }));

/** Findings of filter and scanner; others keep their words. */
export function toldFindings<F extends Finding>(findings: readonly F[], language: Language): readonly F[] {
  return findings.map(one => {
    if (one.id === undefined) return one;
    if (one.id === 'unused_data') return { ...one, message: one.message.replace(NO_PLACE.en, () => NO_PLACE[language]) };
    // The scanner's sentence stands behind the file's name.
    const scanned = one.message.replace(reasonOf(one.id, 'en'), () => reasonOf(one.id as string, language));
    return { ...one, message: sentenceOf({ id: one.id, weight: 0, title: scanned }, language) };
  });
}
