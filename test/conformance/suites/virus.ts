// Attachment scanning: containers of the EICAR test file and harmless look-alikes, through the built-in scanner.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VirusFinding } from '../../../src/mail.ts';
import { walk } from '../../../src/message/walk.ts';
import { scanMessage } from '../../../src/scan/scan.ts';
import type { Case, Suite } from '../suite.ts';

/** The suite's README: an answer within ten seconds. */
const MOST_MS = 10_000;

export const virus: Suite = { folder: 'virus', names: ['virus'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const { tests } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    readonly tests: readonly { readonly file: string; readonly expected: string }[];
  };
  for (const { file, expected } of tests) {
    const before = performance.now();
    const got = answer(readFileSync(join(folder, file)));
    const wanted = expected.split('|');
    const ok = (wanted.includes('any') || wanted.some(one => got.includes(one))) && performance.now() - before < MOST_MS;
    yield { suite: 'virus', id: file, expected, got: got.join('|'), ok };
  }
}

function answer(raw: Buffer): readonly string[] {
  try {
    return words(scanMessage(walk(raw)));
  } catch (error) {
    return [`threw ${String(error)}`];
  }
}

/** Our classes in the words of the suite. */
function words({ found }: VirusFinding): readonly string[] {
  const classes = new Set(found.map(one => one.class));
  if (classes.has('infected')) return ['infected'];
  if (found.some(one => one.name === 'encrypted_archive')) return ['encrypted'];
  if (classes.has('unscannable') || classes.has('refused_type')) return ['suspicious'];
  return classes.has('heuristic') ? ['suspicious', 'clean-with-finding'] : ['clean'];
}
