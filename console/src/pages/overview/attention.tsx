// Needs attention: at most five, worst first, each with what to do; one quiet line when there is nothing.
import type { JSX } from 'preact';
import type { Page } from '../../app/api.ts';
import { together, useAsk, type Asked } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import type { Words } from '../../words/en.ts';
import type { Part, Reputation } from './reputation.ts';

export type Domain = {
  readonly name: string;
  readonly state: string;
  readonly records: readonly {
    readonly purpose: string;
    readonly type: string;
    readonly host: string;
    readonly expected: string;
    readonly current: string | null;
    readonly status: string;
  }[];
};
export type Account = { readonly id: string; readonly name: string; readonly state: string; readonly reason: string | null };
export type SendingIp = { readonly ip: string; readonly state: string; readonly reason: string | null };
type Item = { readonly tone: 'bad' | 'warn' | 'info'; readonly title: string; readonly more: string; readonly to: string | null };

const MOST = 5;
const ORDER = ['bad', 'warn', 'info'];

/** Worst first. Pure, but for the words. */
export function itemsOf(
  words: Words,
  known: {
    readonly account?: Account | undefined;
    readonly domains: readonly Domain[];
    readonly held: boolean;
    readonly ips: readonly SendingIp[];
    readonly parts: readonly Part[];
  },
): readonly Item[] {
  const w = words.overview;
  const { account, domains, held, ips, parts } = known;
  const states: Readonly<Record<string, string>> = w.account;
  const bad = account ? states[account.state] : undefined;
  const items: readonly Item[] = [
    ...(account && bad
      ? [
          {
            tone: account.state === 'suspended' ? ('bad' as const) : ('warn' as const),
            title: bad,
            more: account.reason ? w.accountMore({ reason: account.reason }) : '',
            to: '/standing',
          },
        ]
      : []),
    ...ips
      .filter(one => one.state === 'failed' || one.state === 'resting')
      .map(one => ({
        tone: 'bad' as const,
        title: w.ip({ ip: one.ip }),
        more: w.ipMore({ reason: one.reason ?? '?' }),
        to: '/sending-ips',
      })),
    ...domains
      .filter(one => one.state !== 'verified')
      .map(one => ({ tone: 'warn' as const, title: w.domain({ name: one.name }), more: w.domainMore, to: `/domains/${one.name}` })),
    ...parts
      .filter(one => one.cost > 0)
      .map(one => ({
        tone: one.state === 'bad' ? ('warn' as const) : ('info' as const),
        title: one.title,
        more: one.mend ?? '',
        to: '/reputation',
      })),
    ...(held ? [{ tone: 'info' as const, title: w.held, more: w.heldMore, to: '/messages?q=state%3Aheld' }] : []),
  ];
  return items.toSorted((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone)).slice(0, MOST);
}

type Items = Pick<Asked<readonly Item[]>, 'value' | 'fault' | 'waiting' | 'again'>;

/** Its items come together: one by one they would push down what is below. */
export function useAttention(account: Asked<Account>, reputation: Asked<Reputation>): Items {
  const { words } = useLanguage();
  const who = useSession();
  const domains = useAsk<Page<Domain>>('/v1/domains?limit=100');
  const held = useAsk<Page<unknown>>('/v1/emails?state=held&limit=1');
  const ips = useAsk<Page<SendingIp>>(who.operator ? '/v1/sending-ips' : null);
  const { value, fault, waiting, again } = together(domains, [account, reputation, held, ips]);
  const items =
    value &&
    itemsOf(words, {
      account: account.value,
      domains: value.data,
      held: (held.value?.data.length ?? 0) > 0,
      ips: ips.value?.data ?? [],
      parts: reputation.value?.overall.parts ?? [],
    });
  return { value: items, fault, waiting, again };
}

export function Attention({ asked }: { readonly asked: Items }): JSX.Element {
  const { words } = useLanguage();
  return (
    <Card title={words.overview.attention}>
      <Loaded asked={asked} lines={2}>
        {items => {
          if (items.length === 0) return <p class="soft">{words.overview.nothing}</p>;
          return (
            <ul class="attention">
              {items.map(item => (
                <li key={item.title}>
                  <Badge tone={item.tone}>{words.overview.tones[item.tone]}</Badge>
                  <div>
                    <p class="strong">
                      <Outside text={item.title} />
                    </p>
                    {item.more && (
                      <p class="note">
                        <Outside text={item.more} />
                      </p>
                    )}
                  </div>
                  {item.to && (
                    <Link to={item.to} class="button">
                      {words.overview.show}
                    </Link>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
}
