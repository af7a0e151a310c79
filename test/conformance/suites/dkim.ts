// DKIM (RFC 6376, 8463): messages of Mail::DKIM and of the RFCs, through the product's authentication engine.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { newAuthEngine } from '../../../src/engines/mailauth.ts';
import type { Case, Suite } from '../suite.ts';
import { txtZone } from '../zone.ts';

type Manifest = {
  readonly txt: Readonly<Record<string, string>>;
  readonly tests: readonly { readonly file: string; readonly expected: string; readonly skip?: string }[];
};

export const dkim: Suite = { folder: 'dkim', names: ['dkim'], run };

async function* run(folder: string): AsyncIterable<Case> {
  for (const set of readdirSync(folder)) {
    const manifestFile = join(folder, set, 'manifest.json');
    if (!existsSync(manifestFile)) continue;
    const { txt, tests } = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
    // The corpus is older than RFC 8301: it has keys of 512 bits and rsa-sha1.
    const engine = newAuthEngine({ resolver: txtZone(txt), hostname: 'receiver.test', minKeyBits: 512, oldAlgorithms: true });
    for (const { file, expected, skip } of tests) {
      const id = `${set}/${file}`;
      if (skip) {
        yield { suite: 'dkim', id, expected, got: '', ok: true, skipped: true };
        continue;
      }
      const { dkim } = await engine({ raw: readFileSync(join(folder, set, file)), ip: null, helo: null, mailFrom: null });
      yield { suite: 'dkim', id, expected, got: dkim.result, ok: fits(expected, dkim.result) };
    }
  }
}

function fits(expected: string, got: string): boolean {
  if (expected === 'pass') return got === 'pass';
  if (expected === 'fail') return got === 'fail' || got === 'neutral';
  return got !== 'pass';
}
