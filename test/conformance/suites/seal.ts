// ARC sealing (RFC 8617 section 5.1): the three fields that we would put on top, compared by value of their tags.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { arcSeal } from '../../../src/deliver/dkim/arc.ts';
import { newAuthEngine } from '../../../src/engines/mailauth.ts';
import { allOf, firstOf, readHeaders } from '../../../src/message/headers.ts';
import type { Case, Suite } from '../suite.ts';
import { txtZone } from '../zone.ts';

type Test = {
  readonly id: string;
  readonly message: string;
  readonly t: number;
  readonly 'sig-headers': string;
  readonly 'srv-id': string;
  readonly AS: string;
  readonly AMS: string;
  readonly AAR: string;
};
type Scenario = {
  readonly txt: Readonly<Record<string, string>>;
  readonly domain: string;
  readonly sel: string;
  readonly privatekey: string;
  readonly tests: readonly Test[];
};

export const seal: Suite = { folder: 'arc', names: ['seal'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const { scenarios } = JSON.parse(gunzipSync(readFileSync(join(folder, 'sign.json.gz'))).toString()) as {
    readonly scenarios: readonly Scenario[];
  };
  for (const scenario of scenarios) {
    const engine = newAuthEngine({ resolver: txtZone(scenario.txt), hostname: 'receiver.test' });
    const key = { domain: scenario.domain, selector: scenario.sel, algorithm: 'rsa', key: createPrivateKey(scenario.privatekey) } as const;
    for (const test of scenario.tests) {
      const raw = Buffer.from(test.message.replace(/\r?\n/g, '\r\n'), 'utf8');
      const { arc } = await engine({ raw, ip: null, helo: null, mailFrom: null });
      const own = allOf(raw, readHeaders(raw), 'authentication-results').filter(value => value.startsWith(test['srv-id']));
      const results = own.map(value => value.replace(/^[^;]*;\s*/, '')).join('; ');
      const fields = test['sig-headers'].split(':').map(name => name.trim().toLowerCase());
      const made = Buffer.from(
        `${arcSeal(raw, key, { authservId: test['srv-id'], results, chain: arc.result, at: test.t * 1000, fields })}\r\n`,
      );
      const block = readHeaders(made);
      const value = (name: string): string => firstOf(made, block, name) ?? '';
      const faults = [
        ...differing('AS', test.AS, value('arc-seal')),
        ...differing('AMS', test.AMS, value('arc-message-signature')),
        ...(squeezed(test.AAR) === squeezed(value('arc-authentication-results')) ? [] : ['AAR']),
      ];
      yield {
        suite: 'seal',
        id: test.id,
        expected: 'equal',
        got: faults.length === 0 ? 'equal' : `differs: ${faults.join(' ')}`,
        ok: faults.length === 0,
      };
    }
  }
}

const squeezed = (text: string): string => text.replace(/\s+/g, '');

/** Names of the tags that differ. An empty wish means that nothing may be sealed. */
function differing(field: string, wanted: string, got: string): readonly string[] {
  const [a, b] = [tagsOf(wanted), tagsOf(got)];
  return [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name)).map(name => `${field}.${name}`);
}

function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = text.split(';').filter(piece => piece.includes('='));
  return new Map(
    tags.map(piece => [piece.slice(0, piece.indexOf('=')).trim(), squeezed(piece.slice(piece.indexOf('=') + 1)).toLowerCase()]),
  );
}
