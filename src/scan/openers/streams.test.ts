// Single packed files: what comes out, its names, several streams, what stands behind, bounds, and damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { randomFrom } from '../../../test/random.ts';
import { isGzip } from '../codecs/gzip.ts';
import { isLz4 } from '../codecs/lz4.ts';
import { isUnixCompress } from '../codecs/unixCompress.ts';
import { isZstd } from '../codecs/zstd.ts';
import type { Opener } from '../opener.ts';
import { isBzip2, isXz, openBzip2, openGzip, openLz4, openLzma, openUnixCompress, openXz, openZstd } from './streams.ts';

const TEXT = Buffer.from(Array.from({ length: 4000 }, (_, n) => `line ${n}\n`).join(''));
const SMALL = Buffer.from(Array.from({ length: 300 }, (_, n) => `line ${n}\n`).join(''));
const see = (opener: Opener, bytes: Buffer, name: string | null = null): readonly string[] => opened(opener, bytes, openingOf(name));
const outOf = (opener: Opener, bytes: Buffer): Buffer => {
  const [sight] = opener(bytes, openingOf());
  assert.equal(sight?.see, 'member');
  return sight.bytes;
};

function named(name: string, bytes: Buffer): Buffer {
  const plain = gzipSync(bytes);
  plain[3] = 8;
  return Buffer.concat([plain.subarray(0, 10), Buffer.from(`${name}\0`), plain.subarray(10)]);
}

