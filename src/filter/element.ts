// One element of a page inside another: whether its text is seen, by what its attributes and the style sheet say and what it inherits.
import { MAX_STYLES } from './bounds.ts';
import { decodeEntities } from '../message/entities.ts';
import { over, type Sheet } from './sheet.ts';
import { COLOUR, colourOf, GONE, groundOf, isUnseen, readStyle, UNKNOWN, type Style } from './style.ts';

/** Not shown where scripts run, which is nowhere in mail: counted as shown where hardly anything else is. */
export const NOSCRIPT = 16;

/** One open element: why it is not seen, its colours, and whether it turns its text around. */
export type Open = {
  readonly name: string;
  readonly mask: number;
  readonly colour: number;
  readonly ground: number;
  readonly turns: boolean;
  /** A ground is said here or around. */
  readonly grounded: boolean;
  /** Its colour is said on a ground that is said: here, or around with no other ground since. */
  readonly drawn: boolean;
};
/** Black on white. */
export const OUTSIDE: Open = { name: '', mask: 0, colour: 0, ground: 0xffffff, turns: false, grounded: false, drawn: false };

/** Elements with a background of their own. */
const GROUNDED = new Set('body,table,td,th,tr,div,span,p,font,center,a'.split(','));

/** An element inside another: what its attributes and the sheet make of it. */
export function opened(
  name: string,
  attributes: ReadonlyMap<string, string>,
  parent: Open,
  sheet: Sheet | null,
  styles: Map<string, Style>,
): Open {
  const noscript = name === 'noscript' ? NOSCRIPT : 0;
  if (attributes.size === 0 && sheet === null) return { ...parent, name, mask: parent.mask | noscript, turns: false };
  const style = styleOf(name, attributes, sheet, styles);
  let mask = parent.mask | noscript;
  let { colour, ground } = parent;
  if (style !== null) {
    mask = (mask & ~style.clears) | style.sets;
    if (style.display === 'none') mask |= GONE;
    colour = style.colour ?? colour;
    ground = style.ground ?? ground;
  }
  let grounds = style?.ground != null;
  if (attributes.has('hidden') && style?.display !== 'shown') mask |= GONE;
  const ink = attributes.get(name === 'body' ? 'text' : 'color');
  if (ink !== undefined && style?.colour == null) colour = colourOf(ink);
  if (style?.ground == null && GROUNDED.has(name)) {
    const below = attributes.get('bgcolor');
    if (attributes.has('background')) ground = UNKNOWN;
    else if (below !== undefined) ground = groundOf(below) ?? ground;
    grounds ||= attributes.has('background') || below !== undefined;
  }
  if (colour !== parent.colour || ground !== parent.ground) mask = isUnseen(colour, ground) ? mask | COLOUR : mask & ~COLOUR;
  const turns = style?.turns === true || (name === 'bdo' && /^\s*rtl/i.test(attributes.get('dir') ?? ''));
  const grounded = grounds || parent.grounded;
  const drawn = grounded && (ink !== undefined || style?.colour != null || (parent.drawn && !grounds));
  return { name, mask, colour, ground, turns, grounded, drawn };
}

/** The sheet's rules for an element, and its own style over them; null where nothing is said. */
function styleOf(name: string, attributes: ReadonlyMap<string, string>, sheet: Sheet | null, styles: Map<string, Style>): Style | null {
  let style: Style | null = null;
  if (sheet !== null) {
    const keys = [name];
    const named = attributes.get('class');
    if (named !== undefined)
      for (const one of named.toLowerCase().split(/\s+/).slice(0, 20)) if (one !== '') keys.push(`.${one}`, `${name}.${one}`);
    const id = attributes.get('id');
    if (id !== undefined) keys.push(`#${id.trim().toLowerCase()}`, `${name}#${id.trim().toLowerCase()}`);
    for (const key of keys) {
      const rule = sheet.get(key);
      if (rule) style = style === null ? rule : over(style, rule);
    }
  }
  const own = attributes.get('style');
  if (own === undefined) return style;
  let read = styles.get(own);
  if (read === undefined) {
    read = readStyle(own.includes('&') ? decodeEntities(own) : own);
    if (styles.size < MAX_STYLES) styles.set(own, read);
  }
  return style === null ? read : over(style, read);
}
