// What the API answers when something of ours is not well: never "don't retry", always Retry-After; and keys over plain HTTP from afar.
// The store is real (inline); the journey is a function that gives the answer under test.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { identifyDeps } from '../../test/identify.ts';
import { loadConfig } from '../config.ts';
import { systemClock } from '../engines/clock.ts';
import { newLog } from '../engines/log.ts';
import { newLibraryShelf } from '../engines/library/shelf.ts';
import { openShared } from '../engines/shared.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import { MiB } from '../limits.ts';
import type { Accepted, AccountParty, Queued, Reason, Refusal } from '../mail.ts';
import { newApp, startApi } from './server.ts';
import type { ApiDeps } from './types.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sesame-api-'));
const KEY = 'sk_sesame_test_of_faults';
let opened: InlineStore;
let told: Queued | Refusal;
let seen: { readonly mail: Accepted; readonly party: AccountParty | null } | null = null;

const refused = (reason: Reason): Refusal => ({ refused: true, reason, code: 451, enhanced: '4.0.0', text: 'why' });
const queued: Queued = { id: 'msg_1', messageId: '<1@a.test>', status: 'queued', recipients: [], findings: [] };

before(async () => {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir });
  const { store, secrets } = opened;
  await store.accounts.create({ id: 'acc_1', name: 'One', contact: null });
  await store.domains.create({ name: 'a.test', accountId: 'acc_1', challenge: 'x', keys: [], mayShare: false });
  await store.domains.setChecked({ name: 'a.test', proven: true, forced: false, checked: '[]', lapsed: false });
  const base = { domains: null, ips: null, expiresAt: null, sealed: null, prefix: null } as const;
  await store.keys.create({
    ...base,
    id: 'key_1',
    accountId: 'acc_1',
    name: 'k',
    kind: 'api',
    scopes: ['send', 'read'],
    mac: secrets.mac('api-key', KEY),
  });
});
after(async () => {
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

type Answer = { readonly status: number; readonly headers: Headers; readonly code: string | undefined };
type Probe = (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

function depsOf(parts: Partial<ApiDeps>): ApiDeps {
  const loaded = loadConfig({ SESAME_DATA_DIR: dataDir }, dataDir);
  if ('faults' in loaded) throw new Error(loaded.faults.join());
  const { store, secrets } = opened;
  const shared = parts.shared ?? openShared(64 * MiB, Date.now);
  const unused = (): never => assert.fail('not asked here');
  return {
    config: loaded.config,
    store,
    secrets,
    shared,
    clock: systemClock,
    log: newLog('silent', 'test'),
    metrics: { count: () => undefined, observe: () => undefined },
    metricsText: async () => '',
    resolver: { lookUp: unused, close: () => undefined } as never,
    http: { post: unused, get: unused },
    library: newLibraryShelf('', { lists: [] }),
    librarySecret: '',
    uploads: { receive: unused, write: unused, read: unused, drop: unused },
    identify: identifyDeps(opened, { clock: systemClock, shared }),
    takeIn: async (mail, party) => {
      seen = { mail, party };
      return told;
    },
    scan: unused,
    score: unused,
    authenticated: unused,
    teach: unused,
    tls: unused,
    hashes: () => null,
    content: unused,
    notice: unused,
    ready: async () => [],
    rules: { defaults: {} as never, providers: [] },
    usedToday: () => null,
    ...parts,
  };
}

/** A server over the parts given, for as long as `work` runs. */
async function served(parts: Partial<ApiDeps>, work: (probe: Probe) => Promise<void>): Promise<void> {
  const server = await startApi(depsOf(parts), { host: '127.0.0.1', port: 0 }, null, false);
  const at = `http://127.0.0.1:${server.address.port}`;
  try {
    await work(async (path, body, headers = {}) => {
      const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await fetch(at + path, { ...sent, headers: { authorization: `Bearer ${KEY}`, ...type, ...headers } });
      const text = (await answer.json()) as { error?: { code: string } };
      return { status: answer.status, headers: answer.headers, code: text.error?.code };
    });
  } finally {
    await server.close(1_000);
  }
}

const email = { from: 'a@a.test', to: 'b@b.test', text: 'x' };

test('an email enters the journey as its account, by this door', async () => {
  told = queued;
  await served({}, async probe => {
    assert.equal((await probe('/v1/emails', email)).status, 202);
  });
  assert.deepEqual([seen?.mail.door, seen?.mail.direction, seen?.mail.envelope.from], ['http', 'out', 'a@a.test']);
  assert.deepEqual([seen?.party?.accountId, seen?.party?.credentialId], ['acc_1', 'key_1']);
});

test('faults of ours are 503 with Retry-After', async () => {
  const expected: readonly (readonly [Reason, string])[] = [
    ['storage_full', 'storage_full'],
    ['scanner_unavailable', 'scanner_unavailable'],
    ['filter_unavailable', 'scanner_unavailable'],
    ['internal', 'internal'],
  ];
  await served({}, async probe => {
    for (const [reason, code] of expected) {
      told = refused(reason);
      const answer = await probe('/v1/emails', email);
      assert.deepEqual([answer.status, answer.code], [503, code]);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
    }
  });
});

test('an error in the journey is told as ours, and frees the idempotency key', async () => {
  const key = { 'idempotency-key': 'once' };
  const takeIn = async (): Promise<never> => {
    throw new Error('a secret detail');
  };
  await served({ takeIn }, async probe => {
    assert.deepEqual((await probe('/v1/emails', email, key)).code, 'internal');
  });
  told = queued;
  await served({}, async probe => {
    assert.equal((await probe('/v1/emails', email, key)).status, 202);
  });
});

test('bytes in flight are bounded and given back', async () => {
  told = queued;
  const shared = openShared(2 * MiB, Date.now);
  await served({ shared }, async probe => {
    assert.ok(shared.reserveBytes(2 * MiB));
    const full = await probe('/v1/emails', email);
    assert.deepEqual([full.status, full.code], [503, 'storage_full']);
    assert.equal((await probe('/v1/emails')).status, 200);
    shared.releaseBytes(2 * MiB);
    assert.equal((await probe('/v1/emails', email)).status, 202);
  });
  assert.ok(shared.reserveBytes(2 * MiB));
});

test('while draining: 503 for calls, liveness goes on', async () => {
  const shared = openShared(2 * MiB, Date.now);
  shared.drain();
  await served({ shared, ready: async () => ['the server is stopping'] }, async probe => {
    assert.deepEqual((await probe('/v1/emails', email)).code, 'draining');
    assert.equal((await probe('/healthz')).status, 200);
    assert.equal((await probe('/readyz')).status, 503);
  });
});

test('failed keys of one address are bounded', async () => {
  await served({}, async probe => {
    const wrong = { authorization: 'Bearer sk_sesame_wrong' };
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 11; n++) codes.push((await probe('/v1/emails', undefined, wrong)).code);
    assert.deepEqual(codes, [...Array.from({ length: 10 }, () => 'unauthenticated'), 'rate_limited']);
  });
});

test('a key over plain HTTP counts on loopback, or when a trusted proxy says https', async () => {
  const { config } = depsOf({});
  // Injected, without a listener: such a request has no loopback address of ours.
  const app = await newApp(depsOf({ config: { ...config, trustedProxies: ['192.0.2.0/24'] } }));
  const status = async (remoteAddress: string, proto?: string): Promise<number> => {
    const headers = { authorization: `Bearer ${KEY}`, ...(proto ? { 'x-forwarded-proto': proto } : {}) };
    const answer = await app.inject({ method: 'GET', url: '/v1/emails', remoteAddress, headers });
    if (answer.statusCode === 403) assert.equal(answer.json().error.code, 'tls_required');
    return answer.statusCode;
  };
  assert.equal(await status('192.0.2.1', 'https'), 200);
  assert.equal(await status('192.0.2.1', 'http'), 403);
  assert.equal(await status('192.0.2.1'), 403);
  assert.equal(await status('198.51.100.1', 'https'), 403);
  await app.close();
});
