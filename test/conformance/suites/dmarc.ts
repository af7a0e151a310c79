// DMARC (RFC 7489, 9989): evaluation, look-up, record syntax and alignment tables, through the product's engine and record reader.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDmarcRecord } from '../../../src/authenticate/dmarc-record.ts';
import { checkDmarc } from '../../../src/engines/mailauth.ts';
import type { Resolver } from '../../../src/engines/resolver/types.ts';
import type { Case, Suite } from '../suite.ts';
import { zoneResolver, type ZoneName } from '../zone.ts';

type Zone = Readonly<
  Record<
    string,
    {
      readonly TXT?: readonly (readonly string[])[];
      readonly A?: readonly string[];
      readonly AAAA?: readonly string[];
      readonly MX?: readonly unknown[];
      readonly error?: string;
    }
  >
>;
type Expect = Readonly<Record<string, unknown>>;
type Evaluate = {
  readonly id: string;
  readonly from: string | readonly string[];
  readonly dkim: readonly string[];
  readonly spf: readonly string[];
  readonly zone: Zone;
  readonly expect: Expect;
  readonly skip?: string;
};
type LookUp = { readonly id: string; readonly domain: string; readonly zone: Zone; readonly expect: Expect };
type Parse = { readonly id: string; readonly record: string; readonly expect: string };
type Align = {
  readonly id: string;
  readonly from_domain: string;
  readonly identifier: string;
  readonly mode: string;
  readonly aligned: boolean;
};

export const dmarc: Suite = { folder: 'dmarc', names: ['dmarc'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const tests = (name: string): readonly unknown[] =>
    (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { readonly tests: readonly unknown[] }).tests;
  for (const test of tests('evaluate.json') as readonly Evaluate[]) yield evaluated(test, await checkDmarc(resolverOf(test.zone), test));
  for (const test of tests('lookup.json') as readonly LookUp[]) {
    const { record } = await checkDmarc(resolverOf(test.zone), { from: `a@${test.domain}`, spf: [], dkim: [] });
    yield lookedUp(test, record);
  }
  for (const test of tests('record-parse.json') as readonly Parse[]) {
    const got = readDmarcRecord(test.record).ok ? 'valid' : 'invalid';
    yield { suite: 'dmarc', id: test.id, expected: test.expect, got, ok: got === test.expect };
  }
  for (const test of tests('alignment.json') as readonly Align[]) yield await aligned(test);
}

function evaluated(test: Evaluate, got: Awaited<ReturnType<typeof checkDmarc>>): Case {
  const tags = got.record === null ? new Map<string, string>() : tagsOf(got.record);
  const seen: Expect = {
    result: got.result,
    policy: got.policy,
    p: tags.get('p'),
    sp: tags.get('sp') ?? tags.get('p'),
    pct: tags.has('pct') ? Number(tags.get('pct')) : 100,
    'alignment.spf.strict': got.strict.spf,
    'alignment.dkim.strict': got.strict.dkim,
    'alignment.spf.result': got.spfAligned,
  };
  const same = (key: string): boolean =>
    typeof test.expect[key] === 'string' && key === 'alignment.spf.result'
      ? Boolean(test.expect[key]) === seen[key]
      : test.expect[key] === seen[key];
  const wrong = Object.keys(test.expect).filter(key => !same(key));
  const told = wrong.map(key => `${key}=${String(seen[key])}`).join(' ');
  return {
    suite: 'dmarc',
    id: test.id,
    expected: JSON.stringify(test.expect),
    got: wrong.length === 0 ? 'equal' : told,
    ok: wrong.length === 0,
    ...(test.skip ? { skipped: true } : {}),
  };
}

function lookedUp(test: LookUp, record: string | null): Case {
  const tags = record === null ? null : tagsOf(record);
  const wrong = Object.entries(test.expect).filter(([name, value]) =>
    name === 'record' ? tags !== null : String(value) !== tags?.get(name),
  );
  return {
    suite: 'dmarc',
    id: test.id,
    expected: JSON.stringify(test.expect),
    got: wrong.length === 0 ? 'equal' : (record ?? 'no record'),
    ok: wrong.length === 0,
  };
}

/** A record with that mode and one signature: DMARC passes exactly when they align. */
async function aligned(test: Align): Promise<Case> {
  const from = test.from_domain.replace(/^\.+|\.+$/g, '').toLowerCase();
  const record = `v=DMARC1; p=none; adkim=${test.mode === 'strict' ? 's' : 'r'}`;
  const org = from.split('.').slice(-2).join('.');
  const zone = { [`_dmarc.${org}`]: { TXT: [[record]] }, [`_dmarc.${from}`]: { TXT: [[record]] } };
  const { result } = await checkDmarc(resolverOf(zone), { from: `a@${from}`, spf: [], dkim: [test.identifier] });
  const got = result === 'pass';
  return { suite: 'dmarc', id: test.id, expected: String(test.aligned), got: String(got), ok: got === test.aligned };
}

function tagsOf(record: string): ReadonlyMap<string, string> {
  return new Map(
    record
      .split(';')
      .filter(one => one.includes('='))
      .map(one => [one.slice(0, one.indexOf('=')).trim().toLowerCase(), one.slice(one.indexOf('=') + 1).trim()]),
  );
}

function resolverOf(zone: Zone): Resolver {
  const names = Object.entries(zone).map(([name, at]): [string, ZoneName] => [
    name.toLowerCase(),
    at.error
      ? { otherwise: 'servfail' }
      : {
          ...(at.TXT ? { TXT: at.TXT.map(strings => strings.join('')) } : {}),
          ...(at.A ? { A: at.A } : {}),
          ...(at.AAAA ? { AAAA: at.AAAA } : {}),
          ...(at.MX ? { MX: at.MX.map(() => ({ exchange: 'mx.test', preference: 0 })) } : {}),
        },
  ]);
  return zoneResolver(new Map(names));
}
