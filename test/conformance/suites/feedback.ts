// Complaints (ARF, RFC 5965 and 6591): type, original recipient, source address and reported domains, where the suite names them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArf, type Arf } from '../../../src/message/arf.ts';
import { walk } from '../../../src/message/walk.ts';
import type { Case, Suite } from '../suite.ts';

type Fields = Readonly<Record<string, unknown>>;
type Manifest = { readonly tests: readonly { readonly file: string; readonly expected: Readonly<Record<string, string>> }[] };

export const feedback: Suite = { folder: 'feedback', names: ['feedback'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const arf = join(folder, 'arf');
  for (const name of existsSync(arf) ? readdirSync(arf).filter(one => one.endsWith('.eml')) : []) {
    const wanted = JSON.parse(readFileSync(join(arf, name.replace('.eml', '.json')), 'utf8')) as Fields;
    const expected = named({
      type: wanted['feedback_type'],
      to: wanted['original_rcpt_to'],
      ip: wanted['source_ip'],
      domains: wanted['reported_domain'],
    });
    yield judged(`arf/${name}`, expected, read(join(arf, name)));
  }
  const kumo = join(folder, 'kumo-rfc5965');
  if (!existsSync(join(kumo, 'manifest.json'))) return;
  for (const { file, expected } of (JSON.parse(readFileSync(join(kumo, 'manifest.json'), 'utf8')) as Manifest).tests) {
    const wanted = named({
      type: expected['feedback-type'],
      to: expected['original-rcpt-to'],
      ip: expected['source-ip'],
      domains: expected['reported-domain'] === undefined ? [] : [expected['reported-domain']],
    });
    yield judged(`kumo/${file}`, wanted, read(join(kumo, file)));
  }
}

const read = (file: string): Arf | null => readArf(walk(readFileSync(file)));

/** Only what the suite names; brackets, hyphens and the case of words do not count. */
function named(values: Fields): Readonly<Record<string, string>> {
  const told = Object.entries(values).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '',
  ]);
  return Object.fromEntries(told.filter(([, value]) => value !== '').map(([name = '', value = '']) => [name, plain(name, value)]));
}

function plain(name: string, value: string): string {
  const bare = value.replace(/[<>]/g, '').toLowerCase();
  return name === 'type' ? bare.replace(/-/g, '') : bare;
}

function judged(id: string, expected: Readonly<Record<string, string>>, arf: Arf | null): Case {
  const all: Fields = {
    type: arf?.feedbackType,
    to: arf?.originalRecipients[0],
    ip: arf?.sourceIp,
    domains: arf?.reportedDomains,
  };
  const given = named(all);
  const want = JSON.stringify(expected);
  const got = JSON.stringify(Object.fromEntries(Object.keys(expected).map(name => [name, given[name] ?? null])));
  return { suite: 'feedback', id, expected: want, got, ok: want === got };
}
