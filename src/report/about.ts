// Whom a report is about: it is believed of recipients that its mail had and that may have left, and of nobody else.
import type { RecipientRow } from '../engines/store/control/emails.ts';
import type { BounceRecipient } from '../bounce/bounce-mail.ts';
import { comparable } from '../message/addresses.ts';

/** In these states nothing was handed to a peer, or its refusal is known already. */
const NEVER_LEFT: ReadonlySet<RecipientRow['state']> = new Set(['scheduled', 'held', 'suppressed', 'cancelled', 'bounced']);

/**
 * Each recipient once, with the worst that the report says of it. `n`: the token was made for this recipient, who is meant whatever the
 * report calls it. A report that names nobody and says why is about the only recipient of its mail.
 */
export function concerned(
  known: readonly RecipientRow[],
  n: number | null,
  rows: readonly BounceRecipient[],
): readonly (readonly [RecipientRow, BounceRecipient])[] {
  const told = rows.filter(row => row.reason !== 'delivered').toSorted((a, b) => rank(a) - rank(b));
  // The worst stands first: of two rows with one name the first is kept.
  const byName = new Map(told.toReversed().flatMap(row => names(row).map(name => [name, row] as const)));
  const isNameless = byName.size === 0 && told.every(row => row.reason !== 'undefined');
  const meant = n === null ? known : known.filter(one => one.n === n);
  const other = meant.length === 1 && (n !== null || isNameless) ? told[0] : undefined;
  return meant.flatMap(one => {
    const row =
      addresses(one)
        .map(name => byName.get(name))
        .find(found => found !== undefined) ?? other;
    return row && !NEVER_LEFT.has(one.state) ? [[one, row] as const] : [];
  });
}

/** The one recipient of those who got the mail that a complaint is about; null when it does not say. */
export function complainer(known: readonly RecipientRow[], n: number | null, named: readonly string[]): RecipientRow | null {
  if (n !== null) return known.find(one => one.n === n) ?? null;
  const wanted = named.map(comparable);
  return known.find(one => wanted.includes(comparable(one.address))) ?? (known.length === 1 ? (known[0] ?? null) : null);
}

const rank = (row: BounceRecipient): number => (row.action === 'delayed' ? 2 : row.hard ? 0 : 1);

/** What the report calls it; RFC 3461 section 4 has the original address in xtext, where `+2B` stands for a plus. */
function names({ address, originalRecipient }: BounceRecipient): readonly string[] {
  const original = originalRecipient ?? '';
  const decoded = original.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return [address, original, decoded].filter(one => one !== '').map(comparable);
}

/** A forward goes on to its target: the report about that copy names it. */
function addresses({ address, target }: RecipientRow): readonly string[] {
  return target.kind === 'forward' ? [comparable(address), comparable(target.address)] : [comparable(address)];
}
