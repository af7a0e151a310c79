// A domain whose host takes connections and never says a word has 200,000 mails waiting, all due: what the others feel. Mails to 100 other
// domains are sent at an even pace, from the account that wrote to the tarpit and from another one; told is the time from the first byte
// of a mail to its arrival, without and with the tarpit:
//   node bench/tarpit.ts [-n 200000] [--seconds 20]
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openInline } from '../src/engines/store/inline.ts';
import { openSqlite } from '../src/engines/store/sqlite.ts';
import { smtp } from '../test/client.ts';
import { discard, startServer, tenant, until, type Tenant } from '../test/server.ts';
import { header, startSink } from '../test/sink.ts';
import { message } from '../test/store-contract.ts';
import { startStubDns } from '../test/stub-dns.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', short: 'n', default: '200000' }, seconds: { type: 'string', default: '20' } },
});
const [mails, seconds] = [Number(values.n), Number(values.seconds)];
const DOMAINS = 100;
const BATCH = 500;
const PACE_MS = 25;

const arrived = new Map<string, number>();
const sink = await startSink({
  host: '127.0.1.1',
  onMessage: mail => {
    arrived.set(header(mail.raw, 'x-test-id') ?? '', performance.now());
    return '250 2.0.0 ok';
  },
});
const hung = { now: 0, most: 0 };
const tarpit = createServer(socket => {
  hung.most = Math.max(hung.most, ++hung.now);
  socket.on('error', () => undefined).once('close', () => hung.now--);
});
await new Promise<void>(resolve => tarpit.listen(sink.port, '127.0.2.1', resolve));
const dns = await startStubDns({ 'tarpit.test MX': ['10 mx.tarpit.test'], 'mx.tarpit.test A': ['127.0.2.1'] });
for (let n = 0; n < DOMAINS; n++) {
  dns.zone[`d${n}.test MX`] = [`10 mx.d${n}.test`];
  dns.zone[`mx.d${n}.test A`] = ['127.0.1.1'];
}
const env = { SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(sink.port), SESAME_CONNECTION_LIMIT: '10000', SESAME_LOG: 'warn' };
const first = await startServer(env);
const { dataDir } = first;
const senders = [await tenant(first, 'one.test'), await tenant(first, 'other.test')] as const;
await first.stop();

await measure('nothing waits');
await fill(senders[0]);
await measure(`${mails} wait for the tarpit`);
await Promise.all([sink.close(), dns.close(), new Promise(resolve => tarpit.close(resolve))]);
discard(first);

async function fill({ accountId }: Tenant): Promise<void> {
  const file = join(dataDir, 'sesame.db');
  const [db, reader] = [openSqlite(file), openSqlite(file, { readOnly: true })];
  const store = await openInline({ db, reader, closeDb: () => (db.close(), reader.close()), dataDir });
  for (let done = 0; done < mails; done += BATCH) {
    const commands = Array.from({ length: BATCH }, (_, seq) => {
      const mail = message(store, Date.now(), { accountId, events: [], counts: 0 }, [`u${done + seq}@tarpit.test`]);
      return { seq, owner: 'bench/0', call: 'queue.accept', arg: mail };
    });
    await store.loop.run(commands);
  }
  await store.close();
}

async function measure(what: string): Promise<void> {
  const server = await startServer(env, dataDir);
  const sent = new Map<string, number>();
  arrived.clear();
  await Promise.all(
    senders.map(async (login, who) => {
      const session = await smtp(server.ready.submissions, { tls: 'implicit', login });
      const end = Date.now() + seconds * 1_000;
      for (let n = 0; Date.now() < end; n++) {
        const id = `${who}-${n}`;
        sent.set(id, performance.now());
        const text = `From: news@${login.domain}\r\nSubject: ${n}\r\nX-Test-Id: ${id}\r\n\r\nHello.\r\n`;
        const reply = await session.send(`news@${login.domain}`, `u@d${n % DOMAINS}.test`, text);
        if (reply.code !== 250) throw new Error(reply.text);
        await new Promise(resolve => setTimeout(resolve, PACE_MS));
      }
      session.close();
    }),
  );
  await until('all at the sink', () => arrived.size >= sent.size);
  const tell = (who: number): object => {
    const took = [...sent].filter(([id]) => id.startsWith(`${who}-`)).map(([id, at]) => (arrived.get(id) ?? Infinity) - at);
    const sorted = took.toSorted((a, b) => a - b);
    const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
    return { mails: sorted.length, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(0.9999) };
  };
  console.log(JSON.stringify({ what, same_account: tell(0), other_account: tell(1), most_connections_to_tarpit: hung.most }));
  await server.kill();
}
