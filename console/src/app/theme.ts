// Light and dark: as the system says, or as chosen.
import { keep, kept } from './kept.ts';
import { newValue } from './value.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (text: string | null): text is Theme => THEMES.some(one => one === text);
const before = kept('theme');
export const theme = newValue<Theme>(isTheme(before) ? before : 'system');

function show(): void {
  const now = theme.get();
  if (now === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = now;
}

export function startTheme(): void {
  show();
  theme.watch(show);
}

export function chooseTheme(next: Theme): void {
  keep('theme', next === 'system' ? null : next);
  theme.set(next);
}
