// kill -9 on the whole server, again and again, under load: every acknowledged mail arrives, none is in two states, and an extra
// copy exists only of mail that was on its way when the server was killed. SESAME_KILLS=2000 runs the long form.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { smtp } from '../client.ts';
import { randomFrom } from '../random.ts';
import { discard, startServer, tenant, until, type Server } from '../server.ts';
import { header, startSink, type Caught } from '../sink.ts';

const KILLS = Number(process.env['SESAME_KILLS'] ?? 50);
const SEED = Number(process.env['SESAME_SEED'] ?? Date.now() % 1_000_000);
const CONNECTIONS = 4;

const closing: (() => unknown)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

test(`kill -9 of the whole server at ${KILLS} points, seed ${SEED}`, { timeout: 60_000 + KILLS * 10_000 }, async () => {
  const random = randomFrom(SEED);
  let generation = 0;
  const arrived = new Map<string, number[]>();
  const sink = await startSink({
    onMessage: async (mail: Caught) => {
      if (random() < 0.1) await new Promise(resolve => setTimeout(resolve, 20));
      const id = header(mail.raw, 'x-test-id') ?? '';
      arrived.set(id, [...(arrived.get(id) ?? []), generation]);
      return '250 2.0.0 ok';
    },
  });
  closing.push(sink.close);
  const env = { SESAME_SMARTHOST: sink.address, SESAME_CONNECTION_LIMIT: '10000', SESAME_DOORS: '2', SESAME_LOG: 'error' };
  let server = await startServer(env);
  closing.push(
    () => discard(server),
    () => server.kill(),
  );
  const sender = await tenant(server, 'sender.test');
  const acknowledged = new Map<string, string>();
  let next = 0;
  for (let round = 0; round < KILLS; round++) {
    const stopped = { now: false };
    const senders = Array.from({ length: CONNECTIONS }, () => feed(server, sender, stopped, () => `m${next++}`, acknowledged));
    // One time in five from the moment it is ready, else once mail flows: on a busy machine nothing else would be killed than starts.
    const flows = round % 5 === 0 ? 0 : acknowledged.size + 2;
    await until('mail flows', () => acknowledged.size >= flows);
    await new Promise(resolve => setTimeout(resolve, 5 + random() * 150));
    await server.kill();
    // What the next server sends, from its first moment on, is of the next generation.
    generation++;
    stopped.now = true;
    await Promise.all(senders);
    server = await startServer(env, server.dataDir);
  }
  await until(`every acknowledged mail at the sink (seed ${SEED})`, () => [...acknowledged.keys()].every(id => arrived.has(id)), 120_000);
  assert.ok(acknowledged.size >= KILLS, `only ${acknowledged.size} mails were acknowledged`);
  const states = await until('no recipient is left waiting', () => settled(server, sender.accountId, acknowledged));
  for (const [id, list] of states) assert.deepEqual(list, ['delivered'], `${id} is in ${list.join()}`);
  for (const [id, seen] of arrived) assert.equal(new Set(seen).size, seen.length, `${id} came twice without a kill between`);
  const copies = [...arrived.values()].reduce((sum, seen) => sum + seen.length - 1, 0);
  console.log(`seed ${SEED}: ${KILLS} kills, ${acknowledged.size} acknowledged, 0 lost, ${copies} extra copies`);
  assert.equal(await server.stop(), 0);
});

/** Sends mail after mail on one connection and notes the id of each that got its 250; ends with the connection. */
async function feed(
  server: Server,
  login: { readonly username: string; readonly password: string },
  stopped: { readonly now: boolean },
  name: () => string,
  acknowledged: Map<string, string>,
): Promise<void> {
  try {
    const session = await smtp(server.ready.submissions, { tls: 'implicit', login });
    while (!stopped.now) {
      const id = name();
      const reply = await session.send(
        'news@sender.test',
        'reader@rcpt.test',
        `From: news@sender.test\r\nTo: reader@rcpt.test\r\nSubject: ${id}\r\nX-Test-Id: ${id}\r\n\r\nHello.\r\n`,
      );
      const queued = /queued as (\S+)/.exec(reply.text)?.[1];
      if (reply.code === 250 && queued) acknowledged.set(id, queued);
    }
    session.close();
  } catch {
    // The server was killed: what had no 250 is not counted.
  }
}

async function settled(
  server: Server,
  accountId: string,
  acknowledged: ReadonlyMap<string, string>,
): Promise<Map<string, string[]> | undefined> {
  const states = new Map<string, string[]>();
  for (const [id, emailId] of acknowledged) {
    const { body } = await server.call('GET', `/v1/emails/${emailId}`, undefined, { 'sesame-account': accountId });
    const list = (body.recipients as { state: string }[]).map(one => one.state);
    if (list.some(state => state === 'queued' || state === 'deferred')) return undefined;
    states.set(id, list);
  }
  return states;
}
