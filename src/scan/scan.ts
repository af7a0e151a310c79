// The scanner's built-in rules over one message: what is in it, what each thing is, and what may not pass. Anything that could not be seen
// whole is unscannable. Signatures and hash lists come on top of this (engines/scanner), never instead of it.
import { createHash } from 'node:crypto';
import type { ScannedPart, VirusClass, VirusFinding } from '../mail.ts';
import type { Message } from '../message/walk.ts';
import * as bounds from './bounds.ts';
import type { Form } from './forms.ts';
import { nameRules } from './names.ts';
import { unpackMessage, type ForeignAnswer, type ForeignAsk, type Item } from './unpack.ts';

export const RULES_VERSION = '2';

/** The anti-malware test file, in pieces so that this file is not one itself. Wherever it stands, as mail has no "first bytes". */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''), 'latin1');
const EICAR_NAME = 'Eicar-Test-Signature';

type Found = VirusFinding['found'][number];
/** One thing of the message as it is looked at elsewhere too; `bytes` may be kept by nobody. */
export type Look = { readonly part: ScannedPart; readonly fileName: string | null; readonly bytes: Buffer; readonly verbatim: boolean };
export type Step = { readonly step: 'look'; readonly look: Look } | ({ readonly step: 'foreign' } & ForeignAsk);
export type Scanning = Generator<Step, VirusFinding, ForeignAnswer | undefined>;

/** Step by step: whoever drives it may have each thing looked at by signatures, and answers what only a library unpacks. */
export function* scanning(message: Message): Scanning {
  const started = performance.now();
  const parts: ScannedPart[] = [];
  let partsTotal = 0;
  const found: Found[] = [];
  const tell = (one: Found): void => {
    // Malware is always told; the thousandth refused name says nothing new.
    if (found.length < bounds.MAX_TOLD || one.class === 'infected') found.push(one);
  };
  const unpacking = unpackMessage(message);
  for (let next = unpacking.next(); !next.done;) {
    const shown = next.value;
    let answer: ForeignAnswer | undefined;
    if (shown.show === 'foreign') answer = yield { step: 'foreign', bytes: shown.bytes, most: shown.most, mostMembers: shown.mostMembers };
    else if (shown.show === 'item') {
      const { item } = shown;
      const part = partOf(item);
      const own = findingsOf(item);
      partsTotal++;
      if (parts.length < bounds.MAX_TOLD || own.some(one => one.class === 'infected')) parts.push(part);
      for (const one of own) tell(one);
      if (item.bytes.length > 0) yield { step: 'look', look: { part, fileName: item.name, bytes: item.bytes, verbatim: item.verbatim } };
    } else if (shown.show === 'unseen') tell({ class: 'unscannable', name: unseenName(shown.why), path: shown.path, fileName: shown.name });
    else tell({ class: shown.class, name: shown.rule, path: shown.path, fileName: shown.name });
    next = unpacking.next(answer);
  }
  if (message.raw.includes(EICAR) && !found.some(one => one.name === EICAR_NAME))
    found.push({ class: 'infected', name: EICAR_NAME, path: '1', fileName: null });
  return concluded({
    verdict: 'PASS',
    coverage: 'rules',
    engines: [{ name: 'sesame', version: RULES_VERSION, state: 'ok' }],
    signatures: null,
    signaturesAt: null,
    scannedAt: null,
    parts,
    partsTotal,
    found: distinct(found),
    tookMs: Math.round((performance.now() - started) * 100) / 100,
  });
}

/** All at once and by the built-in rules alone; what only the library unpacks is unscannable. Throws only for bugs. */
export function scanMessage(message: Message): VirusFinding {
  const steps = scanning(message);
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
}

/** Verdicts of the whole and of each part from what was found. */
export function concluded(finding: VirusFinding): VirusFinding {
  const byPath = new Map<string, Found[]>();
  for (const one of finding.found) byPath.set(one.path, [...(byPath.get(one.path) ?? []), one]);
  const parts = finding.parts.map(part => {
    const found = byPath.get(part.path);
    return found ? { ...part, verdict: verdictOf(found.map(one => one.class)), finding: found[0]?.name ?? null } : part;
  });
  return { ...finding, verdict: verdictOf(finding.found.map(one => one.class)), parts };
}

/** Malware and refused kinds fail; what only looks like an attack, and what could not be seen, is gray. */
export function verdictOf(classes: readonly VirusClass[]): VirusFinding['verdict'] {
  if (classes.some(one => one === 'infected' || one === 'refused_type')) return 'FAIL';
  return classes.length > 0 ? 'GRAY' : 'PASS';
}

export const unseenName = (why: string): string => (why === 'encrypted' ? 'encrypted_archive' : `unscannable_${why}`);

function findingsOf({ path, name, otherName, declaredType, bytes, form }: Item): readonly Found[] {
  const told = (kind: VirusClass, rule: string): Found => ({ class: kind, name: rule, path, fileName: name });
  // The source of a macro is judged as one, not as a script of its own.
  const textRule = declaredType === 'text/x-vba' ? undefined : form.textRule;
  return [
    ...(bytes.includes(EICAR) ? [told('infected', EICAR_NAME)] : []),
    ...[name, otherName].flatMap(one =>
      (one === null ? [] : nameRules(one)).filter(rule => !isDomainName(rule.name, path, form)).map(rule => told(rule.class, rule.name)),
    ),
    ...(form.rule ? [told(form.rule.class, form.rule.name)] : []),
    ...(textRule?.(name, bytes, path.includes('/') || name !== null) ?? []).map(rule => told(rule.class, rule.name)),
  ];
}

/** Text called `example.com` inside something is named after a domain; attached by that name, or not text, it is refused all the same. */
const isDomainName = (rule: string, path: string, { kind }: Form): boolean =>
  rule === 'refused_type.com' && kind === 'text' && path.includes('/');

/** Once for each thing, however often it was met. */
function distinct(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter(one => {
    const key = `${one.class} ${one.name} ${one.path}`;
    return !seen.has(key) && seen.add(key);
  });
}

function partOf({ path, declaredType, bytes, form }: Item): ScannedPart {
  return {
    path,
    type: form.type || declaredType || 'application/octet-stream',
    declaredType,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    verdict: 'PASS',
    finding: null,
  };
}
