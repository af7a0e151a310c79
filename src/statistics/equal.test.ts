// Statistics equal a naive count: random events through the store's own loop, told by days and hours of random time zones, against one that
// looks at each event by the calendar of its zone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { openInline } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { NewEvent } from '../mail.ts';
import { message } from '../../test/store-contract.ts';
import { dayStart, spans } from './calendar.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sesame-statistics-'));
const START = Date.parse('2026-03-01T00:00:00Z');
const END = Date.parse('2026-11-15T00:00:00Z');
const clock = { now: START };
const db = openSqlite(join(dataDir, 'sesame.db'));
const s = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now });
after(async () => {
  await s.close();
  rmSync(dataDir, { recursive: true });
});

type Kind = readonly [type: NewEvent['type'], data: NewEvent['data'], measure: string];
const delivered = (version: string | null, sendingIp: string): NewEvent['data'] => ({
  attempt: { class: 'none', sendingIp, tls: { used: version !== null, version } },
});
const KINDS: readonly Kind[] = [
  ['delivered', delivered('TLSv1.2', '192.0.2.1'), 'delivered'],
  ['delivered', delivered(null, '192.0.2.2'), 'delivered'],
  ['deferred', { attempt: { class: 'greylist', sendingIp: '192.0.2.1' } }, 'deferred'],
  ['bounced', { attempt: { class: 'hard', sendingIp: '192.0.2.1' }, permanent: true }, 'bounced/hard'],
  ['bounced', { attempt: { class: 'content', sendingIp: '192.0.2.2' }, permanent: false }, 'bounced/content'],
  ['expired', {}, 'expired'],
  ['complained', { afterDelivery: true }, 'complained'],
  ['opened', { bot: false }, 'opened/human'],
  ['opened', { bot: true }, 'opened/machine'],
  ['clicked', { bot: false, link: 1 }, 'clicked/human'],
  ['unsubscribed', {}, 'unsubscribed'],
  ['suspended', {}, ''],
];
const PROVIDERS = [undefined, 'gmail', 'outlook', 'small.example', 'unknown'] as const;
const AFTER: ReadonlySet<string> = new Set(['opened', 'clicked', 'complained', 'unsubscribed']);
const ACCOUNTS = ['acc_a', 'acc_b'] as const;

const anEvent = fc.record({
  at: fc.integer({ min: START, max: END - 1 }),
  kind: fc.constantFrom(...KINDS),
  provider: fc.constantFrom(...PROVIDERS),
  account: fc.constantFrom(...ACCOUNTS),
  recipient: fc.constantFrom('a@x.test', 'success@simulator.sesame.test'),
});

test('by day and hour of any zone, provider and account', async () => {
  const mail = {
    acc_a: message(s, START, { accountId: 'acc_a', counts: 0, events: [] }),
    acc_b: message(s, START, { accountId: 'acc_b', counts: 0, events: [] }),
  };
  for (const one of Object.values(mail)) await s.store.queue.accept(one);
  const known: { readonly at: number; readonly account: string; readonly measure: string }[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.array(anEvent, { minLength: 10, maxLength: 60, size: 'max' }),
      fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      fc.constantFrom('day', 'hour' as const),
      fc.integer({ min: START, max: END - 1 }),
      fc.constantFrom(null, ...ACCOUNTS),
      async (events, zone, unit, about, accountId) => {
        await s.store.events.add(
          events.map(({ at, kind: [type, data], provider, account, recipient }) => ({
            at,
            type,
            accountId: account,
            emailId: mail[account].id,
            recipient,
            data: { ...data, ...(provider === undefined ? {} : { provider }) },
          })),
        );
        for (const { at, kind, provider, account, recipient } of events) {
          if (recipient !== 'a@x.test' || kind[2] === '') continue;
          // What comes after a delivery has the provider of that one: statistics-contract.ts.
          const via = AFTER.has(kind[0]) ? '*' : provider === 'small.example' ? 'other' : (provider ?? '');
          known.push({ at, account, measure: `${via} ${kind[2]}` });
        }
        const first = dayStart(new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(about), zone) ?? about;
        const span = { from: first, to: first + (unit === 'day' ? 20 * 86_400_000 : 30 * 3_600_000) };
        const label = new Intl.DateTimeFormat('en-CA', {
          timeZone: zone,
          dateStyle: 'short',
          ...(unit === 'hour' ? { timeStyle: 'short' as const, hourCycle: 'h23' as const } : {}),
        });
        const name = (at: number): string => {
          const text = label.format(at);
          const offset = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).format(at);
          return unit === 'hour' ? `${text.slice(0, -3)} ${offset}` : text;
        };
        const expected = new Map<string, number>();
        for (const one of known) {
          if (one.at < span.from || one.at >= span.to || (accountId !== null && one.account !== accountId)) continue;
          const key = `${name(one.at)} ${one.measure}`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
        const got = new Map<string, number>();
        for (const part of spans(span, unit, zone))
          for (const { group, measure, count } of await s.store.statistics.sums({ accountId, groupBy: 'provider', ...part })) {
            if (/^(?:tls\/|returned)/.test(measure)) continue;
            const via = AFTER.has(measure.split('/')[0] ?? '') ? '*' : group;
            const key = `${name(part.from)} ${via} ${measure}`;
            got.set(key, (got.get(key) ?? 0) + count);
          }
        assert.deepEqual(Object.fromEntries(got), Object.fromEntries(expected));
      },
    ),
    { numRuns: 120 },
  );
  assert.ok(known.length > 1_000);
});
