// SPF (RFC 7208): the openspf suite, through the product's authentication engine. Pass: our result is one of those that the suite allows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordType } from '../../../src/engines/resolver/types.ts';
import { newAuthEngine } from '../../../src/engines/mailauth.ts';
import type { Case, Suite } from '../suite.ts';
import { zoneResolver, type ZoneName } from '../zone.ts';

type Rec = {
  readonly type: string;
  readonly value?: string;
  readonly strings?: readonly string[];
  readonly preference?: number;
  readonly exchange?: string;
  readonly error?: string;
};
type Scenario = {
  readonly zone: Readonly<Record<string, { readonly records: readonly Rec[]; readonly default?: string }>>;
  readonly tests: readonly {
    readonly id: string;
    readonly ip: string;
    readonly helo: string;
    readonly mailfrom: string;
    readonly result: readonly string[];
  }[];
};

const RAW = Buffer.from('From: a@sender.test\r\nSubject: x\r\n\r\nx\r\n');

export const spf: Suite = { folder: 'spf', names: ['spf'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const { scenarios } = JSON.parse(readFileSync(join(folder, 'rfc7208.json'), 'utf8')) as { readonly scenarios: readonly Scenario[] };
  for (const { zone, tests } of scenarios) {
    const resolver = zoneResolver(new Map(Object.entries(zone).map(([name, at]) => [name.toLowerCase().replace(/\.$/, ''), nameOf(at)])));
    const engine = newAuthEngine({ resolver, hostname: 'receiver.test' });
    for (const test of tests) {
      const { spf } = await engine({ raw: RAW, ip: test.ip, helo: test.helo, mailFrom: test.mailfrom });
      const got = spf?.result ?? 'none';
      yield { suite: 'spf', id: test.id, expected: test.result.join('|'), got, ok: test.result.includes(got) };
    }
  }
}

function nameOf(at: Scenario['zone'][string]): ZoneName {
  const name: Record<string, unknown[]> = {};
  for (const one of at.records) {
    const type = one.type as RecordType;
    if (one.error) return { otherwise: 'timeout' };
    const value =
      type === 'MX'
        ? { exchange: (one.exchange ?? '').toLowerCase(), preference: one.preference ?? 0 }
        : (one.strings?.join('') ?? one.value ?? '');
    (name[type] ??= []).push(value);
  }
  return { ...(name as ZoneName), ...(at.default === 'TIMEOUT' ? { otherwise: 'timeout' as const } : {}) };
}
