// The scanner killed, hung, slow, lying, in the middle of mail: nothing unscanned arrives, no malware arrives, and everything else arrives
// once the scanner is well again. A real clamd behind a front that misbehaves, and the scanning processes killed by their pids.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { zipOf } from '../archives/zip.ts';
import { MARKER, noClamd, startClamd, startFront, type Mode } from '../clamd.ts';
import { discard, startServer, tenant, until } from '../server.ts';
import { header, startSink } from '../sink.ts';

const MAILS = 500;
const AT_ONCE = 8;
const MODES: readonly Mode[] = ['pass', 'refuse', 'slow', 'pass', 'hang', 'wrong-id', 'pass', 'error', 'cut', 'garbage', 'pass'];
/** In these mail goes on. */
const WELL: readonly Mode[] = ['pass', 'slow'];

const over = new AbortController();
const closing: (() => unknown)[] = [];
after(async () => {
  over.abort();
  for (const close of closing.toReversed()) await close();
});

test(`${MAILS} mails while the scanner fails in every way`, { skip: noClamd, timeout: 300_000 }, async () => {
  const clamd = await startClamd();
  closing.push(clamd.stop);
  const front = await startFront(clamd.socket);
  closing.push(front.close);
  const sink = await startSink();
  closing.push(sink.close);
  const server = await startServer({
    SESAME_CLAMD: front.address,
    SESAME_CLAMD_TIMEOUT: '1s',
    SESAME_SMARTHOST: sink.address,
    SESAME_CONNECTION_LIMIT: '10000',
    SESAME_LOG: 'error',
  });
  closing.push(
    () => discard(server),
    () => server.kill(),
  );
  const sender = await tenant(server, 'sender.test');
  const answers = new Map<string, number>();
  const progress = { done: 0 };
  let again = 0;
  const send = async (n: number): Promise<void> => {
    const infected = n % 10 === 0;
    const content = zipOf([{ name: 'a.txt', bytes: Buffer.from(`mail ${n} ${infected ? MARKER : 'is clean'}`) }]).toString('base64');
    const body = {
      from: 'a@sender.test',
      to: ['b@elsewhere.test'],
      subject: `mail ${n}`,
      text: `mail ${n}`,
      headers: { 'X-Test-Id': `${n}` },
      attachments: [{ filename: 'a.zip', content, contentType: 'application/zip' }],
    };
    for (let tries = 0; tries < 400; tries++) {
      const { status, body: told } = await sender.call('POST', '/v1/emails', body, { 'idempotency-key': `k${n}` });
      answers.set(`${status} ${told.error?.code ?? ''}`, (answers.get(`${status} ${told.error?.code ?? ''}`) ?? 0) + 1);
      if (status !== 503) {
        assert.equal(status, infected ? 422 : 202, JSON.stringify(told));
        progress.done++;
        return;
      }
      again++;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.fail(`mail ${n} was never taken`);
  };
  let next = 0;
  const feeders = Array.from({ length: AT_ONCE }, async () => {
    while (next < MAILS) await send(next++);
  });
  let rounds = 0;
  const trouble = (async () => {
    for (; progress.done < MAILS && !over.signal.aborted; rounds++) {
      const mode = MODES[rounds % MODES.length] as Mode;
      front.set(mode);
      if (rounds % 3 === 0) for (const pid of scanningProcesses(server.pid)) process.kill(pid, 'SIGKILL');
      // A tenth of the mail; or until all that are on their way were told to come again twice, since a change alone breaks sessions off.
      const [done, told] = [Math.min(MAILS, progress.done + MAILS / 10), again + 2 * AT_ONCE];
      const isFelt = WELL.includes(mode) ? () => progress.done >= done : () => again >= told || progress.done === MAILS;
      await until(`${mode} is felt`, () => over.signal.aborted || isFelt());
    }
  })();
  await Promise.all([...feeders, trouble]);
  front.set('pass');

  const clean = MAILS - MAILS / 10;
  await until('every clean mail at the sink', () => sink.caught.length >= clean);
  const ids = sink.caught.map(mail => Number(header(mail.raw, 'x-test-id')));
  assert.equal(new Set(ids).size, clean, 'each once');
  assert.equal(ids.filter(id => id % 10 === 0).length, 0, 'no malware arrived');
  assert.ok(again > 0, 'the trouble was felt');
  assert.ok(rounds >= 2 * MODES.length, `each kind of trouble came only ${rounds / MODES.length} times`);
  // The proof: each that arrived was looked at by the engine.
  const page = await sender.call('GET', '/v1/emails?limit=50');
  assert.ok(page.body.data.length > 0);
  for (const { id } of page.body.data) {
    const { virus } = (await sender.call('GET', `/v1/emails/${id}`)).body;
    assert.equal(virus.coverage, 'signatures');
    assert.ok(virus.engines.some((one: { name: string; state: string }) => one.name === 'clamav' && one.state === 'ok'));
    assert.ok(virus.parts.some((one: { path: string; sha256: string }) => one.path.endsWith('/1') && /^[0-9a-f]{64}$/.test(one.sha256)));
  }
  console.log(`${MAILS} mails, ${again} told to come again, ${front.streams()} streams: ${JSON.stringify([...answers])}`);
  assert.equal(await server.stop(), 0);
});

/** Children of the server that run the scanner (proc(5)). */
function scanningProcesses(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
        return Number(stat[1]) === parent && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('scan/process.ts');
      } catch {
        return false;
      }
    });
}
