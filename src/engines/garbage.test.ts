// Memory that threads share goes back when the last thread lets go of it, though nothing else happens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLibraryShelf, type LibraryDescription, type LibraryShelf } from './library/shelf.ts';
import { newHashShelf, type HashShelf } from './scanner/hash-shelf.ts';
import type { SegmentDescription } from './segments/open.ts';
import { until } from '../../test/server.ts';

const COUNT = 1_000_000;
const VALUE_BYTES = 10;
/** Left alone V8 looks after half a minute without work, and a server has work. */
const SOON_MS = 20_000;

/** A list of a million entries: 26 MB. */
function segment(path: string): SegmentDescription {
  return { kind: 'x', valueBytes: VALUE_BYTES, count: COUNT, path, sha256: 'the same', memory: new SharedArrayBuffer(COUNT * 26) };
}
function listOf(path: string): LibraryDescription {
  const record = { segmentSha256: '', linesSha256: '', linesBytes: 0, widths: { v4: [], v6: [] }, grouped: false };
  const row = { id: 'x', accountId: null, name: 'x', feed: null, mark: 'x', entries: COUNT, record, madeAt: 0 };
  return { lists: [{ ...row, lines: path, segment: segment(path), fault: null }] };
}
const hashesOf = (path: string): Parameters<typeof newHashShelf>[0] => ({
  lists: [{ name: 'x', importedAt: '2026-01-01T00:00:00Z', entries: COUNT, texts: path, segments: [segment(path)] }],
  faults: [],
  mayPass: false,
  listing: '',
});
// Made in functions of their own: a frame that waits would hold what it looked at.
function ofLibrary(path: string): { readonly shelf: LibraryShelf; readonly memory: WeakRef<object> } {
  const shelf = newLibraryShelf('secret', listOf(path));
  return { shelf, memory: new WeakRef(shelf.lists()[0]?.segment?.memory ?? {}) };
}
function ofHashes(path: string): { readonly shelf: HashShelf; readonly memory: WeakRef<object> } {
  const shelf = newHashShelf(hashesOf(path));
  return { shelf, memory: new WeakRef(shelf.now()?.description.lists[0]?.segments[0]?.memory ?? {}) };
}

test('of a list of the blocked library that is built anew with the same content, and of one that is removed', async () => {
  const { shelf, memory } = ofLibrary('a');
  shelf.set(listOf('b'));
  await until('the memory of the list before', () => memory.deref() === undefined, SOON_MS);
  const next = new WeakRef(shelf.lists()[0]?.segment?.memory ?? {});
  shelf.set({ lists: [] });
  await until('the memory of the removed list', () => next.deref() === undefined, SOON_MS);
  shelf.close();
});

test('of a hash list that another takes the place of; what stays is held', async () => {
  const { shelf, memory } = ofHashes('a');
  shelf.set(hashesOf('b'));
  await until('the memory of the list before', () => memory.deref() === undefined, SOON_MS);
  assert.ok(shelf.now()?.find({ md5: '0'.repeat(32), size: null }) === null);
});
