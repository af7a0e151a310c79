// Where mail for an address would go, asked without mail: the same answer as the MX door gives, to whose domain it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

let server: Server;
let shop: Tenant;
before(async () => {
  server = await startServer();
  shop = await tenant(server, 'shop.test');
});
after(async () => {
  await server.stop();
  discard(server);
});

const tried = (address: string): Promise<Json> => must(shop.call('POST', '/v1/inbound/try', { address }));
const atTheDoor = async (address: string): Promise<number> => {
  const session = await smtp(server.ready.mx);
  await session.command('MAIL FROM:<a@stranger.test>');
  const { code } = await session.command(`RCPT TO:<${address}>`);
  session.close();
  return code;
};

test('the door and the question agree', async () => {
  const nobody = await tried('ana@shop.test');
  assert.deepEqual([nobody.taken, nobody.reason, nobody.code], [false, 'no_such_recipient', await atTheDoor('ana@shop.test')]);
  const { id } = await must(shop.call('POST', '/v1/inbound/routes', { match: 'ana@shop.test', action: 'drop' }));
  await must(shop.call('POST', '/v1/inbound/routes', { match: '@shop.test', action: 'reject' }));
  const tagged = await until('the route counts', async () => ((one: Json) => one.taken && one)(await tried('Ana+x@shop.test')));
  assert.deepEqual([tagged.route, tagged.match, tagged.code], [id, 'ana@shop.test', await atTheDoor('ana+x@shop.test')]);
  const other = await tried('ben@shop.test');
  assert.deepEqual(
    [other.taken, other.reason, other.match, other.code],
    [false, 'route_rejects', '@shop.test', await atTheDoor('ben@shop.test')],
  );
});

test('what was refused at the door stands in the log of whose domain it is, and of nobody else', async () => {
  const rows = await until('both refusals', async () => {
    const { data } = await must(shop.call('GET', '/v1/refusals'));
    return data.length >= 2 && data;
  });
  assert.deepEqual(new Set(rows.map((one: Json) => one.reason)), new Set(['no_such_recipient', 'route_rejects']));
  const other = await tenant(server, 'other.test');
  assert.deepEqual((await must(other.call('GET', '/v1/refusals'))).data, []);
  assert.equal((await other.call('POST', '/v1/inbound/try', { address: 'ana@shop.test' })).status, 404);
  assert.equal((await shop.call('POST', '/v1/inbound/try', { address: 'no address' })).body.error.field, 'address');
});
