// Host names as policies compare them: lower case, no dot at the end, A-labels only (RFC 8461 section 4.1, RFC 6125).

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The name in its one form; null when it is no host name. */
export function hostName(text: string): string | null {
  if (text.length > 254) return null;
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  return name.length <= 253 && name.split('.').every(label => LABEL.test(label)) ? name : null;
}

/** `example.com` itself, `*.example.com` with exactly one label in front; null when it is no such pattern. */
export function hostPattern(text: string): { readonly wild: boolean; readonly name: string } | null {
  const wild = text.startsWith('*.');
  const name = hostName(wild ? text.slice(2) : text);
  return name === null ? null : { wild, name };
}

/** Whether the host is one that the pattern means. */
export function matchesPattern(host: string, pattern: string): boolean {
  const [name, wanted] = [hostName(host), hostPattern(pattern)];
  if (name === null || wanted === null) return false;
  return (wanted.wild ? name.slice(name.indexOf('.') + 1) : name) === wanted.name && (!wanted.wild || name.includes('.'));
}

/** An operator's destination: a domain, `*.domain` for everything below it however deep, or `*`. */
export function matchesDestination(domain: string, pattern: string): boolean {
  if (pattern === '*') return true;
  const [name, wanted] = [hostName(domain), hostPattern(pattern)];
  if (name === null || wanted === null) return false;
  return wanted.wild ? name.endsWith(`.${wanted.name}`) : name === wanted.name;
}
