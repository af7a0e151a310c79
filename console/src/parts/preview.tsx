// A mail as a reader sees it: posted into a sandboxed frame of its own, which runs no script and loads nothing from elsewhere (the server's policy
// for it says so). A new frame each time, so that the browser's Back never walks through drafts.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';
import { useSession } from '../app/session.ts';
import { viewed } from './preview-view.ts';
import { Tabs } from './tabs.tsx';

const VIEWS = ['desktop', 'phone', 'dark', 'plain', 'text'] as const;
type View = (typeof VIEWS)[number];

export function Preview({ html, text }: { readonly html: string; readonly text: string }): JSX.Element {
  const { words } = useLanguage();
  const w = words.compose.preview;
  const [view, setView] = useState<View>('desktop');
  return (
    <Tabs label={w.title} tabs={VIEWS.map(id => ({ id, text: w.views[id] }))} at={view} onChange={setView}>
      {view === 'text' ? (
        <pre class="reply outside" dir="auto" lang="">
          {text}
        </pre>
      ) : html === '' ? (
        <p class="soft">{w.noHtml}</p>
      ) : (
        <PreviewFrame html={viewed(html, view)} narrow={view === 'phone'} />
      )}
      <p class="note">{view === 'dark' ? w.darkNote : w.note}</p>
    </Tabs>
  );
}

function PreviewFrame({ html, narrow }: { readonly html: string; readonly narrow: boolean }): JSX.Element {
  const { words } = useLanguage();
  const { csrf } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const [round, setRound] = useState(0);
  useEffect(() => setRound(n => n + 1), [html, narrow]);
  useEffect(() => {
    if (round > 0) form.current?.submit();
  }, [round]);
  const name = `preview-${round}`;
  return (
    <>
      <form ref={form} method="post" action="/console/preview" target={name} hidden>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="html" value={html} />
      </form>
      <iframe key={name} name={name} sandbox="" title={words.compose.preview.title} class={narrow ? 'preview narrow' : 'preview'} />
    </>
  );
}
