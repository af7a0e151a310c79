// Files that change under a running server: a renewal in two writes, a broken one, a link turned, one that is gone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../../test/server.ts';
import { selfSigned } from '../certificates.ts';
import type { ServedTls } from './doors.ts';
import { openCertificates, watchCertificates, type CertificateWatch } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type Watched = { readonly told: ServedTls[]; readonly watch: CertificateWatch; readonly first: ServedTls };

function watched(cert: string, key: string, now: () => number = Date.now): Watched {
  const config = { tlsCert: [cert], tlsKey: [key], dataDir: folder, hostname: 'a.test' };
  const open = openCertificates(config, now());
  if ('faults' in open) throw new Error(open.faults.join());
  const told: ServedTls[] = [];
  return { told, first: open.served, watch: watchCertificates(config, open, now, served => told.push(served), 10) };
}
const put = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const made = (name: string): { readonly cert: string; readonly key: string } => {
  const { cert, key } = selfSigned(name);
  return { cert: cert[1] ?? '', key: key[1] ?? '' };
};
const namesOf = (served: ServedTls | undefined): string => (served?.groups ?? []).flatMap(group => group.names).join();

test('a renewal is told once, the half of one changes nothing but the fault', async () => {
  const [a, b] = [made('a.test'), made('b.test')];
  const [cert, key] = [put('1.pem', a.cert), put('1.key', a.key)];
  const { told, watch, first } = watched(cert, key);
  writeFileSync(cert, b.cert);
  await until('the fault', () => told[0]);
  assert.match(told[0]?.fault?.texts[0] ?? '', /1\.key does not fit/);
  assert.equal(namesOf(told[0]), 'a.test');
  assert.equal(told[0]?.loadedAt, first.loadedAt);
  writeFileSync(key, b.key);
  await until('the new one', () => told[1]);
  assert.deepEqual([namesOf(told[1]), told[1]?.fault], ['b.test', null]);
  assert.deepEqual(told[1]?.ticketKeys, first.ticketKeys);
  unlinkSync(cert);
  await until('the fault of a file that is gone', () => told[2]);
  assert.match(told[2]?.fault?.texts[0] ?? '', /1\.pem cannot be read \(ENOENT\)/);
  watch.reload();
  watch.stop();
  assert.equal(told.length, 3, 'the same fault is not told again');
});

test('a link that is turned to another file counts as new', async () => {
  const [a, b] = [made('a.test'), made('b.test')];
  const files = [put('a.pem', a.cert), put('a.key', a.key), put('b.pem', b.cert), put('b.key', b.key)];
  const [cert, key] = [join(folder, 'live.pem'), join(folder, 'live.key')];
  const turn = (target: string, link: string): void => {
    rmSync(link, { force: true });
    symlinkSync(target, link);
  };
  turn(files[0] ?? '', cert);
  turn(files[1] ?? '', key);
  const { told, watch } = watched(cert, key);
  turn(files[2] ?? '', cert);
  turn(files[3] ?? '', key);
  await until('the other file', () => namesOf(told.at(-1)) === 'b.test');
  watch.stop();
});

test('ticket keys are told anew every 12 hours', async () => {
  const a = made('a.test');
  let now = Date.now();
  const { told, watch, first } = watched(put('t.pem', a.cert), put('t.key', a.key), () => now);
  now += 12 * 3_600_000;
  await until('new keys', () => told[0]);
  watch.stop();
  assert.notDeepEqual(told[0]?.ticketKeys, first.ticketKeys);
  assert.equal(told[0]?.ticketKeys.length, 48);
  assert.deepEqual(told[0]?.groups, first.groups);
});

test('the self-signed pair is kept over starts, and made anew for another host name', () => {
  const open = (hostname: string): ServedTls => {
    const opened = openCertificates({ tlsCert: [], tlsKey: [], dataDir: folder, hostname }, Date.now());
    if ('faults' in opened) throw new Error(opened.faults.join());
    return opened.served;
  };
  const [first, again, other] = [open('a.test'), open('a.test'), open('b.test')];
  assert.deepEqual(again.groups, first.groups);
  assert.deepEqual([namesOf(first), namesOf(other), first.isOwn], ['a.test', 'b.test', true]);
});
