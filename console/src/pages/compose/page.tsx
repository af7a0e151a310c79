// Compose and score: what do I fix first? Write, or drop an .eml; the score stands beside it while one writes, findings are marked in the source.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { newIdempotencyKey, send, type Outcome, type Page as Listed } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useQuery } from '../../app/place.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import { Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Preview } from '../../parts/preview.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { base64Of, NO_FILES, takenByAll, type Files, type Room } from './attached.ts';
import { bytesOf, contentOf, isReady, wholeEmail, type Way } from './draft.ts';
import { DraftForm, SourceForm, type Shown } from './editor.tsx';
import { useLiveScore } from './live-score.ts';
import { Quality } from './quality.tsx';
import { EMPTY, isSample, sampleOf, SAMPLES, type Draft, type Sample } from './samples.ts';

type Sent = { readonly id: string; readonly status: string };

export function Page(): JSX.Element {
  const { words, id: language } = useLanguage();
  const w = words.compose;
  const who = useSession();
  const [sample] = useQuery('sample');
  const [to] = useQuery('to');
  const domains = useAsk<Listed<{ readonly name: string; readonly state: string }>>('/v1/domains?limit=100');
  const domain = domains.value?.data.find(one => one.state === 'verified')?.name;
  const [way, setWay] = useState<Way>('form');
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, to });
  const [source, setSource] = useState<{ readonly text: string; readonly file: Blob | null }>({ text: '', file: null });
  const [files, setFiles] = useState<Files>(NO_FILES);
  const limits = useAsk<Room>('/v1/limits').value ?? null;
  const [shown, setShown] = useState<Shown>(null);
  const from = domain ? `hello@${domain}` : draft.from;
  const take = (which: Sample): void => {
    setWay('form');
    setDraft(sampleOf(which, from || 'hello@YOUR-DOMAIN', to || undefined));
  };
  useEffect(() => {
    if (!domain) return;
    if (isSample(sample)) take(sample);
    else setDraft(now => (now.from === '' ? { ...now, from } : now));
  }, [domain]);

  const [sent, setSent] = useState<Sent | null>(null);
  const ready = isReady(way, draft, source.text);
  const email = (): Promise<Outcome<object>> => wholeEmail(draft, files.kept);
  const message = (): Blob => source.file ?? bytesOf(source.text);
  const taken = takenByAll(files.kept);
  const scored = useLiveScore(
    ready ? (way === 'form' ? { json: email, bytes: draft.html.length + draft.text.length + taken } : { raw: message() }) : null,
    way === 'form' ? JSON.stringify([draft, files.kept.map(({ name, size, lastModified }) => [name, size, lastModified])]) : source.text,
    language,
  );
  const work = useWork(async () => {
    const body = way === 'form' ? await email() : await rawEmail(message());
    return body.ok ? send<Sent>('POST', '/v1/emails', body.value, { 'idempotency-key': newIdempotencyKey() }) : body;
  }, setSent);
  const submit = (): void => {
    if (!ready || work.busy) return;
    setSent(null);
    work.run();
  };
  useShortcuts({ 'ctrl+Enter': { says: w.send, run: submit } });
  const content = contentOf(way, draft, source.text);
  return (
    <>
      <Head
        title={w.title}
        note={w.notKept}
        actions={
          may(who, 'send') && (
            <Button kind="primary" onPress={submit} busy={work.busy} disabled={!ready} keys="Control+Enter">
              {w.send}
            </Button>
          )
        }
      />
      <div role="status">
        {sent && (
          <p class="sent">
            {w.sent({ id: sent.id })}. {sent.status === 'held' && w.held} <Link to={`/messages/${sent.id}`}>{w.follow}</Link>
          </p>
        )}
      </div>
      {work.fault && <Failed fault={work.fault} />}
      <div class="row">
        <span class="soft">{w.samples}</span>
        {SAMPLES.map(which => (
          <Button key={which} onPress={() => take(which)}>
            {w.sample[which]}
          </Button>
        ))}
      </div>
      <div class="columns">
        <Card title={w.ways[way]}>
          <Tabs<Way>
            label={w.title}
            tabs={[
              { id: 'form', text: w.ways.form },
              { id: 'source', text: w.ways.source },
            ]}
            at={way}
            onChange={setWay}
          >
            {way === 'form' ? (
              <DraftForm
                draft={draft}
                onDraft={setDraft}
                files={files}
                onFiles={change => setFiles(change)}
                room={limits}
                findings={scored.report?.findings ?? []}
                fault={work.fault}
                shown={shown}
              />
            ) : (
              <SourceForm
                source={source.text}
                onSource={(text, file) => setSource({ text, file })}
                findings={scored.report?.findings ?? []}
                shown={shown}
              />
            )}
          </Tabs>
        </Card>
        <Quality
          scored={scored}
          ready={ready}
          attached={way === 'form' && files.kept.length > 0}
          onPlace={finding => setShown({ finding })}
        />
      </div>
      <Card title={w.preview.title}>
        <Preview html={content.html} text={content.text} />
      </Card>
    </>
  );
}

const rawEmail = async (message: Blob): Promise<Outcome<object>> => ({ ok: true, value: { raw: await base64Of(message) } });
