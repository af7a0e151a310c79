// What this browser remembers: language, theme, time zone, recent searches. Never anything of mail, never a key. Without storage it forgets.

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`sesame.${name}`);
  } catch {
    return null;
  }
}

/** null forgets it. */
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`sesame.${name}`);
    else localStorage.setItem(`sesame.${name}`, value);
  } catch {
    // Private windows may have no storage: the choice holds until the page is left.
  }
}
