// The sign-in page. The path stays, so that a link leads on after it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Fault } from '../app/api.ts';
import { useLanguage } from '../app/language.ts';
import { endedByServer } from '../app/session.ts';
import { signIn } from '../app/sign-in.ts';
import { useValue } from '../app/value.ts';
import { Failed } from '../parts/blocks.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { LanguageChoice, ThemeChoice } from './choices.tsx';

export function SignIn(): JSX.Element {
  const { words } = useLanguage();
  const ended = useValue(endedByServer);
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${words.signIn.title} · ${words.frame.product}`;
  }, [words]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (key.trim() === '') return;
    setBusy(true);
    const found = await signIn(key);
    setBusy(false);
    setFault(found);
    if (found === null) setKey('');
  };
  const error = fault?.code === 'unauthenticated' ? words.signIn.wrong : fault?.code === 'rate_limited' ? words.signIn.tooMany : undefined;
  return (
    <main class="sign-in">
      <form class="card" onSubmit={event => void submit(event)}>
        <p class="product">{words.frame.product}</p>
        <h1>{words.signIn.title}</h1>
        <p class="soft" role="status">
          {ended ? words.signIn.ended : words.signIn.lead}
        </p>
        <Field
          label={words.signIn.key}
          type="password"
          value={key}
          onValue={setKey}
          hint={words.signIn.hint}
          error={error}
          autoComplete="current-password"
          autoFocus
          required
          mono
        />
        {fault && !error && <Failed fault={fault} />}
        <div class="row">
          <Button type="submit" kind="primary" busy={busy}>
            {words.signIn.submit}
          </Button>
        </div>
      </form>
      <div class="row">
        <LanguageChoice />
        <ThemeChoice />
        <a href="/docs">{words.frame.reference}</a>
      </div>
    </main>
  );
}
