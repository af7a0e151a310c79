// Templates from the API to the recipient, with a real server and a sink: kept sealed, reviewed, versioned, rendered for each call.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { walk } from '../../src/message/walk.ts';
import { GTUBE } from '../patterns.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';

let server: Server;
let sink: Sink;
let toko: Tenant;
let other: Tenant;
before(async () => {
  sink = await startSink();
  server = await startServer({ SESAME_SMARTHOST: sink.address });
  [toko, other] = [await tenant(server, 'toko.test'), await tenant(server, 'other.test')];
});
after(async () => {
  await server.stop();
  await sink.close();
  discard(server);
});

const receipt = {
  name: 'receipt',
  subject: 'Receipt {{number}}',
  text: 'Dear {{name|customer}},\nthank you for order {{number}}. Track it at {{link}}\nToko, Jalan Merdeka 1, Jakarta',
  html: '<!DOCTYPE html><html><body><p>Dear {{name|customer}},</p><p>thank you for <a href="{{link}}">order {{number}}</a>.</p><p>Toko, Jalan Merdeka 1, Jakarta</p></body></html>',
  defaults: { link: 'https://toko.test/' },
};
const keep = (over: object = {}): Promise<Json> => must(toko.call('POST', '/v1/templates', { ...receipt, ...over }));
const partsOf = (raw: Buffer): readonly string[] => walk(raw).leaves.map(leaf => leaf.bytes().toString('utf8'));

test('a template is kept, reviewed at once, listed, changed and deleted', async () => {
  const made = await keep();
  assert.match(made.id, /^tpl_/);
  assert.deepEqual([made.version, made.state, made.review.state, made.variables], [1, 'ok', 'ok', ['number', 'name', 'link']]);
  assert.ok(made.review.score > 5 && Array.isArray(made.review.findings), JSON.stringify(made.review));
  assert.deepEqual([made.subject, made.text, made.html, made.defaults], [receipt.subject, receipt.text, receipt.html, receipt.defaults]);
  const patched = await must(toko.call('PATCH', `/v1/templates/${made.id}`, { subject: 'Receipt no. {{number}}' }));
  assert.deepEqual([patched.version, patched.subject, patched.html], [2, 'Receipt no. {{number}}', receipt.html]);
  const listed = await must(toko.call('GET', '/v1/templates?limit=1'));
  assert.deepEqual([listed.data[0].id, listed.data[0].name, listed.data[0].html], [made.id, 'receipt', undefined]);
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/render'],
  ] as const)
    assert.equal(
      (await other.call(method, `/v1/templates/${made.id}${path}`, method === 'GET' || method === 'DELETE' ? undefined : {})).status,
      404,
    );
  assert.equal((await toko.call('DELETE', `/v1/templates/${made.id}`)).status, 204);
  assert.equal((await toko.call('GET', `/v1/templates/${made.id}`)).status, 404);
});

test('what is wrong with a template or its data is told by place', async () => {
  const wrong = await toko.call('POST', '/v1/templates', { ...receipt, html: '<p>\n<a href={{link}}>{{name}', defaults: {} });
  assert.deepEqual([wrong.status, wrong.body.error.code, wrong.body.error.field], [422, 'invalid_field', 'html']);
  assert.deepEqual(
    wrong.body.error.findings.map((one: Json) => one.message.split(':')[0]),
    ['line 2, column 9', 'line 2, column 18'],
  );
  for (const [over, field] of [
    [{ text: null, html: null }, 'text'],
    [{ defaults: { stray: 'x' } }, 'defaults.stray'],
    [{ defaults: { link: 'javascript:x' } }, 'defaults.link'],
    [{ defaults: { link: ['x'] } }, 'defaults.link'],
    [{ name: '' }, 'name'],
    [{ extra: 1 }, 'extra'],
  ] as const) {
    const { status, body } = await toko.call('POST', '/v1/templates', { ...receipt, ...over });
    assert.deepEqual([status, body.error.field], [422, field], JSON.stringify(body));
  }
  const { id } = await keep();
  const made = await must(toko.call('POST', `/v1/templates/${id}/render`, { data: { number: 7, name: '<b>', stray: 1 } }));
  assert.deepEqual([made.version, made.subject, made.unused], [1, 'Receipt 7', ['stray']]);
  assert.match(made.html, /Dear &lt;b&gt;,/);
  const missing = await toko.call('POST', `/v1/templates/${id}/render`, { data: { link: '/x' } });
  assert.deepEqual([missing.status, missing.body.error.findings.map((one: Json) => one.field)], [422, ['data.number', 'data.link']]);
});

