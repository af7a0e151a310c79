// What CSS hides from the reader of a mail: declarations of a style, the simple rules of a sheet, colours. Only what hides or shows again
// is read, and only selectors that every mail reader understands: .class, #id, tag, tag.class.
import { MAX_STYLE } from './bounds.ts';

/** Why text is not seen; an element inherits the reasons of what it stands in, and may undo the last three. */
export const GONE = 1;
export const UNSEEN = 2;
export const SMALL = 4;
export const COLOUR = 8;

/** Colours as 0xrrggbb. */
export const UNKNOWN = -1;
export const TRANSPARENT = -2;

export type Style = {
  /** `display` hides, shows, or is not named. */
  readonly display: 'none' | 'shown' | '';
  readonly sets: number;
  readonly clears: number;
  readonly colour: number | null;
  readonly ground: number | null;
  /** Shows its text from right to left whatever the letters. */
  readonly turns: boolean;
};

const READ = new Set(
  'display,visibility,font-size,font,opacity,max-height,max-width,height,width,line-height,overflow,color,background,background-color,position,left,right,top,margin-left,margin-top,text-indent,clip,clip-path,transform,unicode-bidi,direction'.split(
    ',',
  ),
);

export function readStyle(source: string): Style {
  const said = new Map<string, string>();
  const loud = new Set<string>();
  const text = unescaped(withoutComments(source.slice(0, MAX_STYLE))).toLowerCase();
  for (const one of text.split(';')) {
    const colon = one.indexOf(':');
    if (colon < 0) continue;
    const name = one.slice(0, colon).trim();
    if (!READ.has(name)) continue;
    const bang = one.indexOf('!', colon);
    // The last one counts, and a loud one before a quiet one.
    if (bang < 0 && loud.has(name)) continue;
    if (bang >= 0) loud.add(name);
    said.set(name, one.slice(colon + 1, bang < 0 ? undefined : bang).trim());
  }
  return styleOf(said);
}

function styleOf(said: ReadonlyMap<string, string>): Style {
  const display = said.get('display');
  const visibility = said.get('visibility');
  const size = said.get('font-size') ?? /(?:^|\s)([\d.]{1,8}(?:px|pt|em|rem|%)?)\s{0,3}(?:\/|\s)/.exec(`${said.get('font') ?? ''} `)?.[1];
  const small = size === undefined ? '' : sizeOf(size);
  const isOff = ['left', 'right', 'top', 'margin-left', 'margin-top', 'text-indent'].some(name => pixels(said.get(name)) <= -300);
  const isCut =
    /hidden|clip/.test(said.get('overflow') ?? '') &&
    ['max-height', 'max-width', 'height', 'width', 'line-height'].some(name => pixels(said.get(name)) <= 1);
  const isFaint = parseFloat(said.get('opacity') ?? '1') <= 0.05;
  const isClipped =
    /^rect\(\s{0,3}[01](?:px)?[\s,]/.test(said.get('clip') ?? '') || /^inset\((?:50|100)%/.test(said.get('clip-path') ?? '');
  const isNoSize = /scale\(\s{0,3}0\s{0,3}[),]/.test(said.get('transform') ?? '');
  const background = said.get('background-color') ?? said.get('background');
  return {
    display: display === undefined ? '' : display === 'none' ? 'none' : 'shown',
    sets:
      (isOff || isCut || isFaint || isClipped || isNoSize ? GONE : 0) |
      (visibility === 'hidden' || visibility === 'collapse' ? UNSEEN : 0) |
      (small === 'small' ? SMALL : 0),
    clears: (visibility === 'visible' ? UNSEEN : 0) | (small === 'large' ? SMALL : 0),
    colour: said.has('color') ? colourOf(said.get('color') ?? '') : null,
    ground: background === undefined ? null : groundOf(background),
    turns: said.get('direction') === 'rtl' && /override/.test(said.get('unicode-bidi') ?? ''),
  };
}

/** A size as a reader sees it; one relative to the parent's cannot make text of size nothing larger. */
function sizeOf(size: string): 'small' | 'large' | '' {
  const found = /^([\d.]{1,8})(px|pt|em|rem|%|)$/.exec(size);
  if (!found) return /^(?:x{0,2}-?small|medium|x{0,2}-?large)$/.test(size) ? 'large' : '';
  const amount = Number(found[1]);
  const unit = found[2] ?? '';
  if (unit === 'px' || unit === 'pt' || unit === '') return amount <= 1.5 ? 'small' : 'large';
  if (unit === '%') return amount <= 10 ? 'small' : '';
  return amount <= 0.12 ? 'small' : unit === 'rem' ? 'large' : '';
}

/** Pixels of a length; Infinity for what is none. */
function pixels(length: string | undefined): number {
  const found = /^(-?[\d.]{1,8})(px|pt|em|rem|%|)$/.exec(length ?? '');
  if (!found) return Infinity;
  return Number(found[1]) * (found[2] === 'em' || found[2] === 'rem' ? 16 : found[2] === '%' && found[1] !== '0' ? 10 : 1);
}

function withoutComments(css: string): string {
  if (!css.includes('/*')) return css;
  let out = '';
  let at = 0;
  for (let open = css.indexOf('/*'); open >= 0; open = css.indexOf('/*', at)) {
    out += css.slice(at, open);
    const end = css.indexOf('*/', open + 2);
    if (end < 0) return out;
    at = end + 2;
  }
  return out + css.slice(at);
}

/** `d\69splay`. */
function unescaped(css: string): string {
  if (!css.includes('\\')) return css;
  return css.replace(/\\([0-9a-f]{1,6})\s?/gi, (_, digits: string) => {
    const point = parseInt(digits, 16);
    return point > 0 && point < 0x110000 ? String.fromCodePoint(point) : '';
  });
}

const NAMES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    white: 0xffffff,
    snow: 0xfffafa,
    ivory: 0xfffff0,
    ghostwhite: 0xf8f8ff,
    floralwhite: 0xfffaf0,
    mintcream: 0xf5fffa,
    azure: 0xf0ffff,
    whitesmoke: 0xf5f5f5,
    seashell: 0xfff5ee,
    black: 0,
    red: 0xff0000,
    blue: 0xff,
    yellow: 0xffff00,
    navy: 0x80,
    gray: 0x808080,
    grey: 0x808080,
    silver: 0xc0c0c0,
    green: 0x8000,
    transparent: TRANSPARENT,
  }),
);

