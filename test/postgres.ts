// Debian's PostgreSQL for tests: a cluster of its own in a temporary folder, reached by its socket only.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const HOME = '/usr/lib/postgresql';

/** Why PostgreSQL cannot run here; false when it can. */
export function noPostgres(): string | false {
  if (!bin()) return 'Debian package postgresql is not installed';
  if (process.getuid?.() !== 0) return 'starting PostgreSQL as its own user needs root';
  return false;
}

export type Postgres = { readonly database: (name: string) => string; readonly stop: () => void };

export function startPostgres(): Postgres {
  const folder = mkdtempSync('/tmp/sesame-pg-');
  execFileSync('chown', ['postgres', folder]);
  const as = (program: string, args: readonly string[]): void =>
    void execFileSync('runuser', ['-u', 'postgres', '--', join(bin() ?? '', program), ...args], { stdio: 'ignore', cwd: '/' });
  const data = join(folder, 'data');
  as('initdb', ['-D', data, '-A', 'trust', '-E', 'UTF8', '--no-locale']);
  as('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', `-c listen_addresses='' -k ${folder}`, 'start']);
  return {
    database: name => {
      as('createdb', ['-h', folder, name]);
      return `postgres://postgres@localhost/${name}?host=${encodeURIComponent(folder)}`;
    },
    stop: () => {
      as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function bin(): string | null {
  const versions = existsSync(HOME) ? readdirSync(HOME).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions[0] ? join(HOME, versions[0], 'bin') : null;
}
