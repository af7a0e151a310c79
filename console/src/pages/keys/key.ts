// Keys and SMTP logins as the API has them, and what a form asks for. Pure.

export const SCOPES = ['send', 'score', 'read', 'manage', 'keys'] as const;
export type Scope = (typeof SCOPES)[number];
export type Kind = 'api' | 'signing' | 'operator';
export type Key = {
  readonly id: string;
  readonly accountId: string | null;
  readonly name: string;
  readonly kind: Kind;
  readonly scopes: readonly string[];
  readonly domains: readonly string[] | null;
  readonly ips: readonly string[] | null;
  readonly expiresAt: string | null;
  /** Its first characters; null: not known. */
  readonly prefix: string | null;
  /** null: never, as far as is known. */
  readonly lastUsedAt: string | null;
  readonly createdAt: string;
};
export type Login = {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly username: string;
  readonly lastUsedAt: string | null;
  readonly createdAt: string;
};
/** What is answered once: one of the forms of a secret. */
export type Made = { readonly name: string } & Partial<Readonly<Record<SecretName, string>>>;
export const SECRETS = ['key', 'accessKeyId', 'secretAccessKey', 'username', 'password'] as const;
export type SecretName = (typeof SECRETS)[number];

export const AGES = { never: null, month: 30, quarter: 90, year: 365 } as const;
export type Age = keyof typeof AGES;
const DAY_MS = 86_400_000;

export type Form = {
  readonly name: string;
  readonly kind: Kind;
  readonly scopes: readonly Scope[];
  readonly age: Age;
  readonly domains: string;
  readonly ips: string;
};

/** The body of `POST /v1/keys`; fields that ask for nothing are left out. `now` in epoch ms. */
export function bodyOf(form: Form, now: number): Readonly<Record<string, unknown>> {
  const [domains, ips] = [listed(form.domains), listed(form.ips)];
  const days = AGES[form.age];
  const isNarrow = form.kind !== 'operator';
  return {
    name: form.name.trim(),
    kind: form.kind,
    ...(isNarrow ? { scopes: form.scopes } : {}),
    ...(isNarrow && domains.length > 0 ? { domains } : {}),
    ...(ips.length > 0 ? { ips } : {}),
    ...(days === null ? {} : { expiresAt: new Date(now + days * DAY_MS).toISOString() }),
  };
}

const listed = (text: string): readonly string[] => text.split(/[\s,]+/).filter(one => one !== '');

/** What is typed before it is revoked: its name, or its id where a name cannot be typed as it is shown. */
export const typedName = ({ id, name }: { readonly id: string; readonly name: string }): string =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(name) && name.trim() === name ? name : id;

export const isOver = ({ expiresAt }: Pick<Key, 'expiresAt'>, now: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= now;
