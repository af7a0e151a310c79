// The scanner's built-in rules over one message: what is in it, what each thing is, and what may not pass. Anything that could not be
// seen whole is unscannable. Signatures (clamd) come on top of this, never instead of it.
import { createHash } from 'node:crypto';
import type { ScannedPart, VirusClass, VirusFinding } from '../mail.ts';
import type { Message } from '../message/walk.ts';
import { PROGRAMS, TYPES } from './kinds.ts';
import { refusedName } from './names.ts';
import { unpackMessage, type Item } from './unpack.ts';

export const RULES_VERSION = '1';

/** The anti-malware test file, in pieces so that this file is not one itself. Wherever it stands, as mail has no "first bytes". */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''), 'latin1');
const EICAR_NAME = 'Eicar-Test-Signature';
const ENCRYPTED = 'encrypted';

type Found = VirusFinding['found'][number];

/** Throws only for bugs: the caller takes that for PROCESSING_FAILED. */
export function scanMessage(message: Message): VirusFinding {
  const started = performance.now();
  const { items, unseen } = unpackMessage(message);
  const found: Found[] = [];
  for (const item of items) found.push(...findingsOf(item));
  if (message.raw.includes(EICAR) && !found.some(one => one.name === EICAR_NAME))
    found.push({ class: 'infected', name: EICAR_NAME, path: '1', fileName: null });
  for (const { path, name, why } of unseen)
    found.push({ class: 'unscannable', name: why === ENCRYPTED ? 'encrypted_archive' : `unscannable_${why}`, path, fileName: name });
  const parts = items.map(item =>
    partOf(
      item,
      found.filter(one => one.path === item.path),
    ),
  );
  return {
    verdict: verdictOf(found.map(one => one.class)),
    coverage: 'rules',
    engines: [{ name: 'sesame', version: RULES_VERSION, state: 'ok' }],
    signatures: null,
    parts,
    found,
    tookMs: Math.round((performance.now() - started) * 100) / 100,
  };
}

/** Malware and refused kinds fail, what could not be seen is gray. */
export function verdictOf(classes: readonly VirusClass[]): VirusFinding['verdict'] {
  if (classes.some(one => one !== 'unscannable')) return 'FAIL';
  return classes.length > 0 ? 'GRAY' : 'PASS';
}

function findingsOf(item: Item): readonly Found[] {
  const found: Found[] = [];
  const add = (kind: VirusClass, name: string): void => void found.push({ class: kind, name, path: item.path, fileName: item.name });
  if (item.bytes.includes(EICAR)) add('infected', EICAR_NAME);
  for (const name of [item.name, item.otherName]) {
    const rule = name === null ? null : refusedName(name);
    if (rule && !found.some(one => one.name === rule)) add('refused_type', rule);
  }
  // A script's first line in a body text is text; in a file it is a program.
  if (PROGRAMS.has(item.kind) && (item.kind !== 'script' || item.name !== null)) add('refused_type', `program_${item.kind}`);
  return found;
}

function partOf(item: Item, found: readonly Found[]): ScannedPart {
  return {
    path: item.path,
    type: TYPES[item.kind] ?? (item.declaredType || 'application/octet-stream'),
    declaredType: item.declaredType,
    size: item.bytes.length,
    sha256: createHash('sha256').update(item.bytes).digest('hex'),
    verdict: verdictOf(found.map(one => one.class)),
    finding: found[0]?.name ?? null,
  };
}
