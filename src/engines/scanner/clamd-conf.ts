// How large a stream clamd really scans, from its own settings (clamd.conf(5)). Above MaxFileSize it answers OK without having looked.
import { readFileSync } from 'node:fs';
import { MiB } from '../../limits.ts';
import type { ClamdAt } from './clamd.ts';

const DEBIAN_CONF = '/etc/clamav/clamd.conf';
/** Debian's clamd.conf says so for both. */
const USUAL = 25 * MiB;
/** What clamd takes without a setting: StreamMaxLength and MaxFileSize of 100 MB since 1.0; we never send as much. */
const UNSET = 100 * MiB;

/** Bytes. A clamd elsewhere can't be asked for its settings: what is usual is believed. */
export function streamLimit(at: ClamdAt, file: string = DEBIAN_CONF): number {
  if (at.kind === 'tcp') return USUAL;
  try {
    return limitIn(readFileSync(file, 'utf8'), at.path);
  } catch {
    return USUAL;
  }
}

/** Where clamd on this machine puts what it unpacks; null: its settings are not here to read. */
export function temporaryDirectory(at: ClamdAt, file: string = DEBIAN_CONF): string | null {
  if (at.kind === 'tcp') return null;
  try {
    const conf = readFileSync(file, 'utf8');
    return settingIn(conf, 'LocalSocket') === at.path ? (settingIn(conf, 'TemporaryDirectory') ?? '/tmp') : null;
  } catch {
    return null;
  }
}

const settingIn = (conf: string, name: string): string | null => new RegExp(`^\\s*${name}\\s+(\\S+)`, 'im').exec(conf)?.[1] ?? null;

/** Exported for its test. Settings that are for another socket say nothing. */
export function limitIn(conf: string, socket: string): number {
  const setting = (name: string): string | null => settingIn(conf, name);
  if (setting('LocalSocket') !== socket) return USUAL;
  const size = (name: string): number => {
    const found = /^(\d+)([kmg]?)$/i.exec(setting(name) ?? '');
    const bytes =
      Number(found?.[1] ?? 0) * { '': 1, k: 1024, m: MiB, g: 1024 * MiB }[(found?.[2] ?? '').toLowerCase() as '' | 'k' | 'm' | 'g'];
    // 0 is "no limit" to clamd.
    return bytes > 0 ? bytes : UNSET;
  };
  return Math.min(size('StreamMaxLength'), size('MaxFileSize'));
}
