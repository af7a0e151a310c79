// Recipient lists over the API of a real server: imports with their counts, search, sealed rows, and erasing one person.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

let server: Server;
let toko: Tenant;
let other: Tenant;
before(async () => {
  server = await startServer();
  [toko, other] = [await tenant(server, 'toko.test'), await tenant(server, 'other.test')];
});
after(async () => {
  await server.stop();
  discard(server);
});

const newList = async (name = 'news'): Promise<string> => (await must(toko.call('POST', '/v1/lists', { name }))).id;
const fill = (id: string, body: unknown, type?: string): Promise<Json> =>
  must(toko.call('POST', `/v1/lists/${id}/recipients`, body, type ? { 'content-type': type } : {}));

test('an import counts what it met, in three forms, and can be sent again', async () => {
  await must(toko.call('POST', '/v1/blocked', { pattern: 'left@shop.test' }));
  await must(toko.call('POST', '/v1/blocked', { pattern: '@gone.test', direction: 'recipient' }));
  const id = await newList();
  const csv = 'address,name\nana@shop.test,Ana\nANA@shop.test,Ana again\nleft@shop.test,Left\nx@gone.test,\nnot an address,\n';
  const { findings, ...counts } = await fill(id, csv, 'text/csv');
  assert.deepEqual(counts, { valid: 1, repeated: 1, invalid: 1, blocked: 2, recipients: 3 });
  assert.deepEqual(findings, [{ field: 'line 6', message: '"not an address" is not an address' }]);
  const again = await fill(id, csv, 'text/csv');
  assert.deepEqual([again.valid, again.repeated, again.recipients], [0, 4, 3]);
  const lines = await fill(id, '"budi@shop.test"\n{"address":"ana@shop.test","data":{"name":"Third"}}\n', 'application/x-ndjson');
  assert.deepEqual([lines.valid, lines.repeated, lines.recipients], [1, 1, 4]);
  const array = await fill(id, [{ address: 'citra@shop.test', data: { n: 7, vip: true } }, 'dewi@shop.test']);
  assert.deepEqual([array.valid, array.recipients], [2, 6]);
  assert.equal((await must(toko.call('GET', `/v1/lists/${id}`))).recipients, 6);
  const found = await must(toko.call('GET', `/v1/lists/${id}/recipients?address=ana@SHOP.test`));
  assert.deepEqual(found.data, [{ address: 'ana@shop.test', data: { name: 'Third' } }]);
});

test('recipients are listed page by page, taken out, and seen by nobody else', async () => {
  const id = await newList();
  await fill(
    id,
    Array.from({ length: 5 }, (_, n) => `p${n}@shop.test`),
  );
  const seen: string[] = [];
  for (let after = ''; ;) {
    const { data, next } = await must(toko.call('GET', `/v1/lists/${id}/recipients?limit=2&after=${after}`));
    seen.push(...data.map((one: Json) => one.address));
    if (next === null) break;
    after = next;
  }
  assert.deepEqual(seen, ['p0@shop.test', 'p1@shop.test', 'p2@shop.test', 'p3@shop.test', 'p4@shop.test']);
  assert.equal((await toko.call('DELETE', `/v1/lists/${id}/recipients/P2@shop.test`)).status, 204);
  assert.equal((await toko.call('DELETE', `/v1/lists/${id}/recipients/p2@shop.test`)).status, 404);
  assert.equal((await must(toko.call('GET', `/v1/lists/${id}`))).recipients, 4);
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { name: 'x' }],
    ['DELETE', ''],
    ['GET', '/recipients'],
    ['POST', '/recipients', ['a@x.test']],
  ] as const)
    assert.equal((await other.call(method, `/v1/lists/${id}${path}`, body)).status, 404, `${method} ${path}`);
  assert.equal((await must(toko.call('PATCH', `/v1/lists/${id}`, { name: 'renamed' }))).name, 'renamed');
  assert.equal((await toko.call('DELETE', `/v1/lists/${id}`)).status, 204);
  assert.equal((await toko.call('GET', `/v1/lists/${id}`)).status, 404);
});

test('20,000 in a call, no more; and an Idempotency-Key holds', async () => {
  const id = await newList('large');
  const many = Array.from({ length: 20_000 }, (_, n) => ({ address: `p${n}@large.test`, data: { n } }));
  const { valid, recipients } = await fill(id, many);
  assert.deepEqual([valid, recipients], [20_000, 20_000]);
  const over = await toko.call('POST', `/v1/lists/${id}/recipients`, [...many, 'x@x.test']);
  assert.deepEqual([over.status, over.body.error.code], [413, 'too_large']);
  const headers = { 'idempotency-key': 'import/1' };
  const first = await toko.call('POST', `/v1/lists/${id}/recipients`, ['y@x.test'], headers);
  const again = await toko.call('POST', `/v1/lists/${id}/recipients`, ['y@x.test'], headers);
  assert.deepEqual([first.body.valid, again.body.valid, again.headers.get('idempotent-replayed')], [1, 1, 'true']);
  for (const [body, type] of [
    ['x', 'text/plain'],
    ['"', 'text/csv'],
    [{ a: 1 }, undefined],
  ] as const) {
    const { status } = await toko.call('POST', `/v1/lists/${id}/recipients`, body, type ? { 'content-type': type } : {});
    assert.ok(status === 415 || status === 422, String(status));
  }
});

test('addresses, data and names stand nowhere in clear, and one person leaves all lists', async () => {
  const ids = [await newList('Wallaby readers'), await newList()];
  for (const id of ids) await fill(id, [{ address: 'numbat@zoo.test', data: { food: 'termites-only' } }, 'keeper@zoo.test']);
  const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter(one => one.isFile());
  const clear = files.filter(one => /numbat|termites-only|Wallaby/.test(readFileSync(join(one.parentPath, one.name), 'latin1')));
  assert.deepEqual(
    clear.map(one => one.name),
    [],
  );
  assert.equal((await server.call('DELETE', '/v1/recipients/Numbat@zoo.test')).status, 204);
  for (const id of ids) {
    const { data } = await must(toko.call('GET', `/v1/lists/${id}/recipients`));
    assert.deepEqual(
      data.map((one: Json) => one.address),
      ['keeper@zoo.test'],
    );
    assert.equal((await must(toko.call('GET', `/v1/lists/${id}`))).recipients, 1);
  }
});

test('what is left of a removed list goes by itself', async () => {
  const id = await newList();
  await fill(id, ['a@x.test', 'b@x.test']);
  await toko.call('DELETE', `/v1/lists/${id}`);
  const db = openSqlite(join(server.dataDir, 'sesame.db'), { readOnly: true });
  const rows = 'SELECT n FROM list_recipients WHERE list_id = ?';
  await until('the rows are gone', async () => (await db.all(rows, [id])).length === 0, 120_000);
  db.close();
});
