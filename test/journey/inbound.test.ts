// Mail in, over real sockets: Debian's Postfix and plain clients to our MX, authenticated against DNS, to a webhook, a forward and LMTP.
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { dkimSign } from '../../src/deliver/dkim/sign.ts';
import { smtp } from '../client.ts';
import { startHook, type Hook } from '../hook.ts';
import { EICAR, GTUBE } from '../patterns.ts';
import { noPostfix, startPostfix } from '../postfix.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let hook: Hook;
let sink: Sink;
let server: Server;
let owner: Tenant;
let secret: string;
const pair = generateKeyPairSync('ed25519');

before(async () => {
  hook = await startHook();
  sink = await startSink({});
  const published = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  dns = await startStubDns({
    'stranger.test TXT': ['v=spf1 ip4:127.0.0.1 -all'],
    'k1._domainkey.stranger.test TXT': [`v=DKIM1; k=ed25519; p=${published}`],
    '_dmarc.stranger.test TXT': ['v=DMARC1; p=reject'],
    'target.test MX': ['10 mx.target.test'],
    'mx.target.test A': ['127.0.0.1'],
  });
  server = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(sink.port),
    SESAME_POSTMASTER: 'boss@target.test',
  });
  owner = await tenant(server, 'inbox.test');
  ({ secret } = await must(
    owner.call('POST', '/v1/inbound/routes', { match: 'inbox.test', action: { webhook: `${hook.url}/in` }, includeRaw: true }),
  ));
});
after(async () => {
  await server.stop();
  await Promise.all([hook.close(), sink.close(), dns.close()]);
  discard(server);
});

const wire = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'));
const posted = (id: string): Promise<Hook['posted'][number]> =>
  until(`${id} at the webhook`, () => hook.posted.find(one => one.body.id === id));
const idOf = (text: string): string => /queued as (\S+)/.exec(text)?.[1] ?? '';

async function give(message: Buffer | string, from = 'x@stranger.test', to: string | string[] = 'ana@inbox.test'): Promise<string> {
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  const reply = await session.send(from, to, message);
  session.close();
  return reply.text;
}

test('a signed mail of an honest stranger reaches the webhook with every verdict', async () => {
  const plain = wire(
    'From: x@stranger.test\nTo: ana@inbox.test\nSubject: hello\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <1@stranger.test>\nAuthentication-Results: mx.sesame.test; spf=pass\nX-Sesame-Spam-Verdict: PASS\n\nHello.\n',
  );
  const key = {
    domain: 'stranger.test',
    selector: 'k1',
    algorithm: 'ed25519',
    key: createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  } as const;
  const signed = Buffer.concat([Buffer.from(dkimSign(plain, [key], Date.now()), 'latin1'), plain]);
  const one = await posted(idOf(await give(signed)));
  const { spam, virus, spf, dkim, dmarc, arc, envelope, headers } = one.body;
  assert.deepEqual([spam.verdict, virus.verdict, virus.coverage], ['PASS', 'PASS', 'rules']);
  assert.deepEqual([spf.verdict, spf.result, spf.domain], ['PASS', 'pass', 'stranger.test']);
  assert.deepEqual([dkim.verdict, dkim.domain], ['PASS', 'stranger.test']);
  assert.deepEqual([dmarc.verdict, dmarc.result], ['PASS', 'pass']);
  assert.equal(arc.verdict, 'GRAY');
  assert.deepEqual(envelope, { from: 'x@stranger.test', to: ['ana@inbox.test'] });
  const named = (name: string): string[] => (headers as [string, string][]).filter(([field]) => field === name).map(([, value]) => value);
  assert.equal(named('Authentication-Results').length, 1, 'the forged one is gone');
  assert.match(named('Authentication-Results')[0] ?? '', /^mx\.sesame\.test; .*dkim=pass.*dmarc=pass/);
  assert.deepEqual(named('X-Sesame-Spam-Verdict'), ['PASS']);
  assert.doesNotThrow(() => new Webhook(secret).verify(one.text, one.headers as Record<string, string>));
  assert.match(Buffer.from(one.body.raw, 'base64').toString(), /\r\n\r\nHello\.\r\n$/);
});

