// What containers that hold their members as they are (tar, cpio, ar, disc images) have in common: showing them within the room there is.
import type { Opening, Sight } from '../opener.ts';

export type Shelf = {
  /** The member, or that there is no room for it. Not `whole`: its container says that there is more of it. */
  readonly show: (
    name: string | null,
    bytes: Buffer,
    more?: { readonly otherName?: string | null; readonly whole?: boolean },
  ) => Generator<Sight>;
  /** `too_many_parts` has been said: the opener stops. */
  readonly full: () => boolean;
};

export function newShelf(opening: Opening): Shelf {
  let shown = 0;
  let full = false;
  return {
    full: () => full,
    show: function* (name, bytes, { otherName = null, whole = true } = {}) {
      if (full) return;
      if (shown >= opening.mostMembers) {
        full = true;
        yield { see: 'unseen', name: null, why: 'too_many_parts' };
        return;
      }
      shown++;
      if (bytes.length > opening.room(bytes.length)) {
        yield { see: 'member', name, otherName, bytes: Buffer.alloc(0) };
        yield { see: 'unseen', name, why: 'too_large' };
        return;
      }
      yield { see: 'member', name, otherName, bytes };
      if (!whole) yield { see: 'unseen', name, why: 'damaged' };
    },
  };
}

/** Whether `text` stands at `at`, byte for byte. */
export const says = (bytes: Buffer, text: string, at = 0): boolean => at >= 0 && bytes.toString('latin1', at, at + text.length) === text;

/** A text field: UTF-8 up to its first NUL. */
export function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

export const isZero = (bytes: Buffer): boolean => bytes.every(byte => byte === 0);
