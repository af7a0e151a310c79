// Makes every call of the reference against a real server, in the order of its chapters. `node test/reference.ts` writes what came back to
// src/api/reference/answers.json; the test compares shapes with it, so that no example is invented or goes stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sections } from '../src/api/reference/sections.ts';
import type { Answers, Call as Example } from '../src/api/reference/types.ts';
import { discard, must, ROOT, startServer, until, type Answer, type Call, type Json, type Server } from './server.ts';

/** No example comes back: what it needs (held mail, a mailed link, a certificate authority) is not made for it; or it is a page. */
const UNMADE = [
  'POST /v1/emails/{id}/release',
  'POST /v1/emails/{id}/discard',
  'POST /v1/sign-up',
  'GET /v1/inbound/confirm/{token}',
  'POST /v1/inbound/confirm/{token}',
  'GET /.well-known/acme-challenge/{token}',
  'GET /.well-known/mta-sts.txt',
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/errors',
];
/** Of what a server tells by itself, as long as it is told at all. */
const FREE = ['GET /metrics', 'GET /v1/doctor', 'GET /v1/sending-ips/{ip}', 'POST /v1/sending-ips/{ip}/check'];

export type Made = { readonly name: string; readonly path: string; readonly status: number; readonly body: Json };

/** `openapi`: who may call what. */
export async function made(server: Server): Promise<readonly Made[]> {
  const openapi: Json = (await server.call('GET', '/openapi.json')).body;
  const account = await must(server.call('POST', '/v1/accounts', { name: 'Shop' }));
  const on = { 'sesame-account': account.id as string };
  await must(server.call('POST', '/v1/domains', { name: 'mail.example.org' }, on));
  await must(server.call('POST', '/v1/domains/mail.example.org/verify', { force: true }, on));
  const { key } = await must(
    server.call('POST', '/v1/keys', { name: 'reference', scopes: ['send', 'score', 'read', 'manage', 'keys'] }, on),
  );
  const tenant = server.as(key);
  /** What stands for a parameter: the last thing made in the collection, or an example of its own. */
  const last: Record<string, string> = {
    '/v1/sending-ips': '127.0.0.1',
    '/v1/recipients': 'ana@example.com',
    '/v1/reputation': 'mail.example.org',
  };
  const all: Made[] = [];
  for (const { calls } of sections) {
    for (const [name, call] of Object.entries(calls)) {
      if (UNMADE.includes(name)) continue;
      await prepare(name, tenant, server.call, on, last);
      const [method = '', route = ''] = name.split(' ');
      const path = filled(route, last) + (call.query ? `?${call.query}` : '');
      const access = openapi.paths[route]?.[method.toLowerCase()]?.['x-access'];
      const answer = await asked(call, method, path, access === 'operator' || /confirm|\/accounts\/\{/.test(name) ? server.call : tenant);
      if (answer.status >= 300) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
      const ident = answer.body?.id ?? answer.body?.name ?? answer.body?.pattern;
      if (method === 'POST' && typeof ident === 'string' && !route.includes('{')) last[route] = ident;
      all.push({ name, path, status: answer.status, body: FREE.includes(name) && typeof answer.body === 'string' ? '' : answer.body });
    }
  }
  return all;
}

function asked({ body, type }: Example, method: string, path: string, call: Call): Promise<Answer> {
  const force = path.endsWith('/confirm') ? { force: true } : body;
  return call(method, path, force, type ? { 'content-type': type } : {});
}

function filled(route: string, last: Readonly<Record<string, string>>): string {
  if (route.includes('{group}')) return '/v1/doctor/set-aside/Certificates/mx.sesame.test';
  const collection = Object.keys(last)
    .filter(one => route.startsWith(`${one}/{`))
    .toSorted((a, b) => b.length - a.length)[0];
  const one = route.replace(/\{\w+\}/, encodeURIComponent(last[collection ?? ''] ?? 'none'));
  // Of one list or of all.
  return one.replace('{address}', encodeURIComponent(last['/v1/recipients'] ?? 'none'));
}

/** What a call wants to find. */
async function prepare(
  name: string,
  tenant: Call,
  operator: Call,
  on: Readonly<Record<string, string>>,
  last: Record<string, string>,
): Promise<void> {
  const mail = { from: 'hello@mail.example.org', to: ['success@simulator.sesame.test'], subject: 'x', text: 'x' };
  if (name === 'POST /v1/emails/{id}/cancel') {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    last['/v1/emails'] = (await must(tenant('POST', '/v1/emails', { ...mail, sendAt }))).id;
  }
  if (name === 'GET /v1/emails' || name === 'GET /v1/events')
    await until('a delivery', async () => (await must(tenant('GET', '/v1/events?type=delivered'))).data.length > 0);
  if (name === 'POST /v1/inbound/routes/{id}/confirm') {
    const forward = { match: 'boss@mail.example.org', action: { forward: 'boss@example.com' } };
    last['/v1/inbound/routes'] = (await must(operator('POST', '/v1/inbound/routes', forward, on))).id;
  }
}

/** Strings of a kind become one of that kind; secrets and long values are cut: nobody should copy them. */
function shortened(given: Json, dataDir: string): Json {
  const value = typeof given === 'string' ? given.replaceAll(dataDir, '/var/lib/sesame') : given;
  if (typeof value === 'string') {
    if (/^(?:sk_sesame_|whsec_)/.test(value)) return value.replace(/^(sk_sesame_|whsec_).*/, '$1…');
    return value.length > 90 ? `${value.slice(0, 60)}…` : value;
  }
  if (Array.isArray(value)) return value.slice(0, 2).map(one => shortened(one, dataDir));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === 'password' ? '…' : shortened(one, dataDir)]));
}

/** Where `now` lacks what `then` had: paths of fields. What is new is no difference: the API grows. */
export function lost(then: Json, now: Json, path = ''): readonly string[] {
  if (Array.isArray(then) && Array.isArray(now)) return then.length > 0 && now.length > 0 ? lost(then[0], now[0], `${path}[]`) : [];
  if (!isObject(then) || !isObject(now)) return [];
  return Object.entries(then).flatMap(([name, one]) => (name in now ? lost(one, now[name], `${path}.${name}`) : [`${path}.${name}`]));
}

const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const SETTINGS = {
  SESAME_SENDING_IPS: '127.0.0.1',
  SESAME_RESOLVER: '127.0.0.1:9',
  SESAME_PUBLIC_URL: 'https://mail.example.com',
  SESAME_DNSBLS: 'off',
};

if (import.meta.main) {
  const server = await startServer(SETTINGS);
  try {
    const told: Answers = Object.fromEntries(
      (await made(server)).map(({ name, path, status, body }) => [name, { path, status, body: shortened(body, server.dataDir) }]),
    );
    // One line a call, so that a change shows which.
    const lines = Object.entries(told).map(([name, answer]) => `${JSON.stringify(name)}: ${JSON.stringify(answer)}`);
    writeFileSync(join(ROOT, 'src/api/reference/answers.json'), `{\n${lines.join(',\n')}\n}\n`);
  } finally {
    await server.stop();
    discard(server);
  }
}
