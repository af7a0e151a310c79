// Messages: search by address, id and tokens; rows by cursor, drawn only near the window; states change as events tell, new mail waits in a pill.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { useLive, useMissed } from '../../app/live.ts';
import { go, useQuery } from '../../app/place.ts';
import { withQuery } from '../../app/route.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Empty, Failed, Skeleton } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { SearchBar } from '../../parts/search-bar.tsx';
import { DataTable } from '../../parts/table.tsx';
import { columnsOf } from './columns.tsx';
import { ReleaseAll } from './release-all.tsx';
import { recentSearches, remember } from './recent.ts';
import { changedBy, type Email } from './rows.ts';
import { readSearch, type Search } from './search.ts';

const QUICK: readonly string[] = ['state:deferred', 'state:bounced', 'state:held', 'direction:in', 'since:24h'];

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const [q, setQ] = useQuery('q');
  const [opened, setOpened] = useState(Date.now);
  const { search, id, unknown } = readSearch(q, opened);
  useEffect(() => {
    if (id) go(`/messages/${id}`, { replace: true });
  }, [id]);
  const find = (text: string): void => {
    setOpened(Date.now());
    remember(text);
    setQ(text || null);
  };
  const [focus, setFocus] = useState(0);
  useShortcuts({ '/': { says: words.messages.keys.search, run: () => setFocus(n => n + 1) } });
  return (
    <>
      <Head
        title={words.messages.title}
        actions={
          <Link to="/compose" class="button primary">
            {words.messages.send}
          </Link>
        }
      />
      <SearchBar
        label={words.messages.search}
        hint={words.messages.searchHint}
        submit={words.messages.submit}
        value={q}
        onSearch={find}
        recent={recentSearches()}
        focus={focus}
      />
      <div class="row">
        {QUICK.map(token => {
          const on = q.split(/\s+/).includes(token);
          return (
            <Button key={token} pressed={on} onPress={() => find(on ? q.replace(token, '').trim() : `${q} ${token}`.trim())}>
              {words.messages.quick[token as keyof typeof words.messages.quick]}
            </Button>
          );
        })}
      </div>
      {unknown.length > 0 ? (
        <div class="failed" role="alert">
          <p>{words.messages.unknown({ words: unknown.join(' ') })}</p>
        </div>
      ) : (
        <Rows search={search} searched={q !== ''} />
      )}
    </>
  );
}

function Rows({ search, searched }: { readonly search: Search; readonly searched: boolean }): JSX.Element {
  const { words, format } = useLanguage();
  const who = useSession();
  const list = useList<Email>('/v1/emails', search);
  const [newer, setNewer] = useState(0);
  const [at, setAt] = useState(-1);
  useLive(event => {
    if (event.type === 'accepted' || event.type === 'received') setNewer(n => n + 1);
    else list.change(row => changedBy(row, event));
  });
  useMissed(list.again);
  const again = (): void => {
    setNewer(0);
    setAt(-1);
    list.again();
  };
  const move = (step: number): void => setAt(now => Math.max(0, Math.min(list.rows.length - 1, now + step)));
  useShortcuts({
    j: { says: words.messages.keys.next, run: () => move(1) },
    k: { says: words.messages.keys.before, run: () => move(-1) },
    Enter: { says: words.messages.keys.open, run: () => list.rows[at] && go(`/messages/${list.rows[at].id}`) },
  });
  if (list.fault && list.rows.length === 0) return <Failed fault={list.fault} again={list.again} />;
  if (list.waiting && list.rows.length === 0) return <Skeleton lines={12} />;
  if (list.rows.length === 0) return searched ? <Empty text={words.messages.nothing} /> : <NoMail onAgain={again} newer={newer} />;
  return (
    <section class="card" aria-busy={list.waiting}>
      <DataTable
        long
        caption={words.messages.title}
        columns={columnsOf(words, format, who.operator)}
        rows={list.rows}
        keyOf={row => row.id}
        csv="messages"
        at={at}
        onEnd={list.more ? list.readMore : undefined}
        bar={
          <span aria-live="polite">
            {newer > 0 && (
              <Button kind="primary" onPress={again}>
                {words.messages.newer({ shown: format.number(newer) })}
              </Button>
            )}{' '}
            {search.state === 'held' && may(who, 'manage') && <ReleaseAll rows={list.rows} onDone={again} />}{' '}
            <span class="note">{words.messages.shown({ shown: format.number(list.rows.length), more: list.more })}</span>
          </span>
        }
      />
      {list.fault && <Failed fault={list.fault} again={list.again} />}
      {list.more && !list.fault && (
        <Button onPress={list.readMore} busy={list.waiting}>
          {words.frame.more}
        </Button>
      )}
    </section>
  );
}

function NoMail({ onAgain, newer }: { readonly onAgain: () => void; readonly newer: number }): JSX.Element {
  const { words } = useLanguage();
  useEffect(() => {
    if (newer > 0) onAgain();
  }, [newer]);
  return (
    <Empty
      text={words.messages.empty}
      action={
        <Link to={withQuery('/compose', { sample: 'receipt', to: 'success@simulator.sesame.test' })} class="button primary">
          {words.messages.send}
        </Link>
      }
      call={`curl ${location.origin}/v1/emails -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"from":"you@YOUR-DOMAIN","to":["success@simulator.sesame.test"],"subject":"Hello","text":"It works."}'`}
    />
  );
}
