// Inbound routes and refusals as the page shows them. Pure.

export type Action = { readonly webhook: string } | { readonly forward: string } | { readonly lmtp: string } | 'reject' | 'drop';
export type Kind = 'webhook' | 'forward' | 'lmtp' | 'reject' | 'drop';
export const KINDS: readonly Kind[] = ['webhook', 'forward', 'lmtp', 'reject', 'drop'];
export const WISHES = {
  onSpam: ['mark', 'reject', 'drop'],
  onVirus: ['reject', 'drop'],
  onUnscannable: ['reject', 'mark'],
  onDmarcFail: ['mark', 'honor'],
} as const;
export type Wish = keyof typeof WISHES;
export type Deed = 'reject' | 'mark' | 'drop' | 'honor';
export type Route = {
  readonly id: string;
  readonly accountId: string | null;
  readonly match: string;
  readonly action: Action;
  readonly includeRaw: boolean;
  readonly state: string;
} & Readonly<Record<Wish, Deed>>;

export function kindOf(action: Action): { readonly kind: Kind; readonly target: string } {
  if (typeof action === 'string') return { kind: action, target: '' };
  if ('webhook' in action) return { kind: 'webhook', target: action.webhook };
  return 'forward' in action ? { kind: 'forward', target: action.forward } : { kind: 'lmtp', target: action.lmtp };
}

export const actionOf = (kind: Kind, target: string): Action =>
  kind === 'reject' || kind === 'drop' ? kind : ({ [kind]: target.trim() } as Action);

/** The order in which they count: single addresses, whole domains, the operator's `*`; within these by name. */
export function inOrder(routes: readonly Route[]): readonly Route[] {
  const rank = ({ match }: Route): number => (match === '*' ? 3 : match.startsWith('@') ? 1 : match.includes('@') ? 0 : 2);
  return routes.toSorted((a, b) => rank(a) - rank(b) || a.match.localeCompare(b.match));
}

export type Refusal = {
  readonly at: string;
  readonly door: string;
  readonly peer: string;
  readonly stage: string;
  readonly reason: string;
  readonly code: number;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly detail: string | null;
};
export type Group = { readonly reason: string; readonly count: number; readonly last: string };

/** By reason, the most frequent first. */
export function grouped(refusals: readonly Pick<Refusal, 'reason' | 'at'>[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { reason, at } of refusals) {
    const known = groups.get(reason);
    groups.set(reason, { reason, count: (known?.count ?? 0) + 1, last: known && known.last > at ? known.last : at });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

export const RESULTS = ['pass', 'gray', 'fail', 'unchecked'] as const;
export type Verdicts = Readonly<Record<(typeof RESULTS)[number], number>>;
export const total = (verdicts: Verdicts): number => RESULTS.reduce((sum, name) => sum + verdicts[name], 0);
