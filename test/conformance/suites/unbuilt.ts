// Suites whose part of the product is not built yet: every test of their manifests counts as failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Suite } from '../suite.ts';

type Counted = { readonly id: string };

export const bounceClass = unbuilt('bounce', 'bounce-class', bounces);
export const bounceReason = unbuilt('bounce', 'bounce-reason', bounces);
export const feedback = unbuilt('feedback', 'feedback', folder => [
  ...named(join(folder, 'arf'), '.eml'),
  ...manifest(join(folder, 'kumo-rfc5965')),
]);
export const reports = unbuilt('reports', 'reports', folder => named(join(folder, 'dmarc-aggregate'), '.json'));
export const tlsPolicy = unbuilt('tls-policy', 'tls-policy', folder => [
  ...Object.values(JSON.parse(readFileSync(join(folder, 'mta-sts.json'), 'utf8')) as Record<string, unknown>).flatMap(list =>
    Array.isArray(list) ? (list as Counted[]) : [],
  ),
  ...named(join(folder, 'tlsrpt-reports'), '.json'),
]);
export const quality = unbuilt('quality', 'quality', manifest);

function unbuilt(folder: string, name: string, tests: (folder: string) => readonly Counted[]): Suite {
  return {
    folder,
    names: [name],
    run: async function* run(at): AsyncIterable<Case> {
      for (const { id } of tests(at)) yield { suite: name, id, expected: 'an answer', got: 'not built yet', ok: false };
    },
  };
}

function bounces(folder: string): readonly Counted[] {
  return [...manifest(join(folder, 'sisimai')), ...manifest(join(folder, 'rfc3464'))];
}

function manifest(folder: string): readonly Counted[] {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) return named(folder, '.eml');
  const { tests, clean = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly tests: readonly { readonly file?: string; readonly defect?: string }[];
    readonly clean?: readonly unknown[];
  };
  return [...tests.map((one, n) => ({ id: one.file ?? one.defect ?? String(n) })), ...clean.map((_, n) => ({ id: `clean ${n + 1}` }))];
}

function named(folder: string, end: string): readonly Counted[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => name.endsWith(end))
    .map(id => ({ id }));
}
