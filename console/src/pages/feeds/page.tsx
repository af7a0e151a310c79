// Feeds of the blocked library: is each of them in force, since when, and if not, what does its server say? And the DNS blocklists beside them.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { send, type Page as PageOf } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import { Empty, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Removal } from '../../parts/removal.tsx';
import { tell } from '../../parts/toast.tsx';
import { isDue, type Feed } from './feed.ts';
import { FeedForm } from './form.tsx';
import { FeedTable } from './table.tsx';
import { Zones } from './zones.tsx';

/** How often, and for how long, one that was asked for just now is looked at. */
const LOOK_MS = 1_000;
const WATCH_MS = 90_000;

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.feeds;
  const asked = useAsk<PageOf<Feed>>('/v1/feeds');
  const [editing, edit] = useState<Feed | 'new' | null>(null);
  const [doomed, setDoomed] = useState<Feed | null>(null);
  const [watchUntil, watch] = useState(0);
  const feeds = asked.value?.data ?? [];
  useShortcuts({ n: { says: w.add, run: () => edit('new') } });
  useEffect(() => {
    if (Date.now() > watchUntil || !feeds.some(one => isDue(one, Date.now()))) return;
    const timer = setTimeout(asked.again, LOOK_MS);
    return () => clearTimeout(timer);
  }, [asked.at, watchUntil]);
  /** It is pulled within a second: what comes of it is looked at. */
  const put = (feed: Feed): void => {
    const others = feeds.filter(one => one.id !== feed.id);
    asked.put({
      data: feeds.some(one => one.id === feed.id) ? feeds.map(one => (one.id === feed.id ? feed : one)) : [...others, feed],
      next: null,
    });
    watch(Date.now() + WATCH_MS);
  };
  const pull = useWork(
    ({ id }: Feed, force: boolean) => send<Feed>('POST', `/v1/feeds/${id}/pull`, force ? { force } : {}),
    feed => {
      put(feed);
      tell(w.pulled({ name: feed.name }));
    },
  );
  return (
    <>
      <Head
        title={w.title}
        above={<Link to="/library">{words.library.title}</Link>}
        actions={
          <Button kind="primary" onPress={() => edit('new')} keys="n">
            {w.add}
          </Button>
        }
      />
      <p class="soft">{w.note}</p>
      {pull.fault && <Failed fault={pull.fault} />}
      <Card title={w.title}>
        <Loaded asked={asked} lines={4}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty
                text={w.none}
                call={curl('POST', '/v1/feeds', { name: 'bad-senders', url: 'https://lists.example/bad.txt', format: 'plain' })}
              />
            ) : (
              <FeedTable rows={data} busy={pull.busy} onPull={pull.run} onChange={edit} onRemove={setDoomed} />
            )
          }
        </Loaded>
      </Card>
      <Zones />
      {editing && (
        <FeedForm
          feed={editing === 'new' ? null : editing}
          onClose={() => edit(null)}
          onDone={feed => {
            edit(null);
            put(feed);
            tell(w.saved({ name: feed.name }));
          }}
        />
      )}
      {doomed && (
        <Remove
          feed={doomed}
          onClose={() => setDoomed(null)}
          onDone={() => asked.put({ data: feeds.filter(one => one.id !== doomed.id), next: null })}
        />
      )}
    </>
  );
}

function Remove({
  feed,
  onDone,
  onClose,
}: {
  readonly feed: Feed;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { words } = useLanguage();
  const w = words.feeds;
  const done = (): void => {
    onDone();
    onClose();
  };
  return (
    <Removal
      path={`/v1/feeds/${feed.id}`}
      title={w.remove}
      text={w.removeText}
      name={feed.name}
      action={w.remove}
      said={w.removed({ name: feed.name })}
      onDone={done}
      onClose={onClose}
    />
  );
}
