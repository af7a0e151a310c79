// The suspension table against a real server: an account floods by HTTP and SMTP through two doors into a slow sink, breaks one rule, and what it
// still gets in and out after the event of its suspension is counted. Accounts are on probation where a notice would be waited for.
import { createServer } from 'node:net';
import { buildArf } from '../../test/arf.ts';
import { smtp } from '../../test/client.ts';
import { EICAR } from '../../test/patterns.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../../test/server.ts';
import { startSink, type Sink } from '../../test/sink.ts';
import { spamOf } from '../../test/spam.ts';
import { startStubDns } from '../../test/stub-dns.ts';

const HTTP_CLIENTS = 4;
const SMTP_CLIENTS = 2;
const MOST_MS = 90_000;
/** What the sink takes for a message: so there is a queue, and mail in flight. */
const SINK_MS = 100;

/** `to`: the provider that this row's mail goes to: what one has learned of bad mail must not slow down the next row. */
type World = { readonly server: Server; readonly sink: Sink; readonly who: Tenant; readonly to: string };
type Misdeed = {
  readonly rule: string;
  /** The mail number `n` of the flood; nothing = an ordinary one. */
  readonly mail?: (n: number) => object;
  /** Once, while the flood is on. */
  readonly deed?: (world: World) => Promise<unknown>;
};

const many = (n: number, name: (i: number) => string): readonly string[] => Array.from({ length: 20 }, (_, i) => `${name(i)}-${n}-${i}@TO`);

const MISDEEDS: readonly Misdeed[] = [
  { rule: 'malware', mail: n => (n > 60 ? { text: EICAR } : {}) },
  { rule: 'spam', mail: n => (n % 2 === 0 ? { ...spamOf(n / 2), from: 'PayPal Security <news@FROM>' } : {}) },
  { rule: 'hard_bounces', mail: n => ({ to: many(n, i => (i < 5 ? 'none' : 'ann')) }) },
  { rule: 'spam_replies', mail: n => ({ to: many(n, i => (i < 5 ? 'junk' : 'ann')) }) },
  { rule: 'complaints', mail: n => ({ to: many(n, () => 'ann') }), deed: complainOften },
  { rule: 'traps', mail: n => (n % 10 === 9 ? { to: 'trap@TO' } : {}) },
  {
    rule: 'the operator',
    deed: ({ server, who }) => must(server.call('POST', `/v1/accounts/${who.accountId}/suspend`, { reason: 'bench' })),
  },
];

export async function live(): Promise<void> {
  const port = await freePort();
  const sink = await startSink({
    host: '127.0.3.1',
    port,
    onRcpt: to => (to.startsWith('none') ? '550 5.1.1 no such user' : undefined),
    onMessage: async ({ to }) => {
      await new Promise(resolve => setTimeout(resolve, SINK_MS));
      return to.some(one => one.startsWith('junk')) ? '554 5.7.1 this message was identified as spam' : '250 2.0.0 ok';
    },
  });
  const zone = MISDEEDS.flatMap((_, n) => [
    [`peer${n}.test MX`, [`10 mx.peer${n}.test`]] as const,
    [`mx.peer${n}.test A`, ['127.0.3.1']] as const,
  ]);
  const dns = await startStubDns(Object.fromEntries(zone));
  const server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port), SESAME_DOORS: '2' });
  console.log('live: accepted after | delivered after (last of them) | first refusal at HTTP, SMTP | in before | held');
  for (const [n, misdeed] of MISDEEDS.entries()) {
    await must(server.call('POST', '/v1/blocked', { pattern: `trap@peer${n}.test`, direction: 'recipient', source: 'trap' }));
    await row({ server, sink, who: await tenant(server, `bad${n}.test`), to: `peer${n}.test` }, misdeed);
  }
  await server.stop();
  await Promise.all([sink.close(), dns.close()]);
  discard(server);
}

