// The quality report: number and word, what each part costs, what to mend first with its place; the same to copy as Markdown.
import type { JSX } from 'preact';
import { useLanguage } from '../app/language.ts';
import type { Words } from '../words/en.ts';
import { Badge, type Tone } from './badge.tsx';
import { Outside } from './outside.tsx';

export type Where = { readonly field: string } | { readonly part: string; readonly line: number | null } | null;
export type Finding = {
  readonly id: string;
  readonly points: number;
  readonly severity: 'high' | 'medium' | 'low';
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
  readonly where: Where;
};
type Sum = { readonly points: number; readonly findings: number };
export type Report = {
  readonly score: number;
  readonly grade: 'excellent' | 'good' | 'fair' | 'poor';
  readonly findings: readonly Finding[];
  readonly content: Sum & { readonly spam: { readonly verdict: string; readonly score: number | null } | null };
  readonly structure: Sum;
  readonly compatibility: Sum;
  readonly identity: Sum & { readonly domain: string | null; readonly spf: string; readonly dkim: string; readonly dmarc: string };
  readonly reputation: Sum;
  readonly note: string;
};

const GRADES: Readonly<Record<Report['grade'], Tone>> = { excellent: 'good', good: 'good', fair: 'warn', poor: 'bad' };
const SEVERITIES: Readonly<Record<Finding['severity'], Tone>> = { high: 'bad', medium: 'warn', low: 'info' };
const PARTS = ['content', 'structure', 'compatibility', 'identity', 'reputation'] as const;

/** `before`: the score of the version before, to compare with. */
export function ScoreHead({
  report,
  tookMs,
  before,
}: {
  readonly report: Report;
  readonly tookMs: number | null;
  readonly before: number | null;
}): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.compose.score;
  const count = report.findings.length;
  const change = before === null ? 0 : Math.round((report.score - before) * 10) / 10;
  return (
    <div class="stack">
      <div class="score-head">
        <span class="score-number">{format.number(report.score)}</span>
        <div aria-live="polite">
          <p class="row">
            <Badge tone={GRADES[report.grade]}>{w.grades[report.grade]}</Badge>
            <span class="note">{w.of}</span>
            {change !== 0 && <span class="note">{w.change({ shown: `${change > 0 ? '+' : '−'}${format.number(Math.abs(change))}` })}</span>}
          </p>
          <p class="note">{w.counted({ count, shown: format.number(count), took: tookMs === null ? '' : format.duration(tookMs) })}</p>
          <p class="note">{w.note}</p>
        </div>
      </div>
      <dl class="score-parts">
        {PARTS.map(part => (
          <div key={part}>
            <dt>{w.parts[part]}</dt>
            <dd class="number">{report[part].points === 0 ? '✓' : points(format.number(Math.abs(report[part].points)))}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const points = (shown: string): string => `−${shown}`;

/** `onPlace`: shows where a finding stands; left out where there is no source to show. */
export function Findings({ of, onPlace }: { readonly of: readonly Finding[]; readonly onPlace?: (finding: Finding) => void }): JSX.Element {
  const { words, format } = useLanguage();
  if (of.length === 0) return <p class="soft">{words.compose.score.nothing}</p>;
  return (
    <ol class="findings">
      {of.map((finding, n) => (
        <li key={`${finding.id} ${n}`}>
          <span class="number strong">{points(format.number(Math.abs(finding.points)))}</span>
          <div>
            <p class="row">
              <span class="strong">{finding.title}</span>
              <Badge tone={SEVERITIES[finding.severity]}>{words.frame.severities[finding.severity]}</Badge>
            </p>
            <p class="note">
              {finding.where && onPlace && (
                <>
                  <button type="button" class="copy" onClick={() => onPlace(finding)}>
                    {placeOf(words, finding.where)}
                  </button>{' '}
                </>
              )}
              <Outside text={finding.detail} />
            </p>
            <p class="note">
              <span class="strong">{words.compose.score.fix}:</span> {finding.fix} <code class="faint">{finding.id}</code>
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function placeOf(words: Words, where: NonNullable<Where>): string {
  const w = words.compose.score;
  if ('field' in where) return w.field({ name: where.field });
  return where.line === null ? w.part({ path: where.part }) : w.place({ line: String(where.line) });
}

/** The report as Markdown, for a ticket. Cells cannot break out of their table. */
export function markdownOf(report: Report, words: Words): string {
  const w = words.compose.score;
  const cell = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    `**${w.title}: ${report.score} ${w.of}, ${w.grades[report.grade]}**`,
    '',
    `| ${w.markdown.points} | ${w.markdown.finding} | ${w.markdown.fix} |`,
    '|---|---|---|',
    ...report.findings.map(({ points: taken, title, detail, fix }) => `| ${taken} | ${cell(title)}: ${cell(detail)} | ${cell(fix)} |`),
    '',
    w.note,
    '',
  ].join('\n');
}
