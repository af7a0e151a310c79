// What is typed into the search of messages, pure: addresses and ids as they are, `state:` `tag:` `direction:` `since:` `until:` as tokens, everything
// else is told as not understood rather than dropped: a search that ignores a word would show everything.

export type Search = {
  readonly direction?: 'in' | 'out';
  readonly recipient?: string;
  readonly messageId?: string;
  readonly state?: string;
  readonly tag?: string;
  readonly since?: string;
  readonly until?: string;
};
export type Read = {
  readonly search: Search;
  /** An id of ours: it is opened, not searched for. */ readonly id: string | null;
  readonly unknown: readonly string[];
};

const STATES = ['queued', 'scheduled', 'held', 'deferred', 'delivered', 'bounced', 'suppressed', 'expired', 'cancelled'];
const DAY_MS = 86_400_000;
const AGO: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };

/** `now` in epoch ms: `since:2h` counts back from it. */
export function readSearch(text: string, now: number): Read {
  let search: Search = {};
  let id: string | null = null;
  const unknown: string[] = [];
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const read = readWord(word, now);
    if (read === null) unknown.push(word);
    else if ('id' in read) id = read.id;
    else search = { ...search, ...read };
  }
  return { search, id, unknown };
}

function readWord(word: string, now: number): Search | { readonly id: string } | null {
  if (/^msg_[0-9a-z]+$/.test(word)) return { id: word };
  if (/^<[^<>\s]+@[^<>\s]+>$/.test(word)) return { messageId: word };
  const [, name = '', value = ''] = /^([a-z]+):(.+)$/i.exec(word) ?? [];
  switch (name.toLowerCase()) {
    case 'state':
      return STATES.includes(value.toLowerCase()) ? { state: value.toLowerCase() } : null;
    case 'tag':
      return { tag: value };
    case 'to':
      return { recipient: value.toLowerCase() };
    case 'direction':
      return value === 'in' || value === 'out' ? { direction: value } : null;
    case 'since':
    case 'until': {
      const at = momentOf(value, now);
      return at === null ? null : { [name.toLowerCase()]: at };
    }
    default:
      return /^[^\s@]+@[^\s@]+$/.test(word) ? { recipient: word.toLowerCase() } : null;
  }
}

/** `2h`, `30m`, `7d` back from now, a day, or a whole RFC 3339 time. */
function momentOf(text: string, now: number): string | null {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (count && unit) return new Date(now - Number(count) * (AGO[unit] ?? 0)).toISOString();
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d.*)?$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
