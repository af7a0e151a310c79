// Searches of before, in this browser only. Addresses are looked for again and again, so they are kept until the tab is closed, not longer.
const NAME = 'sesame.searches';
const MOST = 8;

export function recentSearches(): readonly string[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? '[]');
    return Array.isArray(found) ? found.filter(one => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export function remember(text: string): void {
  if (text === '') return;
  try {
    sessionStorage.setItem(NAME, JSON.stringify([text, ...recentSearches().filter(one => one !== text)].slice(0, MOST)));
  } catch {
    // Without storage there are none.
  }
}