test('a mail that fails says so, and onDmarcFail=honor refuses it', async () => {
  const from = 'From: boss@stranger.test\nTo: ana@inbox.test\nSubject: forged\n\nPay this.\n';
  const one = await posted(idOf(await give(from, 'x@elsewhere.test')));
  assert.deepEqual([one.body.dkim.result, one.body.dmarc.verdict, one.body.dmarc.policy], ['none', 'FAIL', 'reject']);
  const strict = await must(
    owner.call('POST', '/v1/inbound/routes', { match: 'strict@inbox.test', action: { webhook: `${hook.url}/in` }, onDmarcFail: 'honor' }),
  );
  assert.match(await give(from, 'x@elsewhere.test', 'strict@inbox.test'), /^550 5\.7\.1 dmarc_reject/);
  await must(owner.call('DELETE', `/v1/inbound/routes/${strict.id}`));
});

test('spam and malware are refused at the MX, nothing arrives, and the log of refusals says why', async () => {
  const count = hook.posted.length;
  assert.match(await give(`From: x@stranger.test\nSubject: a\n\n${GTUBE}\n`), /^554 5\.7\.1 spam_content/);
  assert.match(await give(`From: x@stranger.test\nSubject: b\n\n${EICAR}\n`), /^554 5\.7\.0 virus_found/);
  assert.match(await give('From: x@stranger.test\n\nx\n', 'x@stranger.test', 'ana@unknown.test'), /^550 5\.1\.1 no_such_recipient/);
  const reasons = await until('refusals', async () => {
    const { body } = await server.call('GET', '/v1/refusals');
    const words = (body.data as Json[]).map(one => one.reason);
    return ['spam_content', 'virus_found', 'no_such_recipient'].every(word => words.includes(word)) && words;
  });
  assert.ok(reasons.length >= 3);
  assert.equal(hook.posted.length, count);
});

test('blocked senders are refused at RCPT, but postmaster always gets through', async () => {
  await must(owner.call('POST', '/v1/blocked', { pattern: '@bad.test', direction: 'sender' }));
  assert.match(await give('From: x@bad.test\n\nx\n', 'x@bad.test'), /^550 5\.7\.1 sender_blocked/);
  assert.match(await give('From: x@bad.test\n\nx\n', 'x@other.test'), /^550 5\.7\.1 sender_blocked/, 'by From, after DATA');
  assert.match(await give('From: x@bad.test\nSubject: to-postmaster\n\nx\n', 'x@bad.test', 'postmaster@inbox.test'), /^250/);
});

test('a forward waits for its confirmation, then goes out sealed from an address of ours', async () => {
  const { id, state } = await must(
    owner.call('POST', '/v1/inbound/routes', { match: 'fwd@inbox.test', action: { forward: 'me@target.test' } }),
  );
  assert.equal(state, 'pending');
  const on = { 'sesame-account': owner.accountId };
  assert.equal((await server.call('POST', `/v1/inbound/routes/${id}/confirm`, { force: true }, on)).body.state, 'active');
  const reply = await give(
    'From: x@stranger.test\nTo: fwd@inbox.test\nSubject: forwarded-one\n\nHello.\n',
    'x@stranger.test',
    'fwd@inbox.test',
  );
  assert.match(reply, /^250/);
  const caught = await until('the forwarded mail', () => sink.caught.find(one => one.raw.includes('forwarded-one')));
  assert.deepEqual(caught.to, ['me@target.test']);
  assert.match(caught.from, /^b-[0-9a-z.]+@bounce\.inbox\.test$/);
  assert.match(caught.raw.toString('latin1'), /^ARC-Seal: .*cv=none/ms);
  assert.match(caught.raw.toString('latin1'), /ARC-Authentication-Results: i=1; mx\.sesame\.test;\s+(?!mx\.sesame)/);
});

