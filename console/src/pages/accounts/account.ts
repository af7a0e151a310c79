// An account as the API shows it to the operator, and the order in which one looks at them. Pure.
export type AccountState = 'active' | 'warned' | 'limited' | 'suspended';
export type Account = {
  readonly id: string;
  readonly name: string;
  readonly contact: string | null;
  readonly state: AccountState;
  readonly reason: string | null;
  readonly since: string;
  readonly quota: { readonly perDay: number | null; readonly perSecond: number | null };
  readonly quotaFrom: string;
  readonly levels: boolean;
  readonly sandbox: boolean;
  readonly pool: string | null;
  readonly createdAt: string;
  readonly used?: { readonly today: number; readonly resetsAt: string };
  /** Only with levels, and only of one account. */
  readonly level?: { readonly level: number; readonly perDay: number | null } | null;
};

const TROUBLE: readonly AccountState[] = ['suspended', 'limited', 'warned', 'active'];
/** Whoever is stopped first, then who is near it; among equals whoever used most of the quota. */
export function troubleFirst(accounts: readonly Account[]): readonly Account[] {
  const part = ({ used, quota }: Account): number => (used && quota.perDay ? used.today / quota.perDay : 0);
  return accounts.toSorted((a, b) => TROUBLE.indexOf(a.state) - TROUBLE.indexOf(b.state) || part(b) - part(a));
}

/** What a field for a quota says: a whole number, `null` for the rule, undefined = neither. */
export function quotaOf(text: string): number | null | undefined {
  const given = text.trim();
  if (given === '') return null;
  return /^\d{1,12}$/.test(given) ? Number(given) : undefined;
}
