// What is kept of a score for the day that it can be read: ids and places, no word of the mail. Pure.
import type { Language } from '../filter/rules/rule.ts';
import type { SpamFinding } from '../mail.ts';
import type { Facts } from './facts.ts';
import type { Where } from './hit.ts';
import { reportOf, type Finding, type Report, type Scored } from './score.ts';

export type Kept = {
  readonly found: readonly { readonly id: string; readonly where: Where }[];
  readonly spam: Pick<SpamFinding, 'verdict' | 'score'> | null;
  readonly identity: Facts['identity'] | null;
};
/** A report without the details, which name words of the mail. */
export type ShortReport = Omit<Report, 'findings'> & { readonly findings: readonly Omit<Finding, 'detail'>[] };

export const keptOf = ({ found, facts: { spam, identity } }: Scored): Kept => ({
  found: found.map(({ id, where }) => ({ id, where })),
  spam: spam ? { verdict: spam.verdict, score: spam.score } : null,
  identity: identity ?? null,
});

export function shortReport({ found, spam, identity }: Kept, language: Language): ShortReport {
  const facts = { ...(spam ? { spam: { ...spam, refusable: false, reasons: [] } } : {}), ...(identity ? { identity } : {}) };
  const report = reportOf({ found, facts }, language);
  return { ...report, findings: report.findings.map(({ detail: _detail, ...rest }) => rest) };
}
