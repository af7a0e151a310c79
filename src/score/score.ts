// The quality score, pure: a walked message and what is known of it -> what was found, and the report of 0 to 10 in the reader's language.
// Each check takes a fixed number of points, so that a defect that is mended never lowers the score by itself. It is for reference.
import type { Language } from '../filter/rules/rule.ts';
import type { SpamFinding } from '../mail.ts';
import type { Message } from '../message/walk.ts';
import { says, type Check, type Part, type Severity } from './check.ts';
import { CHECKS } from './checks.ts';
import type { Facts, RecordState } from './facts.ts';
import type { Hit, Where } from './hit.ts';
import { mailOf } from './mail.ts';

/** Ids and places only: it goes between threads, and is told in any language. */
export type Found = Hit & { readonly id: string };
export type Scored = { readonly found: readonly Found[]; readonly facts: Pick<Facts, 'spam' | 'identity'> };

export type Grade = 'excellent' | 'good' | 'fair' | 'poor';
export type Finding = {
  readonly id: string;
  /** Below 0: what it took. */
  readonly points: number;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
  readonly where: Where;
};
type Sum = { readonly points: number; readonly findings: number };
export type Report = {
  /** 0 to 10, one decimal. */
  readonly score: number;
  readonly grade: Grade;
  /** What costs most stands first. */
  readonly findings: readonly Finding[];
  readonly content: Sum & { readonly spam: Pick<SpamFinding, 'verdict' | 'score'> | null };
  readonly structure: Sum;
  readonly compatibility: Sum;
  readonly identity: Sum & { readonly domain: string | null } & Readonly<Record<'spf' | 'dkim' | 'dmarc', RecordState | 'not_asked'>>;
  readonly reputation: Sum;
  readonly note: string;
};

const BEST = 10;
/** The least score of a grade. */
const GRADES: readonly (readonly [Grade, number])[] = [
  ['excellent', 9],
  ['good', 7.5],
  ['fair', 5],
  ['poor', 0],
];
export const NOTE = says(
  'For reference. No score promises the inbox.',
  'Untuk rujukan. Tidak ada skor yang menjamin kotak masuk.',
  '仅供参考。任何评分都不能保证进入收件箱。',
);

const BY_ID: ReadonlyMap<string, Check> = new Map(CHECKS.map(check => [check.id, check]));

/** Everything that is found in the message; keeps nothing. */
export function score(message: Message, facts: Facts): Scored {
  const mail = mailOf(message, facts);
  const found = CHECKS.flatMap(check => {
    const hit = check.find(mail);
    return hit ? [{ ...hit, id: check.id }] : [];
  });
  const { spam, identity } = facts;
  return { found, facts: { ...(spam ? { spam } : {}), ...(identity ? { identity } : {}) } };
}

/** The report as a person reads it. */
export function reportOf({ found, facts }: Scored, language: Language): Report {
  const findings = found.map(one => told(one, language)).toSorted((a, b) => a.points - b.points);
  const total = round(Math.max(0, BEST + findings.reduce((sum, one) => sum + one.points, 0)));
  const part = (name: Part): Sum => {
    const of = findings.filter(one => BY_ID.get(one.id)?.part === name);
    return { points: round(of.reduce((sum, one) => sum + one.points, 0)), findings: of.length };
  };
  const { spam, identity } = facts;
  const { spf = 'not_asked', dkim = 'not_asked', dmarc = 'not_asked' } = identity ?? {};
  return {
    score: total,
    grade: GRADES.find(([, least]) => total >= least)?.[0] ?? 'poor',
    findings,
    content: { ...part('content'), spam: spam ? { verdict: spam.verdict, score: spam.score } : null },
    structure: part('structure'),
    compatibility: part('compatibility'),
    identity: { ...part('identity'), domain: identity?.domain ?? null, spf, dkim, dmarc },
    reputation: part('reputation'),
    note: NOTE[language],
  };
}

function told({ id, where, value = '' }: Found, language: Language): Finding {
  const check = BY_ID.get(id);
  if (!check) throw new Error(`there is no check ${id}`);
  const { severity, title, detail, fix } = check;
  const shown = typeof value === 'string' ? value : value[language];
  return {
    id,
    points: -check.points,
    severity,
    title: title[language],
    detail: detail[language].replace('{}', () => shown),
    fix: fix[language],
    where,
  };
}

/** One decimal, and never -0. */
const round = (points: number): number => Math.round(points * 10) / 10 + 0;
