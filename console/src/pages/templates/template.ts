// A template as /v1/templates tells it (docs/templates.md), and what its editor needs to know of its variables. Pure.
import type { Tone } from '../../parts/badge.tsx';
import type { Finding, Report } from '../../parts/score.tsx';

export type TemplateState = 'ok' | 'held' | 'refused';
export type Brief = {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly version: number;
  readonly state: TemplateState;
  readonly score: number;
  readonly grade: Report['grade'];
  readonly updatedAt: string;
};
export type Review = {
  readonly state: TemplateState;
  readonly reasons: readonly { readonly id?: string; readonly field?: string; readonly message: string }[];
  readonly score: number;
  readonly grade: Report['grade'];
  readonly findings: readonly Finding[];
  readonly note: string;
};
export type Value = string | number | boolean | null;
export type Template = Brief & {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly defaults: Readonly<Record<string, Value>>;
  readonly variables: readonly string[];
  readonly review: Review;
};
export type Rendered = {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly unused: readonly string[];
};
export type Draft = {
  readonly name: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly defaults: Readonly<Record<string, string>>;
};

export const STATE_TONES: Readonly<Record<TemplateState, Tone>> = { ok: 'good', held: 'held', refused: 'bad' };
export const GRADE_TONES: Readonly<Record<Report['grade'], Tone>> = { excellent: 'good', good: 'good', fair: 'warn', poor: 'bad' };
export const EMPTY: Draft = { name: '', subject: '', text: '', html: '', defaults: {} };

export const draftOf = ({ name, subject, text, html, defaults }: Template): Draft => ({
  name,
  subject,
  text: text ?? '',
  html: html ?? '',
  defaults: Object.fromEntries(Object.entries(defaults).map(([key, value]) => [key, value === null ? '' : String(value)])),
});

/** For POST and PATCH. Defaults of variables that are gone are left out, since the API would refuse them. */
export const bodyOf = (draft: Draft): object => {
  const names = namesIn(draft);
  const kept = Object.entries(draft.defaults).filter(([name, value]) => value !== '' && names.includes(name));
  return {
    name: draft.name.trim(),
    subject: draft.subject,
    text: draft.text === '' ? null : draft.text,
    html: draft.html === '' ? null : draft.html,
    defaults: Object.fromEntries(kept),
  };
};

type Parts = Pick<Template, 'subject' | 'text' | 'html'>;
const VARIABLE = /\{\{\s*([A-Za-z][\w.-]*)\s*(?:\|([^{}]*))?\}\}/g;
/** The recipient's own link to leave is filled at delivery. */
const LEAVE = 'unsubscribe';

/** Names of the variables, in the order in which they come. */
export const namesIn = ({ subject, text, html }: Parts): readonly string[] => [
  ...new Set(
    [subject, text, html]
      .flatMap(part => [...(part ?? '').matchAll(VARIABLE)])
      .map(found => found[1] ?? '')
      .filter(name => name !== LEAVE),
  ),
];

/** Values that the braces themselves have, where a variable has one wherever it stands: `{{name|customer}}`. */
export function fallbacksIn({ subject, text, html }: Parts): ReadonlyMap<string, string> {
  const found = [subject, text, html].flatMap(part => [...(part ?? '').matchAll(VARIABLE)]);
  const without = new Set(found.filter(one => one[2] === undefined).map(one => one[1]));
  return new Map(found.filter(one => !without.has(one[1])).map(one => [one[1] ?? '', one[2]?.trim() ?? '']));
}

/** A value to look at a template with: an address for what is named as one, else the name itself. */
export const sampleOf = (name: string): string => (/(?:url|link|href|image|picture|logo)/i.test(name) ? 'https://example.com/' : name);

/** Data for a look: what was typed; else the template's own value stands in; else a sample. */
export function dataOf(template: Pick<Template, 'subject' | 'text' | 'html' | 'variables' | 'defaults'>, typed: Typed): object {
  const fallbacks = fallbacksIn(template);
  const isGiven = (name: string): boolean => (typed[name] ?? '') !== '';
  const needed = template.variables.filter(name => isGiven(name) || !(Object.hasOwn(template.defaults, name) || fallbacks.has(name)));
  return Object.fromEntries(needed.map(name => [name, isGiven(name) ? typed[name] : sampleOf(name)]));
}
export type Typed = Readonly<Record<string, string>>;
