// The language that is shown, with its formats. Only the active dictionary is loaded; the API is asked for the same.
import { formatsOf, type Formats } from './formats.ts';
import { keep, kept } from './kept.ts';
import { newValue, useValue } from './value.ts';
import type { Words } from '../words/en.ts';
import { isLanguage, TAGS, type LanguageId } from '../words/languages.ts';

const LOADS: Readonly<Record<LanguageId, () => Promise<Words>>> = {
  en: async () => (await import('../words/en.ts')).en,
  id: async () => (await import('../words/id.ts')).id,
  zh: async () => (await import('../words/zh.ts')).zh,
};
export type Said = { readonly id: LanguageId; readonly words: Words; readonly format: Formats };
const said = newValue<Said | null>(null);

/** The one chosen before, else the first of the browser's that we have. */
export function firstLanguage(): LanguageId {
  const before = kept('language');
  if (isLanguage(before)) return before;
  return navigator.languages.map(tag => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en';
}

/** The zone that times are shown in: UTC, or the browser's. */
export const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
const zone = (): string => (kept('zone') === 'utc' ? 'UTC' : browserZone());

export async function speak(id: LanguageId, how: { readonly remember?: boolean } = {}): Promise<void> {
  const words = await LOADS[id]();
  document.documentElement.lang = TAGS[id];
  if (how.remember) keep('language', id);
  said.set({ id, words, format: formatsOf(id, zone()) });
}

export function chooseZone(utc: boolean): void {
  keep('zone', utc ? 'utc' : null);
  const now = said.get();
  if (now) said.set({ ...now, format: formatsOf(now.id, zone()) });
}

/** Words and formats of the language that is shown. Only below <App>, which waits for the first dictionary. */
export function useLanguage(): Said {
  const now = useValue(said);
  if (!now) throw new Error('no language yet');
  return now;
}

export const useSaid = (): Said | null => useValue(said);
export const languageNow = (): LanguageId => said.get()?.id ?? 'en';
