// What widely used mail clients do not show, as data: styles by the text of the style sheets, elements by name. By the tests that caniemail.com
// lists (made from 2019 to 2024, looked up on 2026-11-30), in our own words; only what breaks a mail, not what merely looks plainer.

export type Feature = { readonly feature: string; readonly missing: readonly string[] };
export type StyleFeature = Feature & { readonly pattern: RegExp };
export type ElementFeature = Feature & {
  readonly names: readonly string[];
  /** Only where this attribute has such a value. */
  readonly attribute?: string;
  readonly value?: RegExp;
  /** Not where that attribute has such a value. */
  readonly except?: { readonly attribute: string; readonly value: RegExp };
};

/** A style sheet that brings nothing but a typeface: without it the text stands in the next one of its list. */
const FONTS = '[^;\\n]{0,20}(?:fonts?\\.|(?:use|p)\\.typekit\\.)';
const WORD_OUTLOOK = 'Outlook for Windows';

export const STYLES: readonly StyleFeature[] = [
  { feature: 'display: flex', pattern: /display\s{0,3}:\s{0,3}(?:inline-)?flex/i, missing: [WORD_OUTLOOK] },
  { feature: 'display: grid', pattern: /display\s{0,3}:\s{0,3}(?:inline-)?grid/i, missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  { feature: 'position', pattern: /position\s{0,3}:\s{0,3}(?:absolute|fixed|sticky)/i, missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  { feature: '@import', pattern: new RegExp(`@import\\b(?!${FONTS})`, 'i'), missing: ['Gmail', 'Yahoo', 'Outlook.com'] },
  { feature: 'CSS variables', pattern: /var\(\s{0,3}--/i, missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  { feature: 'negative margins', pattern: /margin(?:-\w{3,6})?\s{0,3}:\s{0,3}-\d/i, missing: [WORD_OUTLOOK, 'Gmail'] },
  { feature: 'clip-path', pattern: /clip-path\s{0,3}:/i, missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
];

export const ELEMENTS: readonly ElementFeature[] = [
  { feature: '<video>', names: ['video'], missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  { feature: '<audio>', names: ['audio'], missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  { feature: '<svg>', names: ['svg'], missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  { feature: '<dialog>', names: ['dialog'], missing: [WORD_OUTLOOK, 'Gmail', 'Yahoo'] },
  {
    feature: 'style sheets from elsewhere',
    names: ['link'],
    attribute: 'rel',
    value: /stylesheet/i,
    except: { attribute: 'href', value: new RegExp(FONTS, 'i') },
    missing: ['Gmail', 'Yahoo', 'Outlook.com'],
  },
  { feature: 'data: pictures', names: ['img'], attribute: 'src', value: /^\s{0,9}data:/i, missing: [WORD_OUTLOOK] },
  { feature: 'SVG pictures', names: ['img'], attribute: 'src', value: /\.svg(?:[?#]|$)/i, missing: [WORD_OUTLOOK, 'Gmail'] },
  { feature: 'WebP pictures', names: ['img'], attribute: 'src', value: /\.webp(?:[?#]|$)/i, missing: [WORD_OUTLOOK] },
];

/** One line for a person: the names are the same in every language. */
export const toldFeature = ({ feature, missing }: Feature): string => `${feature} (${missing.join(', ')})`;
