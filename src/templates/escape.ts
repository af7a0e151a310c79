// A value as it may stand in its place. What cannot be written there without changing what stands around it is told, never repaired.
import type { Place } from './types.ts';

export type Written = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

const wrote = (text: string): Written => ({ ok: true, text });
const not = (why: string): Written => ({ ok: false, why });

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replace(/[&<>"']/g, sign => ENTITIES[sign] ?? '');

/** RFC 3986: what may stand in an address as it is. */
const NOT_IN_URL = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/gu;
const ADDRESS = /^(?:https?:\/\/[^\s/?#]|mailto:|tel:|sms:|cid:)/i;

/** The text that stands for `value` there, or why it cannot. */
export function written(value: string, place: Place): Written {
  if (!value.isWellFormed()) return not('holds half a character (a surrogate without its pair)');
  // A tab or a new line is nothing in text, and a new header field in the subject.
  if (/[^\P{Cc}\t\r\n]/u.test(value)) return not('holds a control character');
  switch (place) {
    case 'header':
      return /[\t\r\n\u2028\u2029]/.test(value) ? not('holds a line break or tab, which cannot stand in the subject') : wrote(value);
    case 'plain':
      return wrote(value);
    case 'html':
      return wrote(html(value));
    case 'style':
      return /^[#\w .,%-]*$/.test(value)
        ? wrote(value)
        : not('stands in a style: letters, digits, "#", "%", ".", ",", "-" and blanks only');
    case 'url':
      return ADDRESS.test(value.trim())
        ? wrote(html(value.trim().replace(NOT_IN_URL, percent)))
        : not('stands where an address begins: it must begin with https://, http://, mailto:, tel:, sms: or cid:');
    case 'urlPart':
      return wrote(html(encodeURIComponent(value)));
  }
}

const percent = (sign: string): string => encodeURIComponent(sign);
