// `prestart`: builds console/dist when what it is made of has changed since the last build. Without Vite, or when it fails, the server goes on
// with the last build, or with the API alone, and stderr says so: a console that cannot be built never keeps mail waiting.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const HERE = import.meta.dirname;
const DIST = join(HERE, 'dist');
const STAMP = '.inputs';

/** What the build depends on: sources, its settings, and the packages it is made with. */
export function inputsHash(): string {
  const hash = createHash('sha256');
  const files = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
    .filter(name => !name.startsWith('dist') && !name.endsWith('.test.ts') && statSync(join(HERE, name)).isFile())
    .map(name => join(HERE, name))
    .toSorted();
  for (const file of [...files, join(HERE, '../package-lock.json')])
    hash
      .update(`${relative(HERE, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** `fresh`: nothing to do; `built`; `last` or `none`: not built, and what is served instead. */
export type Built = 'fresh' | 'built' | 'last' | 'none';

/** Builds beside the last build and takes its place in one step, so that a running server never reads half of it. */
export async function buildConsole(say: (line: string) => void): Promise<Built> {
  const wanted = inputsHash();
  const isThere = (): boolean => existsSync(join(DIST, STAMP)) && readFileSync(join(DIST, STAMP), 'utf8') === wanted;
  if (isThere()) return 'fresh';
  const next = `${DIST}.${process.pid}`;
  try {
    const { build } = await import('vite');
    await build({ configFile: join(HERE, 'vite.config.ts'), logLevel: 'warn', build: { outDir: next } });
    writeFileSync(join(next, STAMP), wanted);
    // Somebody else may have built the same meanwhile: what is served already stays.
    if (isThere()) return 'fresh';
    if (existsSync(DIST)) renameSync(DIST, `${next}.last`);
    renameSync(next, DIST);
    return 'built';
  } catch (error) {
    if (isThere()) return 'fresh';
    const last = existsSync(join(DIST, 'index.html'));
    const why = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' ? 'Vite is not installed' : String(error);
    say(`console: not built (${why}): ${last ? 'the last build is served' : 'the API is served alone'}.`);
    return last ? 'last' : 'none';
  } finally {
    for (const left of [next, `${next}.last`]) rmSync(left, { recursive: true, force: true });
  }
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if ((await buildConsole(say)) === 'built') say(`console: built ${relative(process.cwd(), DIST)}`);
}
