// Suites whose part of the product is not built yet: every test of their manifests counts as failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Suite } from '../suite.ts';

type Counted = { readonly id: string };

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
