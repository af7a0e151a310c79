// The import map (ARCHITECTURE.md): stages never import each other, pure folders touch nothing of the world and import only downwards,
// and only the shell may open sockets, files and databases. Type imports count.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const SRC = new URL('../src/', import.meta.url).pathname;
const STAGES = ['accept', 'identify', 'authenticate', 'inspect', 'decide', 'queue', 'route', 'deliver', 'report'];
/** Each may import those before it. */
const PURE = [
  'message',
  'personal',
  'bounce',
  'statistics',
  'suppress',
  'reports',
  'tlspolicy',
  'ips',
  'library',
  'standing',
  'levels',
  'shaping',
  'schedule',
  'templates',
  'lists',
  'filter',
  'score',
  'reputation',
];
const WORLD = /^node:(?:net|tls|fs|dns|http|https|http2|sqlite|child_process|dgram|worker_threads)(?:\/|$)/;
/** Files that may touch the world beside `engines/`. */
const SHELL =
  /^(?:main|threads|door|door-types|config)\.ts$|^engines\/|^doctor\/|^accept\/(?:door|session|state|greeting|transaction)\.ts$|^api\/server\.ts$|^deliver\/(?:connection|handshake|tls|lmtp|reach)\.ts$|^inspect\/worker\.ts$|^report\/read-reports\.ts$|^scan\/process\.ts$/;
/** Pure helpers of node:net: no socket is opened by them. */
const HARMLESS =
  /^\s*import (?:type )?\{ (?:isIP|isIPv4|isIPv6|AddressInfo|Socket)(?:, (?:isIP|isIPv4|isIPv6|AddressInfo|Socket))* \} from 'node:net'/;
const FORBIDDEN_FOLDERS = ['utils', 'util', 'common', 'helpers', 'core', 'lib', 'shared'];

type Import = { readonly from: string; readonly to: string; readonly line: string };

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .toSorted();
const product = files.filter(name => !name.endsWith('.test.ts'));
const imports: readonly Import[] = product.flatMap(importsOf);

test('the map is read at all', () => {
  assert.ok(files.length > 50);
  assert.ok(imports.some(one => one.to === 'mail.ts'));
  assert.ok(imports.some(one => one.to === 'node:net'));
});

test('stages never import each other', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [stage, other] = [top(from), top(to)];
    return STAGES.includes(stage) && STAGES.includes(other) && stage !== other;
  });
  assert.deepEqual(wrong.map(told), []);
});

test('pure folders import mail, limits and what is below them', () => {
  const wrong = imports.filter(({ from, to }) => {
    const level = PURE.indexOf(top(from));
    if (level < 0) return false;
    const inside = top(to) === top(from) || (PURE.indexOf(top(to)) >= 0 && PURE.indexOf(top(to)) < level);
    return to.endsWith('.ts') ? !inside && to !== 'mail.ts' && to !== 'limits.ts' : WORLD.test(to);
  });
  assert.deepEqual(wrong.map(told), []);
});

test('decide and scan are pure: no world, no engines', () => {
  const wrong = imports.filter(
    ({ from, to }) => ['decide', 'scan'].includes(top(from)) && from !== 'scan/process.ts' && (WORLD.test(to) || top(to) === 'engines'),
  );
  assert.deepEqual(wrong.map(told), []);
});

test('stages know engines by type', () => {
  const wrong = imports.filter(
    ({ from, to, line }) =>
      STAGES.includes(top(from)) && top(to) === 'engines' && !/^\s*import type/.test(line) && !ALLOWED_ENGINES.test(to),
  );
  assert.deepEqual(wrong.map(told), []);
});
/** Values of engines that are pure: the budget of look-ups, ids. */
const ALLOWED_ENGINES = /^engines\/(?:resolver\/types|ids)\.ts$/;

test('only the shell touches the world', () => {
  const wrong = imports.filter(
    ({ from, to, line }) => WORLD.test(to) && !SHELL.test(from) && !HARMLESS.test(line) && !/^\s*import type/.test(line),
  );
  assert.deepEqual(wrong.map(told), []);
});

test('the product never imports tests, tools or the composition root', () => {
  const wrong = imports.filter(({ to }) => to.startsWith('..') || to === 'main.ts' || to === 'door.ts');
  assert.deepEqual(wrong.map(told), []);
});

test('no folder is called what says nothing', () => {
  const folders = new Set(files.flatMap(name => dirname(name).split('/')));
  assert.deepEqual(
    FORBIDDEN_FOLDERS.filter(name => folders.has(name)),
    [],
  );
});

test('every file opens by saying what it does', () => {
  const silent = product.filter(name => !readFileSync(join(SRC, name), 'utf8').startsWith('// '));
  assert.deepEqual(silent, []);
});

function importsOf(name: string): readonly Import[] {
  const text = readFileSync(join(SRC, name), 'utf8').replace(
    /\{\s*\n\s*([^}]*?)\n\s*\}/g,
    (_, inner: string) => `{ ${inner.replace(/\s*\n\s*/g, ' ')} }`,
  );
  return [...text.matchAll(/^(?:import|export)\b[^'\n]*from '([^']+)'|^import '([^']+)'/gm)].map(found => {
    const target = found[1] ?? found[2] ?? '';
    const to = target.startsWith('.') ? relative(SRC, join(SRC, dirname(name), target)) : target;
    return { from: name, to, line: found[0] };
  });
}

const top = (name: string): string => (name.includes('/') ? name.slice(0, name.indexOf('/')) : name);
const told = ({ from, to }: Import): string => `${from} imports ${to}`;
