// The answer to one address, domain or IP: yes or no by the server's own look-up, why, since when, until when, and the entries behind it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, send, type Fault, type Page } from '../../app/api.ts';
import { once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { accountNow, may, useSession } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import { Badge } from '../../parts/badge.tsx';
import { Failed, Skeleton } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { KeyValue } from '../../parts/card.tsx';
import { Outside } from '../../parts/outside.tsx';
import { tell } from '../../parts/toast.tsx';
import { Entries, untilOf, whyOf, type Entry } from './entry.tsx';
import { entriesOf, type Question } from './question.ts';

type Check = { readonly address: string; readonly blocked: boolean; readonly class: string | null; readonly expiresAt: string | null };
type Answer = { readonly check: Check | null; readonly entries: readonly Entry[] };

export function Verdict({ question }: { readonly question: Question }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.library;
  const who = useSession();
  const [round, again] = useState(0);
  const [known, show] = useState<Answer | Fault | null>(null);
  useEffect(() => {
    let isOver = false;
    show(null);
    void askAll(question).then(answer => !isOver && show(answer));
    return () => void (isOver = true);
  }, [question.text, question.kind, round]);
  const allow = useWork(
    () => send('POST', '/v1/blocked', { pattern: question.patterns[0], action: 'allow', direction: 'both' }, once()),
    () => {
      tell(w.added({ pattern: question.patterns[0] ?? '' }));
      again(n => n + 1);
    },
  );
  const reload = (): void => again(n => n + 1);
  if (known === null) return <Skeleton lines={1} />;
  if ('code' in known) return <Failed fault={known} again={reload} />;
  const { check, entries } = known;
  const nearest = entries.find(one => one.action === 'block');
  const isBlocked = check?.blocked ?? nearest !== undefined;
  const kind = check ? check.class : (nearest?.class ?? null);
  return (
    <div class="stack" aria-live="polite">
      <p class="verdict">
        <Badge tone={isBlocked ? 'bad' : 'good'}>{isBlocked ? w.blocked : w.free}</Badge>{' '}
        <Outside text={isBlocked ? w.isBlocked({ what: question.text, why: whyOf(words, kind) }) : w.isFree({ what: question.text })} />
      </p>
      {isBlocked && (
        <KeyValue
          pairs={[
            nearest ? [w.since, format.time(nearest.createdAt)] : null,
            [w.until, untilOf(words, format, check ? check.expiresAt : (nearest?.expiresAt ?? null))],
          ]}
        />
      )}
      {question.kind === 'domain' && <p class="note">{w.domainAsked({ domain: question.text })}</p>}
      {isBlocked && !nearest && accountNow() !== null && <p class="soft">{w.byOthers}</p>}
      {entries.length > 0 && <Entries caption={w.covering} rows={entries} onGone={reload} />}
      {isBlocked && may(who, 'manage') && accountNow() !== null && (
        <p>
          <Button onPress={allow.run} busy={allow.busy}>
            {w.allow}
          </Button>
        </p>
      )}
      {allow.fault && <Failed fault={allow.fault} />}
    </div>
  );
}

/** The judgement and the entries at once; without a judgement there is no answer. */
async function askAll({ check, patterns }: Question): Promise<Answer | Fault> {
  const [judged, ...found] = await Promise.all([
    check === null ? null : send<Check>('POST', '/v1/blocked/check', { address: check }),
    ...patterns.map(pattern => get<Page<Entry>>(entriesOf(pattern))),
  ]);
  if (judged && !judged.ok) return judged.fault;
  const failed = found.find(one => !one.ok && one.fault.status !== 422);
  if (failed && !failed.ok) return failed.fault;
  const entries = found.flatMap(one => (one.ok ? one.value.data : []));
  return { check: judged ? judged.value : null, entries: entries.filter((one, n) => entries.findIndex(other => isSame(one, other)) === n) };
}

/** One entry of a list may say different things of senders and recipients. */
const isSame = (a: Entry, b: Entry): boolean => a.id === b.id && a.direction === b.direction;
