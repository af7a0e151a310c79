// Attachment scanning: containers of the EICAR test file and harmless look-alikes, through the scanner as `bin/sesame scan` has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VirusFinding } from '../../../src/mail.ts';
import { offlineScanner } from '../../../bin/offline-scanner.ts';
import { plainMessage } from '../../../src/inspect/inspect.ts';
import type { Case, Suite } from '../suite.ts';

/** The suite's README says ten seconds; the product promises two. */
const MOST_MS = 2_000;

export const virus: Suite = { folder: 'virus', names: ['virus'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const { tests } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    readonly tests: readonly { readonly file: string; readonly expected: string }[];
  };
  const scanner = offlineScanner();
  for (const { file, expected } of tests) {
    const before = performance.now();
    const raw = readFileSync(join(folder, file));
    const got = words(await scanner.scan(raw, plainMessage(raw)));
    const wanted = expected.split('|');
    const ok = (wanted.includes('any') || wanted.some(one => got.includes(one))) && performance.now() - before < MOST_MS;
    yield { suite: 'virus', id: file, expected, got: got.join('|'), ok };
  }
  scanner.close();
}

/** Our classes in the words of the suite. */
function words({ verdict, found }: VirusFinding): readonly string[] {
  if (verdict === 'PROCESSING_FAILED') return ['failed'];
  const classes = new Set(found.map(one => one.class));
  if (classes.has('infected')) return ['infected'];
  if (found.some(one => one.name === 'encrypted_archive')) return ['encrypted'];
  if (classes.has('unscannable') || classes.has('refused_type')) return ['suspicious'];
  return classes.has('heuristic') ? ['suspicious', 'clean-with-finding'] : ['clean'];
}
