// JSON as it comes in, before a schema sees it: what is none, has more values than a checker may be given, or holds a NUL ends here.
import { ApiError, invalid } from './errors.ts';

/** Values in one JSON body: a batch of 100 emails with everything they may have holds 17,000. The checker notes a fault for each. */
export const MAX_VALUES = 20_000;

/** The value of a body; throws what is wrong with it. */
export function readBody(bytes: Buffer, maxValues = MAX_VALUES): unknown {
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError('invalid_json', 'The body is no JSON.');
  }
  if (isLarge(value, maxValues)) throw invalid('body', `holds more than ${maxValues} values.`);
  const field = text.includes('\\u0000') ? nulField(value) : null;
  if (field !== null) throw invalid(field, 'holds a NUL, which no text may.');
  return value;
}

/** More values than `most`; stops counting there. */
function isLarge(root: unknown, most: number): boolean {
  const left: unknown[] = [root];
  for (let seen = 0; left.length > 0; seen++) {
    if (seen > most) return true;
    const value = left.pop();
    if (typeof value !== 'object' || value === null) continue;
    const inside = Object.values(value);
    if (inside.length > most) return true;
    for (const one of inside) left.push(one);
  }
  return false;
}

/** Where a text, or the name of a field, holds a NUL: PostgreSQL keeps none, and headers, addresses and names have no use for one. */
function nulField(root: unknown): string | null {
  const left: (readonly [string, unknown])[] = [['', root]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [path, value] = next;
    if (typeof value === 'string' && value.includes('\0')) return path || 'body';
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, one] of Object.entries(value)) {
      if (name.includes('\0')) return path || 'body';
      left.push([Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name, one]);
    }
  }
  return null;
}
