// Reads a DMARC record (RFC 7489 section 6.3, RFC 9989 section 4.7): tags by lower-case name, or what is wrong with it. Used for the health of
// our own domains; mail of strangers is judged by the library behind engines/mailauth.ts.
export type DmarcRecord = { readonly ok: true; readonly tags: ReadonlyMap<string, string> } | { readonly ok: false; readonly why: string };

const POLICIES = ['none', 'quarantine', 'reject'];
const CHECKS: Readonly<Record<string, (value: string) => boolean>> = {
  p: isPolicy,
  sp: isPolicy,
  np: isPolicy,
  adkim: isMode,
  aspf: isMode,
  rf: value => value.split(':').every(one => one.trim().toLowerCase() === 'afrf'),
  ri: value => /^\d{1,10}$/.test(value),
  pct: value => /^\d{1,3}$/.test(value) && Number(value) <= 100,
  t: value => /^[yn]$/i.test(value),
};

export function readDmarcRecord(text: string): DmarcRecord {
  const tags = new Map<string, string>();
  for (const piece of text.split(';')) {
    const at = piece.indexOf('=');
    if (at < 0) continue;
    tags.set(piece.slice(0, at).trim().toLowerCase(), piece.slice(at + 1).trim());
  }
  if (!/^\s*v\s*=\s*DMARC1\s*(?:;|$)/i.test(text) || tags.get('v') !== 'DMARC1')
    return { ok: false, why: 'it does not begin with v=DMARC1' };
  if (!tags.has('p')) return { ok: false, why: 'p= is missing' };
  for (const [name, value] of tags)
    if (CHECKS[name] && !CHECKS[name](value)) return { ok: false, why: `${name}=${value.slice(0, 40)} is not valid` };
  return { ok: true, tags };
}

/** Abbreviations are taken by some receivers (OpenDMARC reads p=n as none). */
function isPolicy(value: string): boolean {
  return value !== '' && POLICIES.some(word => word.startsWith(value.toLowerCase()));
}

function isMode(value: string): boolean {
  return value !== '' && ['r', 's', 'relaxed', 'strict'].includes(value.toLowerCase());
}
