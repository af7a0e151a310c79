// What the first visit loads, as gzip: under 120 KB with one language and the largest page; a dictionary, which has the words of all pages, under 24 KB.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildConsole } from '../../console/build.ts';

const DIST = new URL('../../console/dist/', import.meta.url).pathname;
const KB = 1000;

test('the console is built, small, and has nothing inline', async () => {
  const lines: string[] = [];
  assert.match(await buildConsole(line => lines.push(line)), /^(?:built|fresh)$/, lines.join('\n'));
  const sizes = readdirSync(join(DIST, 'assets')).map(name => ({ name, bytes: gzipSync(readFileSync(join(DIST, 'assets', name))).length }));
  const dictionaries = sizes.filter(({ name }) => /^(?:en|id|zh)-/.test(name));
  assert.equal(dictionaries.length, 3);
  for (const { name, bytes } of dictionaries) assert.ok(bytes < 24 * KB, `${name}: ${bytes}`);
  const pages = sizes.filter(({ name }) => name.startsWith('page-'));
  const charts = sizes.filter(({ name }) => name.startsWith('chart-draw'));
  const sum = (of: typeof sizes): number => of.reduce((total, one) => total + one.bytes, 0);
  const largest = (of: typeof sizes): number => Math.max(...of.map(one => one.bytes));
  assert.ok(pages.length > 5, 'pages are loaded when they are visited');
  const first = sum(sizes) - sum(pages) - sum(charts) - sum(dictionaries) + largest(pages) + largest(dictionaries);
  assert.ok(first < 120 * KB, `${first} bytes`);
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:/);
});