export function colourOf(text: string): number {
  const name = text.trim().toLowerCase();
  const named = NAMES.get(name);
  if (named !== undefined) return named;
  const digits = /^#?([0-9a-f]{3,8})$/.exec(name)?.[1];
  if (digits !== undefined) {
    const full =
      digits.length < 6
        ? Array.from(digits.slice(0, 3))
            .map(one => one + one)
            .join('')
        : digits.slice(0, 6);
    if (digits.length === 8 && digits.endsWith('00')) return TRANSPARENT;
    return parseInt(full, 16);
  }
  const call = /^rgba?\(\s{0,3}(\d{1,3})\s{0,3}[,\s]\s{0,3}(\d{1,3})\s{0,3}[,\s]\s{0,3}(\d{1,3})\s{0,3}(?:[,/]\s{0,3}([\d.]{1,6}))?/.exec(
    name,
  );
  if (!call) return UNKNOWN;
  if (call[4] !== undefined && Number(call[4]) <= 0.05) return TRANSPARENT;
  return (Math.min(255, Number(call[1])) << 16) | (Math.min(255, Number(call[2])) << 8) | Math.min(255, Number(call[3]));
}

/** The colour of a background; null where it lets through what is behind it. */
export function groundOf(text: string): number | null {
  if (/^(?:transparent|none|inherit|initial|unset|0)?$/i.test(text.trim())) return null;
  if (/url\(|gradient/i.test(text)) return UNKNOWN;
  const whole = colourOf(text);
  if (whole !== UNKNOWN) return whole === TRANSPARENT ? null : whole;
  return colourOf(text.trim().split(/\s+/)[0] ?? '');
}

/** Text in the colour of what it stands on, or nearly. */
export function isUnseen(colour: number, ground: number): boolean {
  if (colour === TRANSPARENT) return true;
  if (colour < 0 || ground < 0) return false;
  const apart = (shift: number): number => Math.abs(((colour >> shift) & 255) - ((ground >> shift) & 255));
  return apart(0) + apart(8) + apart(16) <= 18;
}
