// Start: the language, who is signed in, then the frame with the page of the path. Keys and the live stream run beside.
import { render, type JSX } from 'preact';
import { useValue } from './app/value.ts';
import { firstLanguage, speak, useSaid } from './app/language.ts';
import { askSession } from './app/sign-in.ts';
import { startLive } from './app/live.ts';
import { session } from './app/session.ts';
import { startShortcuts } from './app/shortcuts.ts';
import { startTheme } from './app/theme.ts';
import { Frame } from './frame/frame.tsx';
import { SignIn } from './frame/sign-in.tsx';
import { Toasts } from './parts/toast.tsx';
import './look/tokens.css';
import './look/base.css';
import './look/frame.css';
import './look/parts.css';
import './look/table.css';
import './look/pages.css';
import './look/trust.css';
import './look/build.css';

function App(): JSX.Element | null {
  const said = useSaid();
  const who = useValue(session);
  if (!said || who === undefined) return null;
  return (
    <>
      {who ? <Frame /> : <SignIn />}
      <Toasts />
    </>
  );
}

startTheme();
startShortcuts();
startLive();
render(<App />, document.getElementById('app') as HTMLElement);
await Promise.all([speak(firstLanguage()), askSession()]);
