// The settings of the server, for commands that work on its data directory.
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import { loadConfig, type Config } from '../src/config.ts';
import { Usage } from './command.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function settings(): Config {
  const loaded = loadConfig(process.env, ROOT);
  if ('faults' in loaded) throw new Usage(loaded.faults.join('\n'));
  return loaded.config;
}

/** The data directory alone: clients need no valid settings beside it. */
export const dataDir = (): string => resolve(ROOT, process.env['SESAME_DATA_DIR'] ?? join(ROOT, 'data'));
