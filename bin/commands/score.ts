// `score`: the quality score of messages in files, with no server, network or data directory.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Where } from '../../src/score/hit.ts';
import type { Report } from '../../src/score/score.ts';
import { EXIT, out, Usage, type Command } from '../command.ts';
import { filterModel } from '../filter-model.ts';
import { offlineScanner } from '../offline-scanner.ts';
import { scoreOffline } from '../offline-score.ts';

export const score: Command = {
  summary: 'quality of a message, 0 to 10, with what to mend, offline',
  help: 'usage: sesame score [--json] [--min N] FILE…\n\nFILE: a whole message (.eml). Needs no server and no network: what only DNS could tell costs no points.\n--json: one report a line, as POST /v1/score answers. --min N: exit 1 when a score is below N.\nThe score is for reference; none promises the inbox.',
  run: async args => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, min: { type: 'string' } },
    });
    const least = Number(values.min ?? 0);
    if (values.min === '' || !(least >= 0 && least <= 10)) throw new Usage('--min is a number from 0 to 10');
    if (positionals.length === 0) throw new Usage('which file? sesame score FILE');
    const model = filterModel(process.env['SESAME_FILTER_MODEL']);
    const scanner = offlineScanner();
    let below = false;
    for (const file of positionals) {
      const report = await scoreOffline({ model, scanner, now: Date.now() }, contentOf(file), 'en');
      below ||= report.score < least;
      out(values.json ? JSON.stringify({ file, ...report }) : people(file, report));
    }
    scanner.close();
    return below ? EXIT.checkFailed : EXIT.done;
  },
};

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Usage(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function people(file: string, { score: points, grade, findings, note }: Report): string {
  const lines = findings.flatMap(one => [
    `  ${one.points.toFixed(1)}  ${one.id} (${one.severity}${placeOf(one.where)}): ${one.title}`,
    `        ${one.detail}`,
    `        ${one.fix}`,
  ]);
  return [`${file}: ${points.toFixed(1)} of 10, ${grade}`, ...lines, `  ${note}`].join('\n');
}

function placeOf(where: Where): string {
  if (where === null) return '';
  if ('field' in where) return `, field ${where.field}`;
  return `, part ${where.part}${where.line === null ? '' : `, line ${where.line}`}`;
}