test('an email by template arrives rendered; what stands beside it or is missing is refused', async () => {
  const { id } = await keep();
  const email = {
    from: 'Toko <toko@toko.test>',
    to: ['ana@shop.test'],
    template: { id, data: { number: 8812, name: 'Ana & Budi', x: 1 } },
  };
  const headers = { 'idempotency-key': 'receipt/8812' };
  const sent = await must(toko.call('POST', '/v1/emails', email, headers));
  assert.deepEqual(
    sent.findings.map((one: Json) => one.id),
    ['unused_data'],
  );
  const again = await toko.call('POST', '/v1/emails', email, headers);
  assert.deepEqual([again.body.id, again.headers.get('idempotent-replayed')], [sent.id, 'true']);
  assert.match(
    (await must(toko.call('POST', '/v1/emails', email, { 'accept-language': 'id' }))).findings[0].message,
    /^"x": tidak dipakai/,
  );
  const caught = await until('the mail', () => sink.caught.find(one => one.to.includes('ana@shop.test')));
  assert.match(caught.raw.toString('latin1'), /^Subject: Receipt 8812\r$/m);
  const [text, html] = partsOf(caught.raw);
  assert.match(text ?? '', /^Dear Ana & Budi,/);
  assert.match(html ?? '', /Dear Ana &amp; Budi,.*<a href="https:\/\/toko\.test\/">order 8812</);
  for (const [over, field] of [
    [{ subject: 'x' }, 'subject'],
    [{ html: '<p>' }, 'html'],
    [{ template: { id } }, 'template.data.number'],
    [{ template: { id, data: { number: '1\r\nBcc: x@x.test' } } }, 'template.data.number'],
    [{ template: { id, data: { number: 'x'.repeat(8_200) } } }, 'template.data'],
  ] as const) {
    const { status, body } = await toko.call('POST', '/v1/emails', { ...email, ...over });
    assert.deepEqual([status, body.error.code, body.error.field], [422, 'invalid_field', field], JSON.stringify(body));
  }
  assert.equal((await other.call('POST', '/v1/emails', { ...email, from: 'a@other.test' })).status, 404);
  // Scored with the same words: rendered first.
  const scored = await must(toko.call('POST', '/v1/score', email));
  assert.ok(
    scored.findings.some((one: Json) => one.id === 'no-unsubscribe') || scored.content.spam.verdict === 'PASS',
    JSON.stringify(scored),
  );
});

test('a template that the filter refuses is kept with the reasons and never sent', async () => {
  const made = await keep({ text: `x ${GTUBE}`, html: null, defaults: {}, subject: 'x' });
  assert.deepEqual([made.state, made.review.state], ['refused', 'refused']);
  assert.ok(made.review.reasons.length > 0);
  const email = { from: 'toko@toko.test', to: ['ana@shop.test'], template: { id: made.id } };
  const { status, body } = await toko.call('POST', '/v1/emails', email);
  assert.deepEqual([status, body.error.code, body.error.field], [409, 'wrong_state', 'template.id']);
  const mended = await must(toko.call('PATCH', `/v1/templates/${made.id}`, { text: receipt.text, defaults: { link: 'x', number: 1 } }));
  assert.equal(mended.state, 'ok');
  // Data can still make it spam: each mail is judged by itself.
  const spam = await toko.call('POST', '/v1/emails', { ...email, template: { id: made.id, data: { name: GTUBE } } });
  assert.deepEqual([spam.status, spam.body.error.code], [422, 'spam_content']);
});

test('nothing of a template stands in the data directory in clear', async () => {
  const words = { ...receipt, name: 'Zebrafinch name', text: `Quokkas are {{number}} ${receipt.text}` };
  const key = { 'idempotency-key': 'kept-words' };
  const made = await toko.call('POST', '/v1/templates', words, key);
  const again = await toko.call('POST', '/v1/templates', words, key);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(again.body, made.body, 'the answer is repeated whole');
  const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter(one => one.isFile());
  const clear = files.filter(one => /Zebrafinch|Quokkas/.test(readFileSync(join(one.parentPath, one.name), 'latin1')));
  assert.deepEqual(
    clear.map(one => one.name),
    [],
  );
  assert.doesNotMatch(server.log(), /Zebrafinch|Quokkas/);
});
