// EICAR in every form at every door: HTTP, submission, MX. Each is refused by its name, and nothing of it arrives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant } from '../server.ts';
import { startSink } from '../sink.ts';
import { MADE } from './forms.ts';
import { mailWith } from './mail.ts';

const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''));

test(`${MADE.length} forms at three doors`, { timeout: 120_000 }, async () => {
  const sink = await startSink();
  const server = await startServer({ SESAME_SMARTHOST: sink.address, SESAME_CONNECTION_LIMIT: '10000' });
  const owner = await tenant(server, 'sender.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'sender.test', action: 'drop' }));
  const submission = await smtp(server.ready.submission, { tls: 'starttls', login: owner });
  const mx = await smtp(server.ready.mx);
  for (const { group, form, name, of } of MADE) {
    const what = `${group}: ${form}`;
    const out = mailWith(name, of(EICAR));
    const byHttp = await owner.call('POST', '/v1/emails', { raw: out.toString('base64') });
    assert.deepEqual([byHttp.status, byHttp.body.error?.code], [422, 'virus_found'], `${what}: ${JSON.stringify(byHttp.body)}`);
    assert.match((await submission.send('a@sender.test', 'b@elsewhere.test', out)).text, /^554 5\.7\.0 virus_found.*Eicar/, what);
    const incoming = mailWith(name, of(EICAR), 'x@stranger.test', 'ana@sender.test');
    assert.match((await mx.send('x@stranger.test', 'ana@sender.test', incoming)).text, /^554 5\.7\.0 virus_found.*Eicar/, what);
  }
  // The control: the same way lets a clean one through.
  assert.match((await submission.send('a@sender.test', 'b@elsewhere.test', mailWith('a.txt', Buffer.from('hello')))).text, /^250 /);
  assert.equal(sink.caught.filter(mail => mail.raw.includes(EICAR) || /EICAR/.test(mail.raw.toString('latin1'))).length, 0);
  submission.close();
  mx.close();
  await server.stop();
  await sink.close();
  discard(server);
});