// SMALL by `xz -9`, `lzma -9`, `bzip2`, `compress`, `lz4 -9`, `lz4 -l` of Debian.
const MADE = {
  xz: '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4AodAPZdADYaSh8IoCXB3pS6kMw7Kx81OvJf1Z5+c7Le6vfCLQQnMVvKDEf8ldIdW3ykSPjamraGPS5yX8qBD6MEmU+0TErz7LQZF1glZAp03R+qhGXcA+rC+wSWn1D3P0AzkZjOe0yhx9gSiKScdGhYsWbMyqp7fQ9kgTf85xsAy4xoF/jyQEYRZ0gldaR0jaVjdfnz6nz6bcwn6GiFwsk7QkMk5CIIvu9hxTlP/E5PV/iagvYAed/rbsdecLu7FSSRLVQ4Ai4jYX9w3JDCBGntbN1hzPsSkEXuGfkVtg7bk56LJE8l52E+I21hDFn2F8i8m/vsTpjmm+pvxwAAAPcd7t03/RcEAAGSAp4UAADOrYuvscRn+wIAAAAABFla',
  lzma: 'XQAAAAT//////////wA2GkofCKAlwd6UupDMOysfNTryX9WefnOy3ur3wi0EJzFbygxH/JXSHVt8pEj42pq2hj0ucl/KgQ+jBJlPtExK8+y0GRdYJWQKdN0fqoRl3APqwvsElp9Q9z9AM5GYzntMocfYEoiknHRoWLFmzMqqe30PZIE3/OcbAMuMaBf48kBGEWdIJXWkdI2lY3X58+p8+m3MJ+hohcLJO0JDJOQiCL7vYcU5T/xOT1f4moL2AHnf627HXnC7uxUkkS1UOAIuI2F/cNyQwgRp7WzdYcz7EpBF7hn5FbYO25OeiyRPJedhPiNtYQxZ9hfIvJv77E6Y5pzKWgL//+mwAAA=',
  bz2: 'QlpoOTFBWSZTWeMHsr8AA+NZAAAQQAB/4AIlQAKwOAACmAAmhVP0yZP9VUAKYACaDR6pJ71T8qqZPT1MaiuXnXn11ABhsBYkDgUCgcCQLGwGEAHWgAxpsB1ABhsBYkDgUCgcCQLGwGEAHWgAsSBwKBQOBIFjYDCADrQAfiWYsS/LVbbbf9PZskkk73ve9777u7u7u7u7u7u7BEkkkttVttt73ve97ZBYjTViNNWI01YjTViNNWI01YjTViNNWI01Yrzm2222exSSSStttuezViNNWIDMQGYgMxAZiAzEBmIDMQGYrzlLbbY5Nkkkdbbbk9AAAAAAAAAvOW8tts7JCSSN1ttyMAAAAAAAAC85bfLbZ8kk5JI2623J0AAAAAAAAC85bb8ts8kknkkbbrbk+AAAAAAAAAXnLbb22ckkk+SNtutyeAAAAAAAAAXnLbbXYSSSTsbbbrk4AAAAAAAABzdvnlttrkJJJJ3ve971ugAAAAAAAbp9SzFiX1LMWJf9LMWJfUsxYl/C7kinChIcYPZX4A==',
  Z: 'H52QbNK4KQMChoKAA0HEOCiQoAyGCWdAJEhjIogaFm1YvGERh8UcFmMYREgwxkKSCh+ijCFxZcWVGFdqXMlxpceVIFHKGNkQhIyTPWWoDNoy6MugMYPODFoz6M2gOXvO4BkRaMShEYtGPBoxacSlEZtGfBoxakIaVClapYiVolaKXCl6pQiWoliKZCmaJVgj7cW1F9tefHsx7sW5F+tevHsx78W9IGz4tQHYhmAbhG0YtoHYhmIbjG04tgH5ht8bgG8IvkH4huEbiG8ovsH4huMbkHH4xQEYh2AchHEYxoEYh2IcjHE4xgE5h98cgHMIzkE4h+EciHMozsE4h+MckEX6FQlYpGCRhEUaFolYpGKRjEU6FhleZEiT98+zvL8+RvsY78UQXwzzxRDeTiH9lOB5MqQnw3oytCfDezLEJ8N8MoQ3VUgzlDfDeTOkN8N6M7Q3w3szxDfDfDOEh1ZINJRHw3k0pEfDejS0R8N7NMRHw3w0hNdXSDWUV8N5NaRXw3o1tFfDezXEV8N8NYQnWUiUYXkeZliuxxmW74GG5XykhWSameWpZmZ6rpnZnmxmxmebmeHpFhJvd54H3J3rEXfne8jdOR9zITlXaHnSFZqedYW2p12h8XlXKGQ7+bUTYDsJthNhOxm2E2I7KbYTYzs5thOl9umEn6qa7qeqp/5Z9JOoAspKoK2UIqiTgrtq2qCsDwIL6oTAknohsJRuqFOHsn7YLKcjNgvqic2SumKzlL6oU4yyztgtpzd2C+qO3ZL6Y7eUDqlTkbIe2S6nS7YL6pPtkjplu5ReqVOW+2rK5b6efrmvqGLua2qZOp2ZMKZqJsxpmwmDCmfCpM6ZMKV26oSnxpruqbGnfmosaqAam0qoToaijGmiKHPKKMqgPooyqZKiDBI=',
  lz4: 'BCJNGGRAp4kEAABxbGluZSAwCgcAEjEHABIyBwASMwcAEjQHABI1BwASNgcAEjcHABI4BwATOT8ABEcAA0gAEzFJABMxSgATMUsAEzFMABMxTQATMU4AEzFPABMxUAATMlAAFDKYAANQABMyUAATMlAAEzJQABMyUAATMlAAEzJQABMyUAATM1AAEzNQABQz6QADUAATM1AAEzNQABMzUAATM1AAEzNQABMzUAATNFAAEzRQABM0UAAUNDoBA1AAEzRQABM0UAATNFAAEzRQABM0UAATNVAAEzVQABM1UAATNVAAFDWLAQNQABM1UAATNVAAEzVQABM1UAATNlAAEzZQABM2UAATNlAAEzZQABQ23AEDUAATNlAAEzZQABM2UAATN1AAEzdQABM3UAATN1AAEzdQABM3UAAUNy0CA1AAEzdQABM3UAATOFAAEzhQABM4UAATOFAAEzhQABM4UAATOFAAFDh+AgNQABM4UAATOVAAEzlQABM5UAATOVAAEzlQABM5UAATOVAAEzlQABQ5zwIF0AIE0QIUMNICFDDTAhQw1AIUMNUCFDDWAhQw1wIUMNgCFDDZAhQwWgAGKwMEWgAFLQMFLgMFLwMFMAMFMQMFMgMFMwMENAMUMTUDJTEyhgMEWgAEOAMUMTkDFDE6AxQxOwMUMTwDFDE9AxQxPgMUMT8DFDFAAyUxM+EDBFoABEMDFDFEAxQxRQMUMUYDFDFHAxQxSAMUMUkDFDFKAxQxSwMlMTQ8BARaAAROAxQxTwMUMVADFDFRAxQxUgMUMVMDFDFUAxQxVQMUMVYDJTE1lwQEWgAEWQMUMVoDFDFbAxQxXAMUMV0DFDFeAxQxXwMUMWADFDFhAyUxNvIEBFoABGQDFDFlAxQxZgMUMWcDFDFoAxQxaQMUMWoDFDFrAxQxbAMlMTdNBQRaAARvAxQxcAMUMXEDFDFyAxQxcwMUMXQDFDF1AxQxdgMUMXcDJTE4qAUEWgAEegMUMXsDFDF8AxQxfQMUMX4DFDF/AxQxgAMUMYEDFDGCAyUxOQMGBQQGBAUGBIQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMlMjFfBgRaAASEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxUyuAYFuQYGugYEWgAFvAYFvQYFvgYFvwYFwAYFwQYEhAMUMoQDFDKEAyUyMxUHBFoABIQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMlMjRwBwRaAASEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDJTI1ywcEWgAEhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAyUyNiYIBFoABIQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMlMjeBCARaAASEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDJTI43AgEWgAEhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxMyhANQIDI5OQoAAAAAgiCqeg==',
  'legacy.lz4':
    'AiFMGLoEAABxbGluZSAwCgcAEjEHABIyBwASMwcAEjQHABI1BwASNgcAEjcHABI4BwASOQcAFDFHAANIABMxSQATMUoAEzFLABMxTAATMU0AEzFOABMxTwATMVAAEzJQABMyUAATMlAAEzJQABMyUAATMlAAEzJQABMyUAATMlAAEzJQABMzUAATM1AAEzNQABMzUAATM1AAEzNQABMzUAATM1AAEzNQABMzUAATNFAAEzRQABM0UAATNFAAEzRQABM0UAATNFAAEzRQABM0UAATNFAAEzVQABM1UAATNVAAEzVQABM1UAATNVAAEzVQABM1UAATNVAAEzVQABM2UAATNlAAEzZQABM2UAATNlAAEzZQABM2UAATNlAAEzZQABM2UAATN1AAEzdQABM3UAATN1AAEzdQABM3UAATN1AAEzdQABM3UAATN1AAEzhQABM4UAATOFAAEzhQABM4UAATOFAAEzhQABM4UAATOFAAEzhQABM5UAATOVAAEzlQABM5UAATOVAAEzlQABM5UAATOVAAEzlQABM5UAAjMTBRACMxMFIAIzEwUwAjMTBUACMxMFUAIzEwVgAjMTBXACMxMFgAIzEwWQAkMTBaAAYrAwRaAAUtAwUuAwUvAxQxWgAFMQMFMgMFMwMENAMUMTUDFDE2AxQxNwMUMTgDFDE5AxQxOgMUMTsDFDE8AxQxPQMUMT4DFDE/AxQxQAMUMUEDFDFCAxQxQwMUMUQDFDFFAxQxRgMUMUcDFDFIAxQxSQMUMUoDFDFLAxQxTAMUMU0DFDFOAxQxTwMUMVADFDFRAxQxUgMUMVMDFDFUAxQxVQMUMVYDFDFXAxQxWAMUMVkDFDFaAxQxWwMUMVwDFDFdAxQxXgMUMV8DFDFgAxQxYQMUMWIDFDFjAxQxZAMUMWUDFDFmAxQxZwMUMWgDFDFpAxQxagMUMWsDFDFsAxQxbQMUMW4DFDFvAxQxcAMUMXEDFDFyAxQxcwMUMXQDFDF1AxQxdgMUMXcDFDF4AxQxeQMUMXoDFDF7AxQxfAMUMX0DFDF+AxQxfwMUMYADFDGBAxQxggMUMYMDFDGEAxQyhAMjMjAqAxQyhAMUMoQDFDKEAyMyMCoDFDKEAxQyhAMUMoQDFDKEAxQyhAMkMjFaAASEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMUMoQDFDKEAxQyhAMTMoQDUCAyOTkK',
} as const;
const made = (kind: keyof typeof MADE): Buffer => Buffer.from(MADE[kind], 'base64');

