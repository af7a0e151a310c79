// The frame of every page: navigation, the page of the path, what is told above it (acting for an account, a cut stream), keys, go anywhere.
import type { ComponentChildren, ComponentType, JSX } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import type { Fault } from '../app/api.ts';
import { useLanguage } from '../app/language.ts';
import { cutSince, reconnect, useReturned } from '../app/live.ts';
import { go, place } from '../app/place.ts';
import { matchPath } from '../app/route.ts';
import { acting, actFor, useSession } from '../app/session.ts';
import { useShortcuts } from '../app/shortcuts.ts';
import { useValue } from '../app/value.ts';
import { PAGES, type PageEntry, type PageProps } from '../pages.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failed, Skeleton } from '../parts/blocks.tsx';
import { Head } from '../parts/head.tsx';
import { Link } from '../parts/link.tsx';
import { KeysDialog } from './keys.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';

export function Frame(): JSX.Element {
  const { words } = useLanguage();
  const who = useSession();
  const [open, setOpen] = useState<'menu' | 'keys' | 'palette' | null>(null);
  /** A dialog tells of its end a little late: what was opened meanwhile stays. */
  const close = (which: typeof open) => (): void => setOpen(now => (now === which ? null : now));
  const pages = PAGES.filter(page => !page.operatorOnly || who.operator);
  useShortcuts({
    '?': { says: words.frame.keys.help, run: () => setOpen('keys') },
    'ctrl+k': { says: words.frame.keys.palette, run: () => setOpen('palette') },
    ...Object.fromEntries(
      pages.flatMap(({ key, path, words: name }) =>
        key ? [[`g ${key}`, { says: words.frame.keys.goTo({ page: words[name].title }), run: () => go(path) }]] : [],
      ),
    ),
  });
  return (
    <div class="frame">
      <a class="skip" href="#page">
        {words.frame.skip}
      </a>
      <div class="top">
        <IconButton label={words.frame.menu} sign="☰" onPress={() => setOpen('menu')} />
        <span class="product">{words.frame.product}</span>
      </div>
      <aside class="side-bar">
        <Navigation pages={pages} onPalette={() => setOpen('palette')} />
      </aside>
      <div class="body">
        <Notices />
        <main id="page" tabIndex={-1}>
          <Shown pages={pages} />
        </main>
      </div>
      {open === 'menu' && (
        <Dialog side title={words.frame.product} onClose={close('menu')}>
          <Navigation pages={pages} onFollow={close('menu')} onPalette={() => setOpen('palette')} />
        </Dialog>
      )}
      {open === 'keys' && <KeysDialog onClose={close('keys')} />}
      {open === 'palette' && <Palette pages={pages} onClose={close('palette')} />}
    </div>
  );
}

/** The striped bar while an operator acts for an account, and the bar of a cut stream. */
function Notices(): JSX.Element {
  const { words, format } = useLanguage();
  const account = useValue(acting);
  const cut = useValue(cutSince);
  return (
    <>
      {account && (
        <div class="acting">
          <span>{words.frame.actingFor({ name: account.name })}</span>
          <Button onPress={() => actFor(null)}>{words.frame.stopActing}</Button>
        </div>
      )}
      <div role="status">
        {cut !== null && (
          <div class="stale row">
            <span>{words.frame.cut({ time: format.time(cut) })}</span>
            <Button onPress={reconnect}>{words.frame.reconnect}</Button>
          </div>
        )}
      </div>
    </>
  );
}

const UNREACHABLE: Fault = { code: 'unreachable', message: '', status: 0, requestId: null, retrySeconds: null };

function Shown({ pages }: { readonly pages: readonly PageEntry[] }): JSX.Element {
  const { words } = useLanguage();
  const { path } = useValue(place);
  const account = useValue(acting);
  const found = pages.flatMap(page => {
    const params = matchPath(page.path, path);
    return params ? [{ page, params }] : [];
  })[0];
  const [loaded, setLoaded] = useState<{ readonly of: PageEntry; readonly Page: ComponentType<PageProps> } | null>(null);
  const [broken, setBroken] = useState<PageEntry | null>(null);
  const [round, setRound] = useState(0);
  const again = (): void => setRound(n => n + 1);
  useReturned(broken !== null, again);
  useEffect(() => {
    const page = found?.page;
    if (!page) return;
    setBroken(null);
    // Who went on meanwhile wants the other page.
    let isHere = true;
    page.load().then(
      ({ Page }) => isHere && setLoaded({ of: page, Page }),
      () => isHere && setBroken(page),
    );
    return () => void (isHere = false);
  }, [found?.page, round]);
  if (!found) {
    return (
      <>
        <Head title={words.frame.notFound} />
        <p>{words.frame.notFoundMore}</p>
        <p>
          <Link to="/">{words.frame.toOverview}</Link>
        </p>
      </>
    );
  }
  // Its code did not come. Where it does not when asked again, the server has a newer console.
  if (broken === found.page) return <Failed fault={UNREACHABLE} again={round > 0 && navigator.onLine ? () => location.reload() : again} />;
  if (loaded?.of !== found.page) return <Skeleton lines={8} />;
  // Another account or another thing is another page: nothing of the one before is left in it.
  return (
    <Guard key={`${path} ${account?.id ?? ''}`}>
      <loaded.Page params={found.params} />
    </Guard>
  );
}

function Broken(): JSX.Element {
  const { words } = useLanguage();
  return (
    <div class="failed" role="alert">
      <p class="strong">{words.frame.brokenPage}</p>
      <p>{words.frame.brokenPageMore}</p>
      <Button onPress={() => location.reload()}>{words.frame.again}</Button>
    </div>
  );
}

/** A page with a bug takes only itself down. */
function Guard({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const [fault] = useErrorBoundary();
  return fault ? <Broken /> : <>{children}</>;
}
