// What the pages say is there, is there: links and anchors, settings, routes, commands, files of benches and tests.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { discard, ROOT, startServer, type Server } from '../server.ts';
import { anchors, code, pages, prose, type Page } from './pages.ts';

const PICTURE_BYTES = 300_000;
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const faults = (of: (page: Page) => readonly string[]): readonly string[] =>
  pages.flatMap(page => of(page).map(fault => `${page.path}: ${fault}`));
const missing = (names: Iterable<string>, isThere: (name: string) => boolean): readonly string[] =>
  [...names].filter(name => !isThere(name));
const captures = (line: string, pattern: RegExp): readonly string[] => [...line.matchAll(pattern)].map(([, first = '']) => first);

let server: Server;
before(async () => void (server = await startServer()));
after(async () => {
  await server.stop();
  discard(server);
});

test('no link of a page leads nowhere, and pictures are small and described', () => {
  const found = faults(page =>
    [...prose(page).matchAll(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g)].flatMap(([, picture = '', words = '', target = '']) => {
      if (/^[a-z]+:/i.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page.path : join(dirname(page.path), path);
      if (!existsSync(join(ROOT, file))) return [`${target} is not there`];
      if (picture && (words.trim() === '' || statSync(join(ROOT, file)).size > PICTURE_BYTES)) return [`${target}: no words, or too large`];
      const other = pages.find(one => one.path === file);
      return anchor !== undefined && other && !anchors(other).has(anchor) ? [`${target}: no such heading`] : [];
    }),
  );
  assert.deepEqual(found, []);
});

test('every setting is in docs/settings.md, and no page names one that is not', () => {
  const names = (text: string): readonly string[] => text.match(/SESAME_[A-Z_]+[A-Z]/g) ?? [];
  // Of the command line and of the tests: no settings of the server.
  const others = new Set(['SESAME_URL', 'SESAME_API_KEY', 'SESAME_API_KEY_FILE', 'SESAME_KILLS', 'SESAME_SEED', 'SESAME_CONSOLE_SLOW']);
  const known = new Set(names(read('src/config.ts')).filter(name => !others.has(name)));
  const listed = new Set(captures(read('docs/settings.md'), /^\| (.+?) \|/gm).flatMap(names));
  assert.deepEqual(
    missing(known, name => listed.has(name)),
    [],
  );
  const isKnown = (name: string): boolean => known.has(name) || known.has(name.replace(/_FILE$/, '')) || others.has(name);
  assert.deepEqual(
    faults(page => missing(names(page.text), isKnown)),
    [],
  );
});

test('every bound of /v1/limits is in docs/limits.md with its value', async () => {
  const { body } = await server.call('GET', '/v1/limits');
  const rows = new Map(
    [...read('docs/limits.md').matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(([, name = '', value = '']) => [name, value.trim()]),
  );
  const shown = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en-US') : JSON.stringify(value));
  assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(Object.entries(body).map(([name, value]) => [name, shown(value)])));
});

test('commands that pages name can be run', () => {
  const scripts = new Set(Object.keys(JSON.parse(read('package.json')).scripts));
  const help = execFileSync(join(ROOT, 'bin/sesame'), ['--help'], { encoding: 'utf8' });
  const commands = new Set(captures(help, /^ {2}([a-z][a-z-]*)\b/gm));
  assert.ok(commands.size > 10, help);
  const isFile = (file: string): boolean => existsSync(join(ROOT, file));
  const found = faults(page =>
    code(page).flatMap(line => [
      ...missing(captures(line, /\bnode ((?:bench|test|training|console)\/[\w./-]+\.ts)/g), isFile),
      ...missing(
        captures(line, /\bnode test\/run\.ts ([\w./ -]+)/g).flatMap(files => files.split(' ').filter(file => file.includes('/'))),
        isFile,
      ),
      ...missing(captures(line, /\bnpm run ([\w:-]+)/g), name => scripts.has(name)),
      ...missing(captures(line, /\bbin\/sesame ([a-z][a-z-]*)/g), name => commands.has(name)),
    ]),
  );
  assert.deepEqual(found, []);
});

test('the server has every route that pages name', async () => {
  const { body } = await server.call('GET', '/openapi.json');
  const routes = Object.entries<object>(body.paths).map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]*\}/g, '[^/]+')}$`),
    methods: new Set(Object.keys(methods)),
  }));
  const isThere = (route: string): boolean => {
    const [method = '', path = ''] = route.split(' ');
    return routes.some(one => one.methods.has(method.toLowerCase()) && one.pattern.test(path));
  };
  const found = faults(page =>
    code(page).flatMap(line =>
      missing(
        [...line.matchAll(/\b(GET|POST|PATCH|DELETE|PUT) (\/v1\/[\w/{}.…-]+)/g)].map(
          ([, method = '', path = '']) => `${method} ${path.replace(/\{[^}]*\}/g, 'x').replace(/[/.]$/, '')}`,
        ),
        isThere,
      ),
    ),
  );
  assert.deepEqual(found, []);
});
