// The languages of the pages that recipients see. Adding one = one file beside this and one line here.
import type { LinkWords } from './form.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { id } from './id.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import { th } from './th.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

export type PageLanguage = 'en' | 'id' | 'zh-CN' | 'zh-TW' | 'es' | 'fr' | 'de' | 'ja' | 'ko' | 'ar' | 'th';

/** In the order in which they are offered; the keys are tags of BCP 47. */
export const LINK_WORDS: Readonly<Record<PageLanguage, LinkWords>> = {
  en,
  id,
  'zh-CN': zhCn,
  'zh-TW': zhTw,
  es,
  fr,
  de,
  ja,
  ko,
  ar,
  th,
};

const LANGUAGES = Object.keys(LINK_WORDS) as readonly PageLanguage[];
/** Chinese that is written in traditional characters (BCP 47 script or region). */
const TRADITIONAL = /^zh-(?:hant|tw|hk|mo)\b/;

/** The language of ours that serves a tag of BCP 47, whatever its case; null: none. */
export function languageFor(tag: string): PageLanguage | null {
  const text = tag.toLowerCase();
  const [primary] = text.split('-');
  if (primary === 'zh') return TRADITIONAL.test(text) ? 'zh-TW' : 'zh-CN';
  // `in` is what Indonesian was called before ISO 639 changed it, and what old phones still say.
  return LANGUAGES.find(one => one === (primary === 'in' ? 'id' : primary)) ?? null;
}
