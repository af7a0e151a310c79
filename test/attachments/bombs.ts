// Files that cost a scanner far more than they weigh. Harmless: zeros, and archives of archives.
import { deflateRawSync, gzipSync } from 'node:zlib';
import { packed } from '../archives/packed.ts';
import { pdfOf } from '../archives/pdf.ts';
import { zipOf, type ZipEntry } from '../archives/zip.ts';

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
/** A gzip of 1 GiB of zeros, made of the same compressed piece again and again: one member each 64 MiB. */
function gibibyte(): Buffer {
  const piece = gzipSync(zeros(64 * 1024 * 1024));
  return Buffer.concat(Array.from({ length: 16 }, () => piece));
}
function crowd(n: number): ZipEntry[] {
  return Array.from({ length: n }, (_, i) => ({ name: `${i}`, bytes: Buffer.alloc(0), stored: true }));
}
function nested(levels: number): Buffer {
  let inner = zipOf([{ name: 'a.txt', bytes: Buffer.from('deep') }]);
  for (let i = 0; i < levels; i++) inner = zipOf([{ name: 'a.zip', bytes: inner }]);
  return inner;
}
/** Sixteen in sixteen in sixteen ..., zeros at the end: petabytes, like 42.zip. */
function fortyTwo(): Buffer {
  let inner = zipOf([{ name: '0', bytes: zeros(50_000_000) }]);
  for (let i = 0; i < 5; i++) inner = zipOf(Array.from({ length: 16 }, (_, n) => ({ name: `${n}.zip`, bytes: inner })));
  return inner;
}
/** Members that all name the same bytes: one kernel, many files (overlap). */
function overlapping(n: number): Buffer {
  const kernel = deflateRawSync(zeros(4_000_000));
  const bytes = zeros(4_000_000);
  const first: ZipEntry = { name: 'k', bytes, packed: { method: 8, bytes: kernel } };
  const others = Array.from({ length: n }, (_, i) => ({
    name: `k${i}`,
    bytes,
    packed: { method: 8, bytes: Buffer.alloc(0) },
    central: { offset: 0 },
  }));
  return zipOf([first, ...others]);
}

export const BOMBS: Readonly<Record<string, () => Buffer>> = {
  'like 42.zip': fortyTwo,
  '1 GiB of zeros, gzip': gibibyte,
  '1 GiB of zeros, zip': () =>
    zipOf([{ name: '0', bytes: Buffer.alloc(0), packed: { method: 8, bytes: deflateRawSync(zeros(1024 * 1024 * 1024)) } }]),
  'a million entries': () => zipOf([{ name: 'a.zip', bytes: zipOf(crowd(1_000_000), { noDirectory: true }) }]),
  'sixty nested': () => nested(60),
  'overlapping members': () => overlapping(1_000),
  'zeros in a PDF, a filter twice': () => {
    const once = gzipSync(zeros(50_000_000)).subarray(10, -8);
    return pdfOf({
      pages: ['x'],
      objects: Array.from({ length: 40 }, () => ({
        dict: '/Filter [/FlateDecode /FlateDecode]',
        bytes: Buffer.concat([Buffer.from([0x78, 0x9c]), deflateRawSync(Buffer.concat([Buffer.from([0x78, 0x9c]), once]))]),
      })),
    });
  },
  'a 7z of many 7z': () => zipOf(Array.from({ length: 300 }, (_, n) => ({ name: `${n}.7z`, bytes: packed('PPMd.7z') }))),
};
