// The blocked library: one box that says yes or no and why; entries are searched for, never listed all; add, import, lists, export.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { callHeaders, type Page as PageOf } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { useQuery } from '../../app/place.ts';
import { acting, may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useValue } from '../../app/value.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { SearchBar } from '../../parts/search-bar.tsx';
import { saveFile } from '../../parts/table.tsx';
import { tell } from '../../parts/toast.tsx';
import { AddEntry } from './add.tsx';
import { Entries, type Entry } from './entry.tsx';
import { Import } from './import.tsx';
import { Lists, type List } from './lists.tsx';
import { readQuestion } from './question.ts';
import { Verdict } from './verdict.tsx';

const EXPORT = '/v1/blocked/export?format=csv';

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.library;
  const who = useSession();
  const account = useValue(acting);
  const [q, setQ] = useQuery('q');
  const [, setList] = useQuery('list');
  const [focus, setFocus] = useState(0);
  const [adding, setAdding] = useState(false);
  const [round, setRound] = useState(0);
  const lists = useAsk<PageOf<List>>('/v1/blocked/lists');
  const question = q === '' ? null : readQuestion(q);
  const mayManage = may(who, 'manage');
  const changed = (): void => {
    setRound(n => n + 1);
    lists.again();
  };
  useShortcuts({
    '/': { says: w.keysHelp.ask, run: () => setFocus(n => n + 1) },
    a: { says: w.keysHelp.add, run: () => mayManage && setAdding(true) },
  });
  return (
    <>
      <Head
        title={w.title}
        note={who.operator && <Link to="/library/feeds">{words.feeds.title}</Link>}
        actions={
          mayManage && (
            <Button kind="primary" onPress={() => setAdding(true)} keys="a">
              {w.add}
            </Button>
          )
        }
      />
      <section class="card">
        <SearchBar label={w.box} hint="ana@example.com" submit={w.look} value={q} onSearch={text => setQ(text || null)} focus={focus} />
        {q === '' && <p class="soft">{w.intro}</p>}
        {q !== '' && question === null && (
          <div class="failed" role="alert">
            <p>{w.notUnderstood}</p>
          </div>
        )}
        {question && <Verdict key={`${account?.id ?? ''} ${round}`} question={question} />}
      </section>
      <Search round={round} />
      {mayManage && <Import onDone={changed} />}
      <Lists asked={lists} onShow={setList} />
      {adding && (
        <AddEntry
          first={question?.patterns[0] ?? ''}
          onClose={() => setAdding(false)}
          onAdded={entry => {
            setAdding(false);
            tell(w.added({ pattern: entry.pattern ?? '' }));
            setQ(entry.pattern);
            changed();
          }}
        />
      )}
    </>
  );
}

/** Entries by how they begin, or those of a list; nothing is asked for before that. */
function Search({ round }: { readonly round: number }): JSX.Element {
  const { words } = useLanguage();
  const w = words.library;
  const [prefix, setPrefix] = useQuery('prefix');
  const [list, setList] = useQuery('list');
  const isAsked = prefix !== '' || list !== '';
  const found = useList<Entry>(isAsked ? '/v1/blocked' : null, { prefix, list });
  return (
    <Card title={list === '' ? w.entries : `${w.columns.list}: ${list}`} actions={<Export />}>
      <SearchBar
        label={w.prefix}
        hint="@example.com"
        submit={w.find}
        value={prefix}
        onSearch={text => setPrefix(text.toLowerCase() || null)}
      />
      {list !== '' && (
        <p>
          <Button onPress={() => setList(null)}>✕ {list}</Button>
        </p>
      )}
      {isAsked && (
        <ListOf key={round} list={found} empty={<p class="soft">{found.more ? w.lookFurther : w.nothing}</p>}>
          <Entries caption={w.entries} rows={found.rows} onGone={found.again} />
        </ListOf>
      )}
    </Card>
  );
}

/** A link where the cookie says whose entries are meant; an operator who acts for an account needs a header, which links do not send. */
function Export(): JSX.Element {
  const { words } = useLanguage();
  const w = words.library;
  const account = useValue(acting);
  const [busy, setBusy] = useState(false);
  if (!account)
    return (
      <a class="button" href={EXPORT} download="blocked.csv">
        {w.exportAll}
      </a>
    );
  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await fetch(EXPORT, { headers: { ...callHeaders('GET'), accept: 'text/csv' } }).catch(() => null);
    if (answer?.ok) saveFile('blocked.csv', 'text/csv', await answer.text());
    else tell(words.frame.failed);
    setBusy(false);
  };
  return (
    <Button busy={busy} onPress={() => void save()}>
      {w.exportAll}
    </Button>
  );
}
