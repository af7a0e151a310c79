// Text of strangers (peer replies, HELO names, header names, DNS answers): cut, with control and direction marks made visible, isolated. Preact
// escapes it; nothing here or elsewhere sets HTML.
import type { JSX } from 'preact';
import { plainText } from './plain-text.ts';

export function Outside({
  text,
  max = 500,
  block = false,
}: {
  readonly text: string;
  readonly max?: number;
  readonly block?: boolean;
}): JSX.Element {
  const shown = plainText(text, max);
  return block ? (
    <pre class="reply outside" dir="auto" lang="">
      {shown}
    </pre>
  ) : (
    <span class="outside" dir="auto" lang="">
      {shown}
    </span>
  );
}
