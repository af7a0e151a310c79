// Language, theme and time zone, as this browser wants them.
import type { JSX } from 'preact';
import { browserZone, chooseZone, speak, useLanguage } from '../app/language.ts';
import { chooseTheme, theme, THEMES, type Theme } from '../app/theme.ts';
import { useValue } from '../app/value.ts';
import { Select } from '../parts/field.tsx';
import { isLanguage, LANGUAGES } from '../words/languages.ts';

export function LanguageChoice(): JSX.Element {
  const { id, words } = useLanguage();
  return (
    <Select
      compact
      label={words.frame.language}
      value={id}
      onValue={next => isLanguage(next) && void speak(next, { remember: true })}
      options={Object.entries(LANGUAGES).map(([value, text]) => ({ value, text }))}
    />
  );
}

export function ThemeChoice(): JSX.Element {
  const { words } = useLanguage();
  const now = useValue(theme);
  return (
    <Select
      compact
      label={words.frame.theme}
      value={now}
      onValue={next => chooseTheme(next as Theme)}
      options={THEMES.map(value => ({ value, text: words.frame.themes[value] }))}
    />
  );
}

export function ZoneChoice(): JSX.Element {
  const { words, format } = useLanguage();
  const here = browserZone();
  const options = [...new Set([here, 'UTC'])].map(value => ({ value, text: value === 'UTC' ? words.frame.utc : value }));
  return (
    <Select
      compact
      label={words.frame.times}
      value={format.zone}
      onValue={next => chooseZone(next === 'UTC' && here !== 'UTC')}
      options={options}
    />
  );
}
