// The navigation in its groups, and below it account, language, theme, zone, sign-out.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { faultText } from '../app/fault.ts';
import { useLanguage } from '../app/language.ts';
import { place } from '../app/place.ts';
import { matchPath } from '../app/route.ts';
import { useSession } from '../app/session.ts';
import { signOut } from '../app/sign-in.ts';
import { useValue } from '../app/value.ts';
import type { Group, PageEntry } from '../pages.ts';
import { Button } from '../parts/button.tsx';
import { Link } from '../parts/link.tsx';
import { tell } from '../parts/toast.tsx';
import { AccountChoice } from './account-choice.tsx';
import { LanguageChoice, ThemeChoice, ZoneChoice } from './choices.tsx';

const GROUPS: readonly Group[] = ['main', 'trust', 'build', 'operator'];

type Props = { readonly pages: readonly PageEntry[]; readonly onPalette: () => void; readonly onFollow?: () => void };

export function Navigation({ pages, onPalette, onFollow }: Props): JSX.Element {
  const { words } = useLanguage();
  const who = useSession();
  const { path } = useValue(place);
  const isHere = (page: PageEntry): boolean => (page.path === '/' ? path === '/' : path === page.path || path.startsWith(`${page.path}/`));
  return (
    <nav class="navigation" aria-label={words.frame.menu}>
      <span class="product">{words.frame.product}</span>
      {who.operator && <AccountChoice />}
      {GROUPS.map(group => {
        const of = pages.filter(page => page.group === group && matchPath(page.path, page.path) !== null);
        if (of.length === 0 && group !== 'build') return null;
        return (
          <div key={group} class="nav-group">
            {group !== 'main' && <h2>{words.frame.groups[group]}</h2>}
            <ul>
              {of.map(page => (
                <li key={page.path}>
                  <Link to={page.path} current={isHere(page)} {...(onFollow ? { onFollow } : {})}>
                    {words[page.words].title}
                  </Link>
                </li>
              ))}
              {group === 'build' && (
                <li>
                  <a href="/docs">{words.frame.reference}</a>
                </li>
              )}
            </ul>
          </div>
        );
      })}
      <Foot name={who.name} onPalette={onPalette} />
    </nav>
  );
}

function Foot({ name, onPalette }: { readonly name: string; readonly onPalette: () => void }): JSX.Element {
  const { words } = useLanguage();
  const [busy, setBusy] = useState(false);
  const leave = async (everywhere: boolean): Promise<void> => {
    setBusy(true);
    const fault = await signOut(everywhere);
    setBusy(false);
    if (fault) tell(faultText(words, fault));
  };
  return (
    <div class="nav-foot">
      <Button onPress={onPalette} keys="Control+K">
        {words.frame.palette.title} <kbd>Ctrl K</kbd>
      </Button>
      <LanguageChoice />
      <ThemeChoice />
      <ZoneChoice />
      <p class="note outside">{words.frame.signedInAs({ name })}</p>
      <Button kind="quiet" busy={busy} onPress={() => void leave(false)}>
        {words.frame.signOut}
      </Button>
      <Button kind="quiet" busy={busy} onPress={() => void leave(true)}>
        {words.frame.signOutEverywhere}
      </Button>
    </div>
  );
}
