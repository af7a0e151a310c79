// Bounces: the mails of many servers, read by src/bounce. Coarse: hard, soft, complaint or none, and the status code where the mail has one; strict: the
// same number of recipients with the same reasons. The RFC 3464 half asks for recipient, action and status in both.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBounce, type BounceMail } from '../../../src/bounce/bounce-mail.ts';
import { walk } from '../../../src/message/walk.ts';
import type { Case, Suite } from '../suite.ts';

type Wanted = { readonly status: string; readonly reason: string; readonly hard: boolean };
type Fields = { readonly final_recipient: string | null; readonly action: string | null; readonly status: string | null };
type Tests<T> = { readonly tests: readonly { readonly file: string; readonly expected: readonly T[] }[] };

export const bounceClass = suite('bounce-class', coarse);
export const bounceReason = suite('bounce-reason', strict);

function suite(name: string, compare: (wanted: readonly Wanted[], got: BounceMail) => readonly [string, string]): Suite {
  return {
    folder: 'bounce',
    names: [name],
    run: async function* run(folder): AsyncIterable<Case> {
      for (const { file, expected, got } of read<Wanted>(join(folder, 'sisimai'))) {
        const [want, have] = compare(expected, got);
        yield { suite: name, id: file, expected: want, got: have, ok: want === have };
      }
      for (const { file, expected, got } of read<Fields>(join(folder, 'rfc3464'))) {
        const want = told(expected.map(one => [one.final_recipient, one.action, one.status]));
        const have = told(got.recipients.map(one => [one.address, one.action, one.status]));
        yield { suite: name, id: file, expected: want, got: have, ok: want === have };
      }
    },
  };
}

type Read<T> = { readonly file: string; readonly expected: readonly T[]; readonly got: BounceMail };

function read<T>(folder: string): readonly Read<T>[] {
  const at = join(folder, 'manifest.json');
  if (!existsSync(at)) return [];
  const { tests } = JSON.parse(readFileSync(at, 'utf8')) as Tests<T>;
  return tests.map(({ file, expected }) => ({ file, expected, got: readBounce(walk(readFileSync(join(folder, file)))) }));
}

const told = (rows: readonly (readonly (string | null)[])[]): string => rows.map(row => row.join(' ')).join(', ');

/** Statuses of the form x.0.9xx are invented by the suite's maker for mails without one. */
function coarse(wanted: readonly Wanted[], got: BounceMail): readonly [string, string] {
  const isInvented = (status: string): boolean => status === '' || /^[245]\.0\.9\d\d$/.test(status);
  const want = wanted.map(one => `${kindOf(one.reason, one.hard)} ${isInvented(one.status) ? '*' : one.status}`);
  const have = rowsOf(got).map(
    (one, n) => `${kindOf(one.reason, one.hard)} ${isInvented(wanted[n]?.status ?? '') ? '*' : (one.status ?? '')}`,
  );
  return [want.join(', '), have.join(', ')];
}

function strict(wanted: readonly Wanted[], got: BounceMail): readonly [string, string] {
  const row = (one: { readonly reason: string; readonly hard: boolean }): string => `${one.reason}${one.hard ? ' hard' : ''}`;
  return [wanted.map(row).join(', '), rowsOf(got).map(row).join(', ')];
}

function kindOf(reason: string, hard: boolean): string {
  if (reason === 'feedback') return 'feedback';
  if (reason === 'vacation' || reason === 'delivered') return 'none';
  return hard ? 'hard' : 'soft';
}

/** An automatic answer names nobody: one row of its own. */
function rowsOf(got: BounceMail): readonly { readonly reason: string; readonly hard: boolean; readonly status: string | null }[] {
  if (got.kind === 'autoreply') return [{ reason: 'vacation', hard: false, status: null }];
  return got.recipients;
}
