// What filter and scanner said: the verdict with its reasons, harmful first, and every part that was looked into. Names of files are content: never
// here.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { KeyValue, type Pair } from '../../parts/card.tsx';
import { Outside } from '../../parts/outside.tsx';
import type { Message, Reason, Scanned } from './facts.ts';

const TONES: Readonly<Record<string, Tone>> = { PASS: 'good', GRAY: 'warn', FAIL: 'bad', PROCESSING_FAILED: 'warn', DISABLED: 'idle' };

export function Verdict({ of }: { readonly of: string }): JSX.Element {
  const { words } = useLanguage();
  const names: Readonly<Record<string, string>> = words.message.verdicts;
  return <Badge tone={TONES[of] ?? 'idle'}>{names[of] ?? of}</Badge>;
}

const AUTH = ['spf', 'dkim', 'dmarc', 'arc'] as const;

export function Inspection({ message }: { readonly message: Message }): JSX.Element {
  const { spam, virus } = message;
  const { words, format } = useLanguage();
  const w = words.message;
  const parts = virus?.partsTotal ?? virus?.parts?.length ?? 0;
  const engines = (virus?.engines ?? []).map(one => `${one.name} ${one.version}`).join(' + ');
  return (
    <>
      <KeyValue
        pairs={[
          spam
            ? [
                w.spam,
                <>
                  <Verdict of={spam.verdict} />{' '}
                  {spam.score === null ? '' : w.probability({ shown: format.number(Math.round(spam.score * 100) / 100) })}
                </>,
              ]
            : null,
          virus
            ? [
                w.virus,
                <>
                  <Verdict of={virus.verdict} /> {w.parts({ count: parts, shown: format.number(parts) })} · {engines}
                </>,
              ]
            : null,
          ...AUTH.map((name): Pair | null => {
            const auth = message[name];
            if (!auth) return null;
            return [
              name.toUpperCase(),
              <>
                <Verdict of={auth.verdict} /> {auth.result} {auth.domain && <Outside text={auth.domain} max={120} />}
              </>,
            ];
          }),
        ]}
      />
      {spam?.reasons && spam.reasons.length > 0 && (
        <details>
          <summary>{w.reasons}</summary>
          <Reasons title={w.harmful} of={spam.reasons.filter(one => one.weight > 0).toSorted((a, b) => b.weight - a.weight)} />
          <Reasons title={w.helpful} of={spam.reasons.filter(one => one.weight < 0).toSorted((a, b) => a.weight - b.weight)} />
        </details>
      )}
      {virus?.parts && virus.parts.length > 0 && (
        <details>
          <summary>{w.scannedParts}</summary>
          <Parts of={virus.parts} />
        </details>
      )}
    </>
  );
}

/** Each reason with its weight as a bar against the heaviest of 4. */
function Reasons({ title, of }: { readonly title: string; readonly of: readonly Reason[] }): JSX.Element | null {
  const { format } = useLanguage();
  if (of.length === 0) return null;
  return (
    <>
      <h3 class="reasons-title">{title}</h3>
      <ul class="reasons">
        {of.map(({ id, weight, title: text }) => (
          <li key={id} class={weight > 0 ? 'bad' : 'good'}>
            <span>
              {text} <code class="faint">{id}</code>
            </span>
            <span class="number">{format.number(weight)}</span>
            <span class="meter" aria-hidden="true">
              <div style={{ width: `${Math.min(100, Math.abs(weight) * 25)}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Parts({ of }: { readonly of: readonly Scanned[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.message;
  return (
    <div class="scroll" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{w.part}</th>
            <th scope="col">{w.type}</th>
            <th scope="col" class="number">
              {w.size}
            </th>
            <th scope="col">{w.hash}</th>
            <th scope="col">{w.result}</th>
          </tr>
        </thead>
        <tbody>
          {of.map(part => (
            <tr key={part.path}>
              <td>
                <code>{part.path}</code>
              </td>
              <td>
                <Outside text={part.type} max={60} />
              </td>
              <td class="number">{format.bytes(part.size)}</td>
              <td>
                <code title={part.sha256}>{part.sha256.slice(0, 12)}</code>
              </td>
              <td>
                <Verdict of={part.verdict} /> {part.finding && <Outside text={part.finding} max={80} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
