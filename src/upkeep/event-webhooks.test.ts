// Event webhooks over a real store and real HTTP, with a clock of ours: at least once, in order for each mail, whatever the endpoint does.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Webhook as Verifier } from 'standardwebhooks';
import { startHook, type Hook, type HookAnswer, type Posted } from '../../test/hook.ts';
import { randomFrom } from '../../test/random.ts';
import { newHttpClient } from '../engines/http-client.ts';
import { newLog } from '../engines/log.ts';
import type { StoredEvent } from '../engines/store/control/events.ts';
import type { Webhook } from '../engines/store/control/webhooks.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { NewEvent } from '../mail.ts';
import { bodyOf, MAX_BODY, postEvent } from './event-posts.ts';
import { newEventWebhooks, type EventWebhooks } from './event-webhooks.ts';
import { readRetryAfter } from './retry-after.ts';

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'sesame-webhooks-'));
const clock = { at: Date.UTC(2026, 0, 1), now: () => clock.at, monotonic: () => clock.at };
let opened: InlineStore;
let webhooks: EventWebhooks;
let hook: Hook;
let answer: (posted: Posted) => HookAnswer | Promise<HookAnswer>;
let deps: Parameters<typeof newEventWebhooks>[0];
let hooks = 0;

before(async () => {
  const db = openSqlite(join(folder, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir: folder, now: clock.now });
  const http = newHttpClient({ resolver: undefined as never, allowed: () => true, opened: () => true });
  const silent = (): void => undefined;
  deps = {
    store: opened.store,
    secrets: opened.secrets,
    clock,
    http,
    log: newLog('silent', 'test'),
    metrics: { count: silent, observe: silent } as never,
  };
});
beforeEach(async () => {
  answer = () => 204;
  hook = await startHook(posted => answer(posted));
  webhooks = newEventWebhooks(deps);
});
afterEach(async () => {
  await webhooks.stop();
  await hook.close();
  for (const one of await opened.store.webhooks.list({ accountId: null, after: '', limit: 99 }))
    await opened.store.webhooks.remove({ id: one.id, accountId: null });
});
after(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

const key = Buffer.alloc(32, 7);
async function made(
  over: { readonly accountId?: string | null; readonly events?: readonly string[]; readonly url?: string } = {},
): Promise<Webhook> {
  const id = `whk_${++hooks}`;
  const base = { id, accountId: over.accountId ?? null, url: over.url ?? `${hook.url}/${id}`, events: over.events ?? [] };
  return opened.store.webhooks.create({ ...base, secret: opened.secrets.seal(`webhook/${id}`, key) });
}
const now = async (of: Webhook): Promise<Webhook> => (await opened.store.webhooks.get(of.id)) ?? assert.fail('it is gone');
const event = (emailId: string | null, over: Partial<NewEvent> = {}): NewEvent => ({
  type: 'deferred',
  at: clock.at,
  accountId: 'acc_1',
  emailId,
  recipient: 'ana@x.test',
  data: {},
  ...over,
});
const tell = (...events: readonly NewEvent[]): Promise<unknown> => opened.store.events.add(events);
async function turn(): Promise<void> {
  await webhooks.post();
  await webhooks.idle();
}
const ids = (): readonly string[] => hook.posted.map(one => one.body.id);

test('under an endpoint that fails by chance every event is taken once, and those of one mail in their order', async () => {
  const random = randomFrom(7);
  const hookOf = await made({ events: ['deferred'] });
  const mails = ['a', 'b', 'c', 'd', 'e', null];
  for (let n = 0; n < 40; n++) await tell(...mails.map(mail => event(mail)));
  const from = hookOf.position;
  const all = await opened.store.events.after({ accountId: null, seq: from, limit: 1_000, types: ['deferred'] });
  const seqs = new Map(all.map(one => [one.id, one]));
  const taken: StoredEvent[] = [];
  answer = ({ body }) => {
    const one = seqs.get(body.id) ?? assert.fail('nobody told it');
    // Whatever came before it of its mail was taken.
    const before = all.filter(other => other.emailId === one.emailId && other.seq < one.seq);
    assert.ok(before.every(other => taken.includes(other)));
    if (random() < 0.3) return ([500, 301, 429, 'close'] as const)[Math.floor(random() * 4)] ?? 500;
    taken.push(one);
    return 200;
  };
  for (let turns = 0; taken.length < all.length && turns < 2_000; turns++) {
    await turn();
    clock.at += 2_000_000;
  }
  await turn();
  assert.equal(new Set(taken).size, all.length);
  assert.equal(taken.length, all.length, 'none is posted again that was taken');
  assert.deepEqual([(await now(hookOf)).state, (await now(hookOf)).failures], ['active', 0]);
  assert.equal((await opened.store.webhooks.lag({ hook: await now(hookOf), most: 99 })).events, 0);
});

test('a failing endpoint is left alone for longer and longer, and for as long as it asks', async () => {
  const one = await made();
  await tell(event('a'));
  const waits: number[] = [];
  answer = () => 500;
  for (let n = 0; n < 6; n++) {
    await turn();
    const { nextAt, failures, last } = await now(one);
    assert.deepEqual([failures, last?.status, last?.failure], [n + 1, 500, null]);
    waits.push((nextAt ?? 0) - clock.at);
    await turn();
    assert.equal(hook.posted.length, n + 1, 'nothing before its time');
    clock.at = nextAt ?? clock.at;
  }
  for (const [n, wait] of waits.entries()) assert.ok(wait >= 800 * 2 ** n && wait <= 1_200 * 2 ** n, `${n}: ${wait}`);
  answer = () => ({ status: 503, headers: { 'retry-after': '7200' } });
  await turn();
  assert.equal((await now(one)).nextAt, clock.at + 2 * HOUR);
});

test('after a day without an answer it is switched off where it stands, says so, and goes on from there', async () => {
  const one = await made({ accountId: 'acc_1' });
  await tell(event('a'), event('a'));
  answer = () => 'close';
  const since = clock.at;
  while ((await now(one)).state === 'active') {
    assert.ok(clock.at - since <= 24 * HOUR);
    await turn();
    clock.at = (await now(one)).nextAt ?? clock.at;
  }
  const off = await now(one);
  assert.ok(clock.at - since >= 24 * HOUR);
  assert.deepEqual([off.disabledReason, off.position, off.last?.failure], ['failing', one.position, 'connect']);
  const told = await opened.store.events.after({ accountId: 'acc_1', seq: one.position, limit: 9, types: ['webhook_disabled'] });
  assert.deepEqual(
    told.map(({ accountId, data }) => [accountId, data['webhookId'], data['reason']]),
    [['acc_1', one.id, 'failing']],
  );
  const before = hook.posted.length;
  await turn();
  assert.equal(hook.posted.length, before);
  answer = () => 204;
  await opened.store.webhooks.patch({ id: one.id, state: 'active' });
  await turn();
  const again: readonly string[] = hook.posted.slice(before).map(({ body }) => body.type);
  assert.deepEqual(again.toSorted(), ['deferred', 'deferred', 'webhook_disabled']);
});

test('410 switches it off at once', async () => {
  const one = await made();
  await tell(event('a'), event('a'));
  answer = () => 410;
  await turn();
  assert.deepEqual([(await now(one)).state, (await now(one)).disabledReason, hook.posted.length], ['disabled', 'gone', 1]);
});

test('what is changed while a post is on its way is not undone by its answer', async () => {
  const one = await made();
  await tell(event('a'), event('b'));
  await turn();
  await tell(event('c'));
  answer = async () => {
    await opened.store.webhooks.patch({ id: one.id, position: one.position });
    return 204;
  };
  await turn();
  assert.equal((await now(one)).position, one.position);
  answer = async () => {
    await opened.store.webhooks.patch({ id: one.id, state: 'disabled' });
    return 500;
  };
  await turn();
  assert.deepEqual([(await now(one)).state, (await now(one)).failures], ['disabled', 0]);
});

test('events of other types and accounts are passed over without a commit, and written down when there are many', async () => {
  const one = await made({ accountId: 'acc_2', events: ['bounced'] });
  await tell(event('a'), event('a', { accountId: 'acc_2' }));
  await turn();
  assert.equal((await now(one)).position, one.position);
  await tell(event('b', { type: 'bounced', accountId: 'acc_2' }));
  await turn();
  assert.deepEqual(
    hook.posted.map(({ body }) => body.type),
    ['bounced'],
  );
  const at = (await now(one)).position;
  await tell(...Array.from({ length: 1_000 }, () => event('a')));
  await turn();
  assert.equal((await now(one)).position, at + 1_000);
});

test('a replay starts anew, also of what was taken out of turn', async () => {
  const one = await made();
  await tell(event('a'), event('b'), event('c'));
  const first = (await opened.store.events.after({ accountId: null, seq: one.position, limit: 1 }))[0]?.id;
  answer = ({ body }) => (body.id === first ? 500 : 204);
  await turn();
  assert.equal((await now(one)).position, one.position);
  const taken = ids().filter(id => id !== first);
  assert.ok(taken.length > 0);
  answer = () => 204;
  await opened.store.webhooks.patch({ id: one.id, position: one.position - 1 });
  clock.at += HOUR;
  await turn();
  for (const id of taken) assert.equal(ids().filter(other => other === id).length, 2, 'once more');
});

test('dead endpoints take no places of others, however many they are', async () => {
  answer = ({ path }) => (path === '/good' ? 204 : 'silence');
  for (let n = 0; n < 40; n++) {
    const dead = await made();
    const base = { id: dead.id, from: dead.position, position: dead.position, last: null, disabledReason: null };
    await opened.store.webhooks.progress({ ...base, failures: 1, failingSince: clock.at, nextAt: null });
  }
  const good = await made({ url: `${hook.url}/good` });
  await tell(event('a'), event('a'), event('b'));
  for (let n = 0; hook.posted.filter(({ path }) => path === '/good').length < 3; n++) {
    assert.ok(n < 1_000, 'it waits for the dead');
    await webhooks.post();
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  const silent = new Set(hook.posted.map(({ path }) => path).filter(path => path !== '/good'));
  assert.ok(silent.size <= 16, `${silent.size} at a time`);
  assert.ok(good.id);
});

test('both secrets sign while one is rotating, and the id is the event’s', async () => {
  const one = await made();
  const next = Buffer.alloc(32, 9);
  await opened.store.webhooks.rotate({ id: one.id, secret: opened.secrets.seal(`webhook/${one.id}`, next), until: clock.at + HOUR });
  clock.at = Date.now();
  await tell(event('a'));
  await turn();
  const [posted] = hook.posted;
  assert.ok(posted);
  const headers = posted.headers as Record<string, string>;
  assert.equal(headers['webhook-signature']?.split(' ').length, 1, 'the old one is over');
  await opened.store.webhooks.rotate({ id: one.id, secret: opened.secrets.seal(`webhook/${one.id}`, key), until: clock.at + HOUR });
  await tell(event('b'));
  await turn();
  const both = hook.posted[1] ?? assert.fail('nothing came');
  assert.equal((both.headers as Record<string, string>)['webhook-signature']?.split(' ').length, 2);
  for (const secret of [key, next])
    assert.ok(new Verifier(`whsec_${secret.toString('base64')}`).verify(both.text, both.headers as Record<string, string>));
  assert.equal(both.headers['webhook-id'], both.body.id);
});

test('a body stays below 20 KB: what is too long is left out and said so', async () => {
  const long = { ...event('msg_1'), seq: 1, id: 'evt_1', data: { reply: 'x'.repeat(MAX_BODY), class: 'soft' } };
  const body = bodyOf(long);
  assert.ok(body.length < MAX_BODY);
  const { truncated, type, emailId, reply } = JSON.parse(body.toString());
  assert.deepEqual([truncated, type, emailId, reply], [true, 'deferred', 'msg_1', undefined]);
  const whole = { ...long, data: { reply: 'x' } };
  assert.equal(JSON.parse(bodyOf(whole).toString()).truncated, undefined);
});

test('why there was no answer is told by a word, never in the endpoint’s own', async () => {
  const one = await made();
  answer = () => 'close';
  const sample = { ...event(null), seq: 0, id: 'evt_x' };
  assert.deepEqual(await postEvent(deps, one, sample), { result: 'failed', status: null, failure: 'connect', retryAfterMs: null });
});

test('from a time on: nothing that happened since is missed', async () => {
  const one = await made();
  const times: number[] = [];
  for (let n = 0; n < 30; n++) {
    clock.at += 60_000;
    times.push(clock.at);
    await tell(event('t', { type: 'opened' }));
  }
  for (const at of [times[0] ?? 0, times[13] ?? 0, times[29] ?? 0]) {
    const from = await opened.store.events.before(at);
    const told = await opened.store.events.after({ accountId: null, seq: from, limit: 100, types: ['opened'] });
    assert.equal(told[0]?.at, at);
  }
  assert.equal(await opened.store.events.before(0), 0);
  assert.equal(await opened.store.events.before(clock.at + HOUR), await opened.store.events.last());
  assert.ok(one.id);
});

test('Retry-After: seconds or a date, at most a day', () => {
  const at = Date.UTC(2026, 0, 1);
  const cases: readonly (readonly [string | undefined, number | null])[] = [
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:05:00 GMT', 300_000],
    ['Wed, 31 Dec 2025 00:05:00 GMT', 0],
    ['999999999', 24 * HOUR],
    ['soon', null],
    ['-1', null],
    ['', null],
    [undefined, null],
  ];
  for (const [value, ms] of cases) assert.equal(readRetryAfter(value, at), ms, String(value));
});
