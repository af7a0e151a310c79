// Groups of header-like fields between empty lines, as message/delivery-status (RFC 3464) and message/feedback-report (RFC 5965) hold them.
import { readHeaders, valueOf } from './headers.ts';

/** Lower-case names to values in order, folds and comments as they stand. */
export type Group = ReadonlyMap<string, readonly string[]>;

/** A report about more recipients than one transaction may have is not read to its end. */
const MAX_GROUPS = 1_000;

/** The groups that have at least one field; lines that are no field are stepped over. */
export function fieldGroups(bytes: Buffer): readonly Group[] {
  const groups: Group[] = [];
  for (let at = 0; at < bytes.length && groups.length < MAX_GROUPS;) {
    const block = readHeaders(bytes, at);
    const group = new Map<string, string[]>();
    for (const field of block.fields) {
      const values = group.get(field.name) ?? [];
      values.push(valueOf(bytes, field));
      group.set(field.name, values);
    }
    if (group.size > 0) groups.push(group);
    const lineEnd = bytes.indexOf(10, at);
    at = block.bodyStart > at ? block.bodyStart : lineEnd < 0 ? bytes.length : lineEnd + 1;
  }
  return groups;
}
