// Findings of the doctor (docs/operating.md): counted, grouped with the worst on top, and as text to send. Pure.
import type { Tone } from '../../parts/badge.tsx';

export type State = 'ok' | 'warn' | 'fail' | 'unknown';
export type Aside = { readonly reason: string; readonly by: string; readonly at: string };
export type Finding = {
  readonly group: string;
  readonly name: string;
  readonly state: State;
  readonly found: string;
  readonly fix: string | null;
  readonly setAside: Aside | null;
};
export type SetAside = Aside & { readonly group: string; readonly name: string };

export const TONES: Readonly<Record<State, Tone>> = { ok: 'good', warn: 'warn', fail: 'bad', unknown: 'idle' };
/** The worst first. */
export const STATES: readonly State[] = ['fail', 'warn', 'unknown', 'ok'];

export type Counts = Readonly<Record<State | 'aside', number>>;
/** What is set aside counts there alone. */
export function countsOf(findings: readonly Finding[]): Counts {
  const of = (state: State): number => findings.filter(one => one.state === state && !one.setAside).length;
  return { fail: of('fail'), warn: of('warn'), unknown: of('unknown'), ok: of('ok'), aside: findings.filter(one => one.setAside).length };
}

export const isWrong = ({ state, setAside }: Finding): boolean => !setAside && (state === 'fail' || state === 'warn');
const rank = (one: Finding): number => (one.setAside ? STATES.length : STATES.indexOf(one.state));

export type Group = { readonly name: string; readonly worst: State; readonly wrong: boolean; readonly findings: readonly Finding[] };
/** In the order in which they came; within a group the worst first. */
export function groupsOf(findings: readonly Finding[]): readonly Group[] {
  return [...new Set(findings.map(one => one.group))].map(name => {
    const own = findings.filter(one => one.group === name).toSorted((a, b) => rank(a) - rank(b));
    const first = own[0];
    return { name, worst: !first || first.setAside ? 'ok' : first.state, wrong: own.some(isWrong), findings: own };
  });
}

/** As the command prints it: for a ticket. */
export const textOf = (findings: readonly Finding[]): string =>
  groupsOf(findings)
    .map(group => `${group.name}\n${group.findings.map(lineOf).join('')}`)
    .join('\n');

const lineOf = ({ state, name, found, fix, setAside }: Finding): string =>
  `  ${setAside ? 'aside' : state}  ${oneLine(name)}: ${oneLine(found)}\n` +
  (setAside
    ? `        set aside: ${oneLine(setAside.reason)} (${oneLine(setAside.by)})\n`
    : state !== 'ok' && fix
      ? `        ${oneLine(fix)}\n`
      : '');
const oneLine = (text: string): string => text.replace(/[\r\n\p{Cc}]+/gu, ' ');