for (const [kind, opener, test_] of [
  ['xz', openXz, isXz],
  ['lzma', openLzma, null],
  ['bz2', openBzip2, isBzip2],
  ['Z', openUnixCompress, isUnixCompress],
  ['lz4', openLz4, isLz4],
  ['legacy.lz4', openLz4, isLz4],
] as const) {
  test(`streams: ${kind}`, () => {
    const bytes = made(kind);
    assert.ok(test_ === null || test_(bytes));
    assert.ok(outOf(opener, bytes).equals(SMALL));
    assert.deepEqual(
      see(opener, bytes, `dir/a.txt.${kind.slice(kind.lastIndexOf('.') + 1)}`)[0]
        ?.split(/[.:]/)
        .slice(0, 2),
      ['dir/a', 'txt'],
    );
    if (kind !== 'Z') assert.equal(see(opener, bytes.subarray(0, bytes.length / 2)).at(-1), 'damaged');
    assert.equal(opened(opener, bytes, openingOf(null, 100)).at(-1), 'too_large');
    endsOnAnything(opener, bytes, 150);
  });
}

test('streams: gzip and its names', () => {
  const bytes = named('inside.txt', TEXT);
  assert.ok(isGzip(bytes));
  assert.deepEqual(see(openGzip, bytes, 'virus.exe.gz'), [`inside.txt|virus.exe:${TEXT.length}`]);
  assert.deepEqual(see(openGzip, gzipSync(TEXT), 'a.tgz'), [`a.tar:${TEXT.length}`]);
  assert.deepEqual(see(openGzip, gzipSync(TEXT)), [`null:${TEXT.length}`]);
  assert.deepEqual(see(openGzip, gzipSync('')), ['null:0']);
});

