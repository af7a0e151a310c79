// The languages of the console, named in themselves.
export const LANGUAGES = { en: 'English', id: 'Indonesia', zh: '简体中文' } as const;
export type LanguageId = keyof typeof LANGUAGES;

/** For `lang` of elements and for Accept-Language. */
export const TAGS: Readonly<Record<LanguageId, string>> = { en: 'en', id: 'id', zh: 'zh-Hans' };

export const isLanguage = (text: string | null | undefined): text is LanguageId => text != null && Object.hasOwn(LANGUAGES, text);
