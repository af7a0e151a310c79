// The form of what recipients read on the pages of their links: one file a language beside this one. Values are HTML of ours; what comes
// from outside is escaped by `placeOf`, and stands in <bdi>, so that it turns no sentence round in a language written from the right.
import { splitAddress } from '../../message/addresses.ts';
import { escaped } from '../html.ts';

/** `who`: the address in part; `from`: the sender's domain; `group`: null = all mail of the account. */
export type Place = { readonly who: string; readonly from: string; readonly group: string | null };
type Words = { readonly title: string; readonly text: (place: Place) => string };

/** The states of a page. `ask` has a button, `choose` a list of kinds of mail, `none` the way back; the others only tell. */
export type PageState = 'ask' | 'done' | 'choose' | 'saved' | 'none' | 'gone' | 'off' | 'later';

export type LinkWords = {
  /** The language in itself, for the list of languages. */
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  /** What the list of languages is called. */
  readonly languages: string;
  readonly button: string;
  /** A link to the page `choose`. */
  readonly choice: string;
  /** Above the list of kinds of mail. */
  readonly kinds: string;
  readonly save: string;
  /** A button: no mail at all from here on. */
  readonly all: string;
  /** A button: mail again, after all of it was left. */
  readonly back: string;
} & Readonly<Record<PageState, Words>>;

const isolated = (text: string): string => `<bdi>${escaped(text)}</bdi>`;

/** `a…@b.test`: enough for its owner to know it by. */
export function placeOf(address: string, fromDomain: string, group: string | null): Place {
  const { local = '', domain = '' } = splitAddress(address) ?? {};
  return {
    who: isolated(`${String.fromCodePoint(local.codePointAt(0) ?? 46)}…@${domain}`),
    from: isolated(fromDomain),
    group: group === null ? null : isolated(group),
  };
}
