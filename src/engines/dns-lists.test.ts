// DNS blocklists of the MX: a list that works and lists refuses, and nothing else does: silence, an answer of somebody else, a list that
// refuses to answer or lists everybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDnsLists, type DnsLists } from './dns-lists.ts';
import type { DnsAnswer, Resolver } from './resolver/types.ts';

type Zone = Readonly<Record<string, string | 'silent' | 'broken'>>;
const WORKS = { '2.0.0.127.list.test': '127.0.0.2' };

function opened(
  zone: Zone,
  lists: { readonly peer?: readonly string[]; readonly domain?: readonly string[] },
): DnsLists & { readonly asked: string[]; readonly clock: { at: number } } {
  const asked: string[] = [];
  const clock = { at: 0 };
  const lookUp = async (name: string): Promise<DnsAnswer<'A'>> => {
    asked.push(name);
    const value = zone[name];
    if (value === 'silent') return new Promise(() => undefined);
    if (value === 'broken') throw new Error('a fault');
    if (value === undefined) return { kind: 'nxdomain', ad: false, ttlSeconds: 1 };
    return { kind: 'records', records: [value], ad: false, ttlSeconds: 1, canonical: name };
  };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const deps = {
    resolver: { lookUp, close: () => undefined } as unknown as Resolver,
    clock: { now: () => clock.at, monotonic: () => clock.at },
    log,
    metrics: { count: () => undefined, observe: () => undefined },
  };
  return { ...newDnsLists(deps, { peer: lists.peer ?? [], domain: lists.domain ?? [] }), asked, clock };
}

test('who is listed by a list that works is told with the list, as it may be shown', async () => {
  const key = 'secretkey.zen.dq.spamhaus.net';
  const zone = { ...WORKS, '9.2.0.192.list.test': '127.0.0.4', [`2.0.0.127.${key}`]: '127.0.0.2', [`8.2.0.192.${key}`]: '127.0.0.3' };
  const lists = opened(zone, { peer: ['list.test', key] });
  assert.deepEqual(await Promise.all(['192.0.2.9', '::ffff:192.0.2.9', '192.0.2.8', '192.0.2.7', '2001:db8::1'].map(lists.peer)), [
    'list.test',
    'list.test',
    'zen.dq.spamhaus.net',
    null,
    null,
  ]);
});

test('a list that is silent, refuses, lists everybody or answers for somebody else refuses nobody', async () => {
  const listed = (answer: string): Zone => ({ '9.2.0.192.list.test': answer });
  const worlds: readonly Zone[] = [
    { ...listed('127.0.0.2') },
    { ...WORKS, ...listed('127.255.255.254') },
    { ...WORKS, ...listed('203.0.113.1') },
    { ...WORKS, ...listed('127.0.0.2'), '1.0.0.127.list.test': '127.0.0.2' },
    { '2.0.0.127.list.test': '127.255.255.254', ...listed('127.0.0.2') },
    { ...WORKS, ...listed('broken') },
    { '2.0.0.127.list.test': 'broken', ...listed('127.0.0.2') },
  ];
  for (const zone of worlds) assert.equal(await opened(zone, { peer: ['list.test'] }).peer('192.0.2.9'), null, JSON.stringify(zone));
});

test('no list is waited for longer than three seconds', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const lists = opened({ ...WORKS, '9.2.0.192.list.test': 'silent' }, { peer: ['list.test'] });
  const answer = lists.peer('192.0.2.9');
  t.mock.timers.tick(3_000);
  assert.equal(await answer, null);
});

test('domains are asked by name and have test points of their own', async () => {
  const zone = { 'test.names.test': '127.0.0.2', 'bad.example.names.test': '127.0.0.2' };
  const lists = opened(zone, { domain: ['names.test'] });
  assert.deepEqual([await lists.domain('bad.example'), await lists.domain('good.example')], ['names.test', null]);
  assert.equal(await lists.peer('192.0.2.9'), null, 'no list of peers is set');
});

test('an answer is kept for five minutes, the state of a list for an hour', async () => {
  const lists = opened({ ...WORKS }, { peer: ['list.test'] });
  await Promise.all([lists.peer('192.0.2.9'), lists.peer('192.0.2.9')]);
  assert.equal(lists.asked.length, 3);
  lists.clock.at += 299_999;
  await lists.peer('192.0.2.9');
  assert.equal(lists.asked.length, 3);
  lists.clock.at += 1;
  await lists.peer('192.0.2.9');
  assert.equal(lists.asked.length, 4);
  lists.clock.at += 3_600_000;
  await lists.peer('192.0.2.9');
  assert.equal(lists.asked.length, 7);
});
