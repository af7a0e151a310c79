// A sending IP is listed at a random moment while mail goes out from three: how long until it is out of service, how many mails left from
// it after that, how soon it is back; and what the choice of the IP costs a delivery.
//   node bench/sending-ips.ts [--rounds 10] [--interval 2s] [--rate 20]
import { parseArgs } from 'node:util';
import { openShared } from '../src/engines/shared.ts';
import { newSources } from '../src/engines/sources.ts';
import { MiB } from '../src/limits.ts';
import { discard, must, startServer, tenant, until, type Json } from '../test/server.ts';
import { startSink } from '../test/sink.ts';
import { startStubDns } from '../test/stub-dns.ts';

const IPS = ['127.0.11.1', '127.0.11.2', '127.0.11.3'] as const;
const LIST = 'dnsbl.test';
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    interval: { type: 'string', default: '2s' },
    rate: { type: 'string', default: '20' },
  },
});
const backwards = (ip: string): string => ip.split('.').toReversed().join('.');

await listings();
await choices();

async function listings(): Promise<void> {
  const dns = await startStubDns({
    [`2.0.0.127.${LIST} A`]: ['127.0.0.2'],
    'peer.test MX': ['10 mx.peer.test'],
    'mx.peer.test A': ['127.0.6.2'],
  });
  for (const [n, ip] of IPS.entries()) {
    dns.zone[`${backwards(ip)}.in-addr.arpa PTR`] = [`mx${n}.sender.test`];
    dns.zone[`mx${n}.sender.test A`] = [ip];
  }
  const sink = await startSink({ host: '127.0.6.2' });
  const server = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(sink.port),
    SESAME_SENDING_IPS: IPS.join(','),
    SESAME_DNSBLS: LIST,
    SESAME_IP_CHECK_INTERVAL: values.interval,
  });
  const sender = await tenant(server, 'sender.test');
  const stateOf = async (ip: string): Promise<Json> => must(server.call('GET', `/v1/sending-ips/${ip}`));
  const serves = async (ip: string): Promise<boolean> => ['warming', 'good'].includes((await stateOf(ip)).state);
  for (const ip of IPS) await until(`${ip} serves`, () => serves(ip));

  const ids: { readonly id: string; readonly at: number }[] = [];
  const sending = setInterval(
    () => {
      const at = Date.now();
      void must(sender.call('POST', '/v1/emails', { from: 'a@sender.test', to: 'a@peer.test', subject: 'x', text: 'x' })).then(({ id }) =>
        ids.push({ id, at }),
      );
    },
    1000 / Number(values.rate),
  );
  const out: number[] = [];
  const back: number[] = [];
  const spans: { readonly ip: string; readonly from: number; readonly to: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const ip = IPS[round % IPS.length] as string;
    await new Promise(resolve => setTimeout(resolve, Math.random() * 2_000));
    const listed = Date.now();
    dns.zone[`${backwards(ip)}.${LIST} A`] = ['127.0.0.2'];
    const { since } = await until(`${ip} rests`, async () => {
      const one = await stateOf(ip);
      return one.state === 'resting' && one;
    });
    out.push(Date.parse(since) - listed);
    await new Promise(resolve => setTimeout(resolve, 1_000));
    delete dns.zone[`${backwards(ip)}.${LIST} A`];
    const delisted = Date.now();
    spans.push({ ip, from: Date.parse(since), to: delisted });
    await until(`${ip} is back`, () => serves(ip));
    back.push(Date.now() - delisted);
  }
  clearInterval(sending);
  let after = 0;
  for (const { id, at } of ids) {
    const [one] = await until(`${id} ends`, async () => {
      const { recipients } = await must(sender.call('GET', `/v1/emails/${id}`));
      return recipients[0].attempts.length > 0 && (recipients as Json[]);
    });
    const from = one.attempts[0].sendingIp;
    // Accepted after the commit that took the IP out.
    if (spans.some(span => span.ip === from && at > span.from && at < span.to)) after++;
  }
  const most = (list: readonly number[]): string =>
    `${(Math.max(...list) / 1000).toFixed(2)} s at most, mean ${(list.reduce((a, b) => a + b, 0) / list.length / 1000).toFixed(2)} s`;
  console.log(`interval ${values.interval}, ${out.length} listings, ${ids.length} mails`);
  console.log(`out of service  ${most(out)} after the listing`);
  console.log(`back            ${most(back)} after the delisting (two clean checks)`);
  console.log(`mails from the listed IP, of those accepted after it was out: ${after}`);
  await server.stop();
  await Promise.all([sink.close(), dns.close()]);
  discard(server);
}

/** With facts in memory, as in every delivery but the first after a change. */
async function choices(): Promise<void> {
  const source = (ip: string) => ({ ip, state: 'good', reason: null, helo: `${ip}.test`, pool: 'shared' }) as const;
  const account = { id: 'acc_1', pool: null, risk: 'normal', createdAt: 0 };
  const store = {
    sendingIps: { sources: async () => IPS.map(source) },
    pools: { givenTo: async () => [] },
    accounts: { get: async () => account, sent: async () => 10_000 },
  };
  const config = { sendingIps: IPS, hostname: 'mail.test', ipCheckIntervalMs: 300_000 };
  const sources = newSources({ config, store: store as never, shared: openShared(MiB, Date.now), clock: { now: Date.now } });
  const TIMES = 200_000;
  const started = performance.now();
  for (let n = 0; n < TIMES; n++) await sources.candidates({ accountId: 'acc_1', pool: null, family: 4, forward: false });
  console.log(`choice of the IP: ${(((performance.now() - started) * 1000) / TIMES).toFixed(1)} µs a delivery, facts in memory`);
}
