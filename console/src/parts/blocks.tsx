// The five states of what is read: waiting (the same height, after 150 ms), empty (what will be here, the action, the call), failed (what, request
// id, again), old while the stream is cut, and there.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Fault } from '../app/api.ts';
import { isSettled, type Asked, type Reading } from '../app/ask.ts';
import { useLanguage } from '../app/language.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy.tsx';
import { Outside } from './outside.tsx';

const SHOW_AFTER_MS = 150;

/** `lines`: how tall what will be here is. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }): JSX.Element {
  const { words } = useLanguage();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={late ? 'skeleton late' : 'skeleton'} role="status">
      <span class="hidden-visually">{late ? words.frame.loading : ''}</span>
      {Array.from({ length: lines }, (_, n) => (
        <div key={n} class="bar" />
      ))}
    </div>
  );
}

/** What a fault means, in the reader's language, with the server's own words under it. */
export function Failed({ fault, again }: { readonly fault: Fault; readonly again?: (() => void) | undefined }): JSX.Element {
  const { words } = useLanguage();
  const known: Readonly<Record<string, string>> = words.frame.errors;
  return (
    <div class="failed" role="alert">
      <p class="strong">{Object.hasOwn(known, fault.code) ? known[fault.code] : words.frame.failed}</p>
      {fault.status > 0 && (
        <p class="soft">
          <Outside text={fault.message} />
        </p>
      )}
      <p class="row">
        {fault.requestId && <span class="note mono">{words.frame.requestId({ id: fault.requestId })}</span>}
        {again && <Button onPress={again}>{words.frame.again}</Button>}
      </p>
    </div>
  );
}

export function Empty({
  text,
  action,
  call,
}: {
  readonly text: ComponentChildren;
  readonly action?: ComponentChildren;
  readonly call?: string;
}): JSX.Element {
  return (
    <div class="empty">
      <p>{text}</p>
      {action && <p class="row">{action}</p>}
      {call && <Call text={call} />}
    </div>
  );
}

/** The same by curl, to copy. */
export function Call({ text }: { readonly text: string }): JSX.Element {
  const { words } = useLanguage();
  return (
    <figure class="call">
      <figcaption class="row note">
        {words.frame.byCall} <CopyButton text={text} />
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}

const REST_OF_PAGE = 24;

/** What stands below something of unknown height: it asks for its own at once, and is drawn when that is known, so that nothing moves. */
export function Below({ of, children }: { readonly of: Reading; readonly children: ComponentChildren }): JSX.Element {
  const [known, setKnown] = useState(false);
  const isKnown = known || isSettled(of);
  if (isKnown && !known) setKnown(true);
  return (
    <>
      {!isKnown && <Skeleton lines={REST_OF_PAGE} />}
      <div class="below" hidden={!isKnown}>
        {children}
      </div>
    </>
  );
}

/** Waiting, failed or there: the one way a card shows what it asked for. A failed refresh keeps what is known. */
export function Loaded<T>({
  asked,
  lines,
  children,
}: {
  readonly asked: Pick<Asked<T>, 'value' | 'fault' | 'again'>;
  readonly lines?: number;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  if (asked.value !== undefined) return <>{children(asked.value)}</>;
  if (asked.fault) return <Failed fault={asked.fault} again={asked.again} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
}
