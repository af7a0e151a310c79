// The doctor on the scanner: signatures and their age, whether clamd knows the test file, where it unpacks to, hash lists.
import { existsSync, statfsSync } from 'node:fs';
import { newClamd } from '../engines/scanner/clamd.ts';
import { streamLimit, temporaryDirectory } from '../engines/scanner/clamd-conf.ts';
import { DEBIAN_SOCKET } from '../engines/scanner/signatures.ts';
import { MiB } from '../limits.ts';
import type { Doctor, Finding, Known } from './types.ts';

const DAY_MS = 86_400_000;
/** statfs type. */
const TMPFS = 0x01021994;

/** The test file that every signature database knows, in pieces so that this file is not one itself. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''));

export async function* scanner({ config, known }: Doctor): AsyncIterable<Finding> {
  const base = { group: 'Scanner', name: 'signatures' };
  const without = 'Only built-in rules, hash lists and the EICAR pattern look for malware: known viruses pass unless a rule meets them.';
  const at = config.clamd ?? { kind: 'unix' as const, path: DEBIAN_SOCKET };
  if (at.kind === 'off' || (config.clamd === null && at.kind === 'unix' && !existsSync(at.path))) {
    const found =
      at.kind === 'off' ? 'ClamAV is switched off: there are no signatures' : 'ClamAV is not installed: there are no signatures';
    yield { ...base, state: 'warn', found, fix: `${without} Install clamav-daemon.` };
  } else {
    const clamd = newClamd(at);
    const where = at.kind === 'tcp' ? `${at.host}:${at.port}` : at.path;
    const version = await clamd.version();
    if (version === null) {
      yield { ...base, state: 'fail', found: `${where} does not answer`, fix: 'Start clamd: without it mail waits at the sender (451).' };
    } else {
      const days = version.builtAt === null ? null : Math.floor((Date.now() - version.builtAt) / DAY_MS);
      const old = version.builtAt !== null && Date.now() - version.builtAt > config.clamdMaxAgeMs;
      const age = days === null ? 'a database of your own, without a date' : `signatures ${version.signatures} of ${days} days ago`;
      const answer = await clamd.scan(EICAR);
      yield {
        ...base,
        state: old || answer.kind === 'failed' ? 'fail' : answer.kind === 'clean' ? 'warn' : 'ok',
        found: `${where}, ClamAV ${version.engine}, ${age}${answer.kind === 'clean' ? ', does not know the EICAR test file' : answer.kind === 'failed' ? `, ${answer.why}` : ''}`,
        fix: old
          ? 'Run freshclam: mail waits at the sender (451) until signatures are newer.'
          : 'Look at the log of clamd and at its database directory.',
      };
      const most = config.clamdMaxBytes ?? streamLimit(at);
      yield {
        group: 'Scanner',
        name: 'largest part',
        state: 'ok',
        found: `${Math.floor(most / MiB)} MiB go to clamd in one piece`,
        fix: null,
      };
    }
    clamd.close();
    yield* spill(temporaryDirectory(at));
  }
  yield await hashLists(known);
}

/** clamd unpacks into files: on a disk they would be content that is saved. */
function* spill(folder: string | null): Iterable<Finding> {
  if (folder === null || !existsSync(folder)) return;
  const memory = statfsSync(folder).type === TMPFS;
  const fix =
    'Set TemporaryDirectory in clamd.conf to a folder in memory (tmpfs), or attachments pass over the disk while they are scanned.';
  yield {
    group: 'Scanner',
    name: 'temporary files',
    state: memory ? 'ok' : 'warn',
    found: `clamd unpacks into ${folder}${memory ? ', in memory' : ', on a disk'}`,
    fix,
  };
}

async function hashLists(known: Known): Promise<Finding> {
  const base = { group: 'Scanner', name: 'hash lists' };
  const lists = await known.hashLists();
  if (lists && lists.faults.length > 0)
    return {
      ...base,
      state: 'fail',
      found: lists.faults.join('; '),
      fix: 'Import the list again or remove it: bin/sesame hashes. Until then mail waits at the sender (451).',
    };
  const found =
    !lists || lists.entries === 0
      ? 'none imported'
      : `${lists.entries.toLocaleString('en')} hashes in ${lists.description.lists.length} lists`;
  return { ...base, state: 'ok', found, fix: null };
}