test('streams: gzip in several members, and what stands behind', () => {
  const two = Buffer.concat([named('a', TEXT), named('b.js', TEXT)]);
  assert.deepEqual(see(openGzip, two), [`a:${TEXT.length * 2}`, 'b.js:0']);
  assert.ok(outOf(openGzip, two).equals(gunzipSync(two)));
  assert.deepEqual(see(openGzip, Buffer.concat([gzipSync(TEXT), Buffer.alloc(100)])), [`null:${TEXT.length}`]);
  assert.deepEqual(see(openGzip, Buffer.concat([gzipSync(TEXT), Buffer.from('behind')])), [`null:${TEXT.length}`, 'null:6']);
});

test('streams: gzip that is damaged gives what comes before', () => {
  const bytes = gzipSync(TEXT);
  const cut = outOf(openGzip, bytes.subarray(0, bytes.length / 2));
  assert.ok(cut.length > 1000 && TEXT.subarray(0, cut.length).equals(cut));
  assert.equal(see(openGzip, bytes.subarray(0, bytes.length / 2)).at(-1), 'damaged');
  const wrong = Buffer.from(bytes);
  wrong[wrong.length - 6] = 1 ^ (wrong.at(-6) ?? 0);
  assert.deepEqual(see(openGzip, wrong), [`null:${TEXT.length}`, 'damaged']);
  assert.deepEqual(opened(openGzip, bytes, openingOf(null, 1000)), ['too_large']);
  endsOnAnything(openGzip, Buffer.concat([named('a', TEXT), bytes]), 200);
  const many = see(openGzip, Buffer.concat(Array.from({ length: 5000 }, () => gzipSync(''))));
  assert.equal(many.at(-1), 'too_many_parts');
});

test('streams: Zstandard, its frames, and damage', () => {
  const random = randomFrom(3);
  const large = Buffer.from(Array.from({ length: 500_000 }, () => 97 + Math.floor(random() * 16)));
  const bytes = zstdCompressSync(large);
  assert.ok(isZstd(bytes) && outOf(openZstd, bytes).equals(large));
  const skip = Buffer.from('502a4d1804000000abcdabcd', 'hex');
  assert.ok(isZstd(Buffer.concat([skip, bytes])));
  assert.deepEqual(see(openZstd, Buffer.concat([skip, bytes, skip, bytes])), ['null:1000000']);
  assert.deepEqual(see(openZstd, Buffer.concat([bytes, Buffer.from('behind')])), ['null:500000', 'null:6']);
  const cut = outOf(openZstd, bytes.subarray(0, bytes.length - 100));
  assert.ok(cut.length > 300_000 && large.subarray(0, cut.length).equals(cut));
  assert.deepEqual(opened(openZstd, bytes, openingOf(null, 1000)), ['too_large']);
  endsOnAnything(openZstd, zstdCompressSync(TEXT), 200);
});

test('streams: Zstandard with a window for other machines', () => {
  const bytes = Buffer.from('28b52ffd00a8010000', 'hex');
  assert.deepEqual(see(openZstd, bytes), ['too_large']);
});
