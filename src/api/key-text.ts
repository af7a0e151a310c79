// The text of keys: random, and with a beginning that scanners for leaked secrets find.
import { randomBytes } from 'node:crypto';

export const newKeyText = (): string => `sk_sesame_${randomBytes(32).toString('base64url')}`;
export const newOperatorKeyText = (): string => `op_${randomBytes(32).toString('base64url')}`;

/** The first characters, by which a person knows one of his keys: 36 of its 256 bits. null: not made by us, so that nobody knows what they tell. */
export const prefixOf = (key: string): string | null => /^((?:sk_sesame_|op_)[\w-]{6})[\w-]{37}$/.exec(key)?.[1] ?? null;