async function row(world: World, misdeed: Misdeed): Promise<void> {
  const { server, sink, who } = world;
  const account = `/v1/accounts/${who.accountId}`;
  await must(server.call('PATCH', account, { malware: { count: 1 } }));
  if (misdeed.rule !== 'malware') {
    await must(server.call('POST', `${account}/suspend`, { reason: 'bench' }));
    await must(server.call('POST', `${account}/reinstate`, { note: 'on probation' }));
  }
  const from = Date.now();
  const [{ http, smtp: bySmtp }] = await Promise.all([flood(world, misdeed), misdeed.deed?.(world)]);
  const { data } = await must(server.call('GET', '/v1/events?type=suspended&limit=100', undefined, { 'sesame-account': who.accountId }));
  const at = Date.parse((data as Json[]).at(-1).at);
  const emails = await all(who);
  const after = emails.filter(one => Date.parse(one.acceptedAt) > at).length;
  const own = sink.caught.filter(one => one.at >= from && one.raw.includes(`@${who.domain}`));
  const late = own.filter(one => one.at > at).map(one => one.at - at);
  await until('all held or final', async () =>
    (await all(who)).every(one => one.states.every((state: string) => !['queued', 'deferred'].includes(state))),
  );
  const held = (await all(who)).filter(one => one.states.includes('held')).length;
  const last = late.length > 0 ? ` (+${Math.max(...late)} ms)` : '';
  const reason = (data as Json[]).at(-1).reason;
  console.log(
    `  ${misdeed.rule} (${reason}): ${after} | ${late.length}${last} | ${Math.max(0, http - at)} ms, ${Math.max(0, bySmtp - at)} ms | ${emails.length} | ${held}`,
  );
}

/** Until every client was refused as suspended; when each door said so first. */
async function flood({ server, who, to }: World, { mail }: Misdeed): Promise<{ readonly http: number; readonly smtp: number }> {
  let n = 0;
  const end = Date.now() + MOST_MS;
  const overHttp = async (): Promise<number> => {
    while (Date.now() < end) {
      const more = JSON.parse(
        JSON.stringify(mail?.(n++) ?? {})
          .replace('FROM', who.domain)
          .replaceAll('@TO', `@${to}`),
      ) as object;
      const { body } = await who.call('POST', '/v1/emails', {
        from: `news@${who.domain}`,
        to: `ann${n}@${to}`,
        subject: 'x',
        text: 'News.',
        ...more,
      });
      if (body.error?.code === 'account_suspended') return Date.now();
    }
    throw new Error('not suspended');
  };
  const overSmtp = async (): Promise<number> => {
    const session = await smtp(server.ready.submission, { tls: 'starttls', login: who });
    while (Date.now() < end) {
      const { text } = await session.send(`news@${who.domain}`, `smtp${n++}@${to}`, `From: news@${who.domain}\nSubject: x\n\nNews.\n`);
      if (text.includes('account_suspended')) return (session.close(), Date.now());
    }
    throw new Error('not suspended');
  };
  const clients = [Array.from({ length: HTTP_CLIENTS }, overHttp), Array.from({ length: SMTP_CLIENTS }, overSmtp)];
  const [http, bySmtp] = await Promise.all(clients.map(async one => Math.max(...(await Promise.all(one)))));
  return { http: http as number, smtp: bySmtp as number };
}

async function all(who: Tenant): Promise<readonly Json[]> {
  const found: Json[] = [];
  for (let after: string | null = ''; after !== null;) {
    const { data, next }: Json = await must(who.call('GET', `/v1/emails?direction=out&limit=100${after && `&after=${after}`}`));
    // Notifications of bounces are ours.
    for (const one of (data as Json[]).filter(it => it.door !== 'internal'))
      found.push({ ...one, states: one.recipients?.map((to: Json) => to.state) ?? (await statesOf(who, one.id)) });
    after = next;
  }
  return found;
}
const statesOf = async (who: Tenant, id: string): Promise<readonly string[]> =>
  (await must(who.call('GET', `/v1/emails/${id}`))).recipients.map((one: Json) => one.state);

/** Reports about what arrived, once there is enough of it. */
async function complainOften({ server, sink, who }: World): Promise<void> {
  const own = (): readonly Json[] => sink.caught.filter(one => one.raw.includes(`@${who.domain}`));
  await until(
    'a thousand delivered',
    async () => {
      const { rules } = await must(who.call('GET', '/v1/accounts/self/standing'));
      return rules.find((one: Json) => one.id === 'complaints').among >= 1_100;
    },
    MOST_MS,
  );
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  for (let n = 0; (await must(who.call('GET', '/v1/accounts/self'))).state !== 'suspended'; n++) {
    const { raw } = (await until('another mail', () => own()[n])) as Json;
    const report = buildArf({
      messageId: `<${Math.random()}@fbl.test>`,
      from: 'fbl@provider.test',
      to: 'fbl@mx.sesame.test',
      at: Date.now(),
      arrivedAt: Date.now(),
      feedbackType: 'abuse',
      originalMailFrom: `news@${who.domain}`,
      originalRecipients: [],
      sourceIp: '192.0.2.1',
      reportedDomain: who.domain,
      returned: raw.subarray(0, raw.indexOf('\r\n\r\n') + 4),
      full: false,
    });
    await session.send('fbl@provider.test', 'fbl@mx.sesame.test', report);
  }
  session.close();
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
