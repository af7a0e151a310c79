// Paths and queries, pure: `/messages/:id` against `/messages/msg_1`, and the query that holds range, filters and tab.

/** The parameters of a path that fits the pattern; null = it does not fit. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/');
  const given = path.replace(/(?<=.)\/$/, '').split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [n, part] of wanted.entries()) {
    const value = given[n] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
    } else {
      const text = decoded(value);
      if (text === null || text === '') return null;
      params[part.slice(1)] = text;
    }
  }
  return params;
}

/** `path?query` without what is null or empty. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
