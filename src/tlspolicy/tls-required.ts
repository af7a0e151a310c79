// The header field `TLS-Required: No` (RFC 8689 section 5): the sender would rather have the mail arrive than have it held to the
// recipient's policy.

/** From all values of the field; one that comes twice or says anything else is passed over (section 5: "No" is the only value). */
export function saysTlsRequiredNo(values: readonly string[]): boolean {
  return values.length === 1 && /^\s*no\s*$/i.test(values[0] ?? '');
}
