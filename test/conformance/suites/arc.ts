// ARC (RFC 8617): validation of chains, through the product's authentication engine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newAuthEngine } from '../../../src/engines/mailauth.ts';
import type { Case, Suite } from '../suite.ts';
import { txtZone } from '../zone.ts';

type Scenario = {
  readonly txt: Readonly<Record<string, string>>;
  readonly tests: readonly { readonly id: string; readonly message: string; readonly cv: string }[];
};

export const arc: Suite = { folder: 'arc', names: ['arc'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const { scenarios } = JSON.parse(readFileSync(join(folder, 'validation.json'), 'utf8')) as { readonly scenarios: readonly Scenario[] };
  for (const { txt, tests } of scenarios) {
    const engine = newAuthEngine({ resolver: txtZone(txt), hostname: 'receiver.test' });
    for (const { id, message, cv } of tests) {
      const raw = Buffer.from(message.replace(/\r?\n/g, '\r\n'), 'utf8');
      const { arc } = await engine({ raw, ip: null, helo: null, mailFrom: null });
      const expected = cv.toLowerCase();
      yield { suite: 'arc', id, expected, got: arc.result, ok: arc.result === expected };
    }
  }
}
