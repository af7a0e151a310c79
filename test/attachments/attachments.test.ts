// Every form of docs/attachments.md through the scanner in its own process: what is hidden in it is seen, harmless content in the same form
// is clean, what is closed is never clean, and each is done in time.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { offlineScanner } from '../../bin/offline-scanner.ts';
import type { VirusFinding } from '../../src/mail.ts';
import { hasReason } from '../../src/scan/reasons.ts';
import { PAYLOAD } from '../archives/packed.ts';
import { CLOSED, FIXED, MADE, program } from './forms.ts';
import { mailWith } from './mail.ts';

const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''));
const HARMLESS = Buffer.from('A harmless text of some length, so that packers pack it. '.repeat(4));
const scanner = offlineScanner();
after(() => scanner.close());

const scan = (name: string, bytes: Buffer): Promise<VirusFinding> => scanner.scan(mailWith(name, bytes), null);
const told = ({ found }: VirusFinding): readonly string[] => [...new Set(found.map(one => `${one.class} ${one.name}`))];
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Forms that are a finding by themselves, whatever is in them. */
const SUSPECT: Readonly<Record<string, readonly string[]>> = {
  'HTML, SVG: a script that builds a file': ['heuristic html_smuggling'],
  'OneNote: an embedded file': ['heuristic onenote_embedded_file'],
  'self-extractors: zip behind a program': ['refused_type program_pe'],
  'self-extractors: rar behind a program': ['refused_type program_pe'],
  'iso, udf: ISO 9660': ['heuristic disk_image'],
  'iso, udf: Joliet': ['heuristic disk_image'],
  'iso, udf: raw sectors': ['heuristic disk_image'],
  'iso, udf: UDF': ['heuristic disk_image'],
};

for (const { group, form, name, of } of MADE) {
  const what = `${group}: ${form}`;
  test(`${what}: seen, and clean without it`, async () => {
    const infected = await scan(name, of(EICAR));
    assert.equal(infected.verdict, 'FAIL', told(infected).join());
    assert.ok(
      infected.found.some(one => one.class === 'infected'),
      told(infected).join(),
    );
    const clean = await scan(name, of(HARMLESS));
    assert.deepEqual(told(clean), SUSPECT[what] ?? []);
    // Seen as it is, not only by a pattern.
    if (form !== 'called encrypted in one place')
      assert.ok(
        clean.parts.some(part => part.sha256 === digest(HARMLESS)),
        'its own part',
      );
  });
}

for (const { group, form, name, file } of FIXED) {
  test(`${group}: ${form} is opened`, async () => {
    const finding = await scan(name, file);
    assert.deepEqual(told(finding), []);
    assert.ok(
      finding.parts.some(part => part.sha256 === digest(PAYLOAD)),
      JSON.stringify(finding.parts.map(part => part.path)),
    );
  });
}

for (const { group, form, name, file } of CLOSED) {
  test(`${group}: ${form} is never clean`, async () => assert.deepEqual(told(await scan(name, file)), ['unscannable encrypted_archive']));
}

test('a program is refused in every container, by its content', async () => {
  for (const { group, form, name, of } of MADE) {
    // What is text alone carries no programs: its bytes are not these.
    const finding = await scan(name, of(program()));
    assert.ok(
      finding.found.some(one => one.name === 'program_pe'),
      `${group}: ${form}: ${told(finding).join()}`,
    );
  }
});

test('the list of forms in docs/attachments.md is what is opened', () => {
  const page = readFileSync(new URL('../../docs/attachments.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].map(row => row[1]?.trim());
  const groups = new Set([...MADE, ...FIXED].map(one => one.group));
  assert.deepEqual(
    [...groups].filter(group => !rows.includes(group)),
    [],
  );
});

test('every finding has a sentence in three languages', async () => {
  const names = new Set<string>();
  for (const { name, of } of MADE) for (const one of (await scan(name, of(program()))).found) names.add(one.name);
  for (const { name, file } of CLOSED) for (const one of (await scan(name, file)).found) names.add(one.name);
  assert.ok(names.size >= 5);
  for (const name of names) assert.ok(hasReason(name), name);
});