test('the target of a forward confirms by a page: looking at the link is not enough', async () => {
  const linked = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(sink.port),
    SESAME_PUBLIC_URL: 'http://mail.test',
  });
  const own = await tenant(linked, 'inbox.test');
  const { id } = await must(own.call('POST', '/v1/inbound/routes', { match: 'fwd@inbox.test', action: { forward: 'link@target.test' } }));
  const caught = await until('the mail with the link', () => sink.caught.find(one => one.to[0] === 'link@target.test'));
  const path = /http:\/\/mail\.test(\/v1\/inbound\/confirm\/[\w-]+)/.exec(caught.raw.toString('latin1').replace(/=\r\n/g, ''))?.[1] ?? '';
  const stateOf = async (): Promise<string> => (await own.call('GET', `/v1/inbound/routes/${id}`)).body.state;
  assert.equal((await fetch(linked.ready.http + path)).status, 200);
  assert.equal(await stateOf(), 'pending');
  const answer = await fetch(linked.ready.http + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  assert.equal(answer.status, 200);
  assert.equal(await stateOf(), 'active');
  assert.equal((await fetch(`${linked.ready.http}/v1/inbound/confirm/none`)).status, 404);
  await linked.stop();
  discard(linked);
});

test('our own bounce address takes the report and ties it to the mail', async () => {
  const sent = await must(
    owner.call('POST', '/v1/emails', { from: 'a@inbox.test', to: ['late@target.test'], subject: 'will bounce later', text: 'x' }),
  );
  const caught = await until('sent', () => sink.caught.find(one => one.raw.includes(sent.id)));
  const report = [
    'From: mailer-daemon@target.test',
    `To: ${caught.from}`,
    'Subject: failed',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It failed.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.target.test',
    '',
    'Final-Recipient: rfc822; late@target.test',
    'Action: failed',
    'Status: 5.1.1',
    '--b--',
    '',
  ].join('\n');
  assert.match(await give(report, '', caught.from), /^250/);
  const event = await until('a bounced event', async () => {
    const { body } = await owner.call('GET', '/v1/events?type=bounced');
    return (body.data as Json[]).find(one => one.emailId === sent.id);
  });
  assert.deepEqual([event.recipient, event.permanent, event.enhanced], ['late@target.test', true, '5.1.1']);
});

test('mail between domains of this server goes in by the MX like any other', async () => {
  dns.zone['inbox.test MX'] = ['10 mx.sesame.test'];
  await must(owner.call('POST', '/v1/emails', { from: 'a@inbox.test', to: ['ana@inbox.test'], subject: 'to-a-neighbour', text: 'x' }));
  const one = await until('the neighbour’s mail', () => hook.posted.find(post => post.text.includes('to-a-neighbour')));
  assert.equal(one.body.envelope.to[0], 'ana@inbox.test');
});

const skip = noPostfix();
test('Postfix hands a mail over with STARTTLS', { skip }, async () => {
  const postfix = startPostfix(0, 'unused.test', { relays: [{ domain: 'inbox.test', to: server.ready.mx }] });
  postfix.submit('x@stranger.test', 'ana@inbox.test', 'From: x@stranger.test\nTo: ana@inbox.test\nSubject: by-postfix\n\nHello.\n');
  const one = await until('the mail by Postfix', () => hook.posted.find(post => post.text.includes('by-postfix')));
  const received = (one.body.headers as [string, string][]).find(([name]) => name === 'Received')?.[1] ?? '';
  assert.match(received, /with ESMTPS .*/);
  postfix.stop();
});

test('/v1/scan told of the same peer says what the door said; the facts of the network count in both', async () => {
  const raw = wire(
    'From: x@stranger.test\nTo: ana@inbox.test\nSubject: the pears\nMessage-ID: <9@stranger.test>\n\nThe pears are ripe, come and fetch some on Friday.\n',
  );
  const { spam } = (await posted(idOf(await give(raw)))).body;
  const scan = async (query: string): Promise<number> =>
    (await must(owner.call('POST', `/v1/scan?direction=in${query}`, raw.toString('latin1'), { 'content-type': 'message/rfc822' }))).spam
      .score;
  assert.equal(await scan('&ip=127.0.0.1&helo=stranger.test&mailFrom=x@stranger.test'), spam.score);
  assert.ok((await scan('&ip=192.0.2.9&helo=stranger.test&mailFrom=x@stranger.test')) > spam.score, 'SPF and DMARC fail there');
});
