// One tenant's misdeeds change nothing for another: the same day of an honest account, beside a quiet neighbour and beside one that hands in
// malware, spam and dead addresses and is suspended. What the honest one sees is equal once ids and times are masked.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { smtp } from '../client.ts';
import { EICAR } from '../patterns.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { spamOf } from '../spam.ts';
import { startSink } from '../sink.ts';
import { startStubDns } from '../stub-dns.ts';

test('what an honest account sees is the same beside a hostile neighbour', async () => {
  const beside = { quiet: await lived(false), hostile: await lived(true) };
  assert.ok(beside.quiet.length > 20);
  assert.deepEqual(beside.hostile, beside.quiet);
});

/** Everything that the honest account sees of its day. */
async function lived(isHostile: boolean): Promise<readonly unknown[]> {
  const port = await freePort();
  const peer = await startSink({
    host: '127.0.3.1',
    port,
    onRcpt: to => (to.startsWith('none') ? '550 5.1.1 no such user here' : undefined),
  });
  const dns = await startStubDns({ 'peer.test MX': ['10 mx.peer.test'], 'mx.peer.test A': ['127.0.3.1'] });
  const server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port) });
  try {
    const [good, bad] = [await tenant(server, 'good.test'), await tenant(server, 'bad.test')];
    await must(server.call('PATCH', `/v1/accounts/${bad.accountId}`, { malware: { count: 1 } }));
    const neighbour = isHostile ? misdeeds(bad, server) : async () => undefined;
    const seen: unknown[] = [];
    for (const step of dayOf(good, server)) {
      await neighbour();
      seen.push(masked(await step()));
    }
    if (isHostile) assert.equal((await must(bad.call('GET', '/v1/accounts/self'))).state, 'suspended');
    return seen;
  } finally {
    await server.stop();
    await Promise.all([peer.close(), dns.close()]);
    discard(server);
  }
}

const post = async (who: Tenant, to: string | readonly string[], more: object = {}): Promise<Json> => {
  const { status, body } = await who.call('POST', '/v1/emails', {
    from: `news@${who.domain}`,
    to,
    subject: 'x',
    text: 'News of the day.',
    ...more,
  });
  return { status, body };
};

/** Worse at each call: spam in bursts, dead addresses, then malware and attempts while suspended. */
function misdeeds(bad: Tenant, server: Server): () => Promise<void> {
  let turn = 0;
  return async () => {
    turn++;
    for (let n = 0; n < 4; n++) await post(bad, `r${turn}-${n}@peer.test`, { ...spamOf(n), from: 'PayPal Security <news@bad.test>' });
    await post(
      bad,
      Array.from({ length: 20 }, (_, n) => `none${turn}-${n}@peer.test`),
    );
    if (turn < 4) return;
    await post(bad, 'a@peer.test', { text: EICAR });
    const session = await smtp(server.ready.submission, { tls: 'starttls', login: bad });
    await session.send('news@bad.test', 'a@peer.test', `From: news@bad.test\nSubject: x\n\n${EICAR}\n`);
    session.close();
  };
}

/** The honest account: mail that arrives, that bounces, that the filter refuses, the simulator, malware by mistake below its threshold. */
function dayOf(good: Tenant, server: Server): readonly (() => Promise<unknown>)[] {
  const session = async (message: string, to = 'ana@peer.test'): Promise<string> => {
    const one = await smtp(server.ready.submission, { tls: 'starttls', login: good });
    const { text } = await one.send('news@good.test', to, message);
    one.close();
    return text;
  };
  const settled = async (to: string, more: object = {}): Promise<unknown> => {
    const { body } = await post(good, to, more);
    return until('final', async () => {
      const mail = await must(good.call('GET', `/v1/emails/${body.id}`));
      return ['delivered', 'bounced'].includes(mail.recipients[0].state) && mail;
    });
  };
  const get = (path: string) => async (): Promise<unknown> => must(good.call('GET', path));
  return [
    () => settled('ana@peer.test'),
    () => session('From: news@good.test\nSubject: by smtp\n\nNews of the day.\n'),
    () => settled('none@peer.test'),
    () => post(good, 'ana@peer.test', { ...spamOf(0), from: 'PayPal Security <news@good.test>' }),
    () => session('From: news@good.test\nSubject: again\n\nNews of the day.\n', 'none@peer.test'),
    () => settled('success@simulator.sesame.test'),
    () => post(good, 'ana@peer.test', { text: EICAR }),
    () => settled('bob@peer.test', { html: '<p>Your receipt of today: two books.</p>' }),
    () => post(good, 'ana@other-domain.test', { from: 'news@bad.test' }),
    () => must(good.call('POST', '/v1/scan', 'From: a@good.test\nSubject: x\n\nNews.\n', { 'content-type': 'message/rfc822' })),
    get('/v1/accounts/self'),
    async () => {
      const of = (rules: readonly Json[], id: string): Json => rules.find(one => one.id === id);
      await until('counted', async () => {
        const { rules } = await must(good.call('GET', '/v1/accounts/self/standing'));
        return of(rules, 'spam').among === 5 && of(rules, 'blocked_recipients').hits === 1 && of(rules, 'hard_bounces').among === 4;
      });
      return get('/v1/accounts/self/standing')();
    },
    get('/v1/accounts/self/standing/dry-run'),
    async () => {
      const all = await until('all events', async () => {
        const { data } = await must(good.call('GET', '/v1/events?limit=100'));
        return data.filter((one: Json) => one.type === 'rejected').length === 2 && (data as Json[]);
      });
      return all.map(({ type, ...one }) => [type, one]).toSorted(byText);
    },
    get('/v1/blocked'),
    () => post(good, 'none@peer.test'),
    async () => (await must(good.call('GET', '/v1/emails?limit=100'))).data.length,
    get('/v1/limits'),
    ...Array.from({ length: 4 }, (_, n) => () => post(good, `late${n}@peer.test`)),
  ];
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(masked(a)) < JSON.stringify(masked(b)) ? -1 : 1);

/** Without ids, times and what takes time. */
function masked(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/(?:msg|evt|acc|key|blk|req|cred)_[0-9a-z]+/g, 'ID')
    .replace(/cur_[\w-]+/g, 'CURSOR')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/"(\w*(?:Ms|At|at|from|to|since))":(?:\d{13}|"TIME")/g, '"$1":"TIME"')
    .replace(/"tookMs":[\d.]+/g, '"tookMs":0')
    .replace(/<[0-9a-z]{26}@/g, '<ID@')
    .replace(/(127\.0\.3\.1\]):\d+/g, '$1:PORT');
  return JSON.parse(text) as unknown;
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
