// What a check gives when it finds something: where, and the value that its sentence names.
import type { Says } from '../filter/rules/rule.ts';

/** Where it stands: a field of the header, or a part with the line of its decoded text, from 1. null: the message as a whole. */
export type Where = { readonly field: string } | { readonly part: string; readonly line: number | null } | null;

/** `value` stands for `{}` in the detail: the host, the number, the words. */
export type Hit = { readonly where: Where; readonly value?: string | Says };
