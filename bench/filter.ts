// Our content filter beside Rspamd, SpamAssassin and bogofilter: how well they tell the development mail of a corpus folder, and what they cost.
//   node bench/filter.ts CORPUS [--peers rspamd,spamassassin,bogofilter] [--limit N] [--slow N] [--all] [--model FILE] [--write-docs]
// Needs Debian's rspamd, spamassassin, spamd and bogofilter; nothing of them has to run, no network is used. `--limit`: at most N mails for
// all; `--slow`: for SpamAssassin (1500); both the same random ones each time. `--all`: beside them, ours and bogofilter taught everything.
// `--write-docs`: the figures of docs/filter.md and its pictures are made anew.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadFilterModel } from '../src/engines/filter-model.ts';
import { judge } from '../src/filter/filter.ts';
import { walk } from '../src/message/walk.ts';
import type { Sample } from '../training/corpus.ts';
import { rspamd, spamassassin, versions } from './filter/daemons.ts';
import { bogofilter, bogofilterEach, sesame, taughtBogofilter, trainedOnAll, type Filter } from './filter/filters.ts';
import { ALL, mailsOf, OPEN, subset, type Rated } from './filter/mails.ts';
import { rocPicture } from './filter/roc.ts';
import { scoresPicture } from './filter/scores.ts';
import { measureSpeed, type Load } from './filter/speed.ts';
import { byGroup, overall, sideBySide, speedTable, type Measured } from './filter/tables.ts';

const DOCS = new URL('../docs/', import.meta.url).pathname;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string', default: 'rspamd,spamassassin,bogofilter' },
    limit: { type: 'string', default: '1000000' },
    slow: { type: 'string', default: '1500' },
    all: { type: 'boolean', default: false },
    model: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined)
  throw new Error('usage: node bench/filter.ts CORPUS [--peers LIST] [--limit N] [--slow N] [--all] [--write-docs]');
const peers = values.peers.split(',').filter(Boolean);
const work = mkdtempSync(join(tmpdir(), 'sesame-filter-'));
// Daemons that give up root must come in.
execFileSync('chmod', ['755', work]);
process.once('exit', () => rmSync(work, { recursive: true, force: true, maxRetries: 5 }));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const dev = subset(await mailsOf(folder, 'dev', ALL), Number(values.limit));
const few = subset(dev, Number(values.slow));
const isWhole = few.length === dev.length;
const shipped = values.model ?? null;
const model = loadFilterModel(shipped);
const ours: Measured = { name: 'Sesame', rated: dev.map(mail => rated(mail, scoreOf(model, mail))) };
const spotChecked = spotCheck(subset(dev, 200));

const filters: Filter[] = [sesame('Sesame', shipped)];
const measured: Measured[] = [ours];
if (peers.includes('bogofilter')) await addBogofilter('bogofilter, same training mail', OPEN, true);
if (peers.includes('rspamd')) await add(await rspamd(join(work, 'rspamd')), dev);
if (peers.includes('spamassassin')) {
  await add(await spamassassin(join(work, 'spamassassin')), few);
  if (!isWhole) measured.push({ name: `Sesame, on the mail of SpamAssassin`, rated: subset(ours.rated, few.length) });
}
const load = await measureSpeed(filters, dev, say);
for (const filter of filters) await filter.stop();
if (values.all) await addAll();
for (const line of [...report(load), ...complete()]) console.log(line);
if (values['write-docs']) writeDocs();

async function add(filter: Filter, mails: readonly Sample[]): Promise<void> {
  filters.push(filter);
  measured.push(await measure(filter, mails));
}

async function measure(filter: Filter, mails: readonly Sample[]): Promise<Measured> {
  say(`${filter.name}: ${mails.length} mails`);
  const found: Rated[] = [];
  for (const mail of mails) found.push(rated(mail, await filter.score(mail.raw)));
  return { name: filter.name, rated: found };
}

async function addBogofilter(name: string, files: readonly string[], isTimed: boolean): Promise<void> {
  const own = join(work, `bogofilter-${files.length}`);
  const mails = await mailsOf(folder as string, 'train', files);
  say(`bogofilter: learning ${mails.length} mails`);
  const words = taughtBogofilter(own, mails);
  const filter = bogofilter(name, join(own, 'asked'), words);
  measured.push(await measure(filter, dev));
  if (isTimed)
    filters.push({ ...filter, name: 'bogofilter, one process for all' }, bogofilterEach('bogofilter, a process for each', words));
  else await filter.stop();
}

/** What may not ship: the files with terms of their own too. */
async function addAll(): Promise<void> {
  const file = join(work, 'all.bin.br');
  say('Sesame: training on everything, takes minutes');
  await trainedOnAll(folder as string, file);
  const everything = loadFilterModel(file);
  measured.push({ name: 'Sesame, taught everything', rated: dev.map(mail => rated(mail, scoreOf(everything, mail))) });
  if (peers.includes('bogofilter')) await addBogofilter('bogofilter, taught everything', ALL, false);
}

function scoreOf(by: typeof model, mail: Sample): number {
  return judge(by, walk(mail.raw), { direction: 'in' }).finding.score ?? NaN;
}

function rated({ label, source, lang, year }: Sample, score: number): Rated {
  return { isBad: label !== 'ham', score, source, lang, year };
}

/** What the command line says of the same mail must be the same; returns of how many it was. */
function spotCheck(mails: readonly Sample[]): number {
  const input = mails.map((mail, n) => `${JSON.stringify({ id: String(n), raw: mail.raw.toString('latin1') })}\n`).join('');
  const args = ['scan', '--tsv', ...(shipped === null ? [] : ['--model', shipped])];
  const said = execFileSync(new URL('../bin/sesame', import.meta.url).pathname, args, { input, encoding: 'utf8', maxBuffer: 1e9 });
  const wrong = said
    .trim()
    .split('\n')
    .filter((line, n) => line.split('\t')[1] !== scoreOf(model, mails[n] as Sample).toFixed(6));
  if (wrong.length > 0) throw new Error(`bin/sesame scan gives other scores for ${wrong.length} of ${mails.length} mails`);
  return mails.length;
}

/** What stands in docs/filter.md. */
function report(speed: Load): readonly string[] {
  const command = ['node bench/filter.ts CORPUS', ...process.argv.slice(3).filter(arg => arg !== '--write-docs')].join(' ');
  const versionsOf = versions();
  const side = measured.filter(one => !one.name.startsWith('Sesame, on '));
  const subsetNote = isWhole
    ? ''
    : ` SpamAssassin read ${few.length} of them, drawn at random once; the line below it is ours on the same.`;
  return [
    `\`${command}\`: ${dev.length.toLocaleString('en')} development mails; no filter was trained on them.${subsetNote} Model: ${model.name}.`,
    `Peers of Debian: ${peers.map(name => `${name} ${versionsOf[name] ?? '?'}`).join(', ')}. \`bin/sesame scan --tsv\` gave the same scores for ${spotChecked} mails.`,
    '',
    ...overall(measured),
    '',
    '1-AUC: how often a ham scores above a bad mail; the less the better. Recall: share of bad mail above the cut that leaves that share of ham above it.',
    'Intervals are of 95 %: for recall the wider of Wilson\'s and a bootstrap over ham and bad mail.', // prettier-ignore
    '',
    '1-AUC by source, language and era:',
    '',
    ...sideBySide(side, 0),
    '',
    'Recall at 1 % ham:',
    '',
    ...sideBySide(side, 3),
    '',
    `A group that has only ham or only bad mail is measured against the other kind of all.`,
    '',
    `CPU a mail, user and system, of the filter's own processes, one mail at a time; median of ${speed.rounds} rounds in turns (lowest..highest):`,
    '',
    ...speedTable(speed),
  ];
}

/** Every figure of every filter: for the terminal. */
function complete(): readonly string[] {
  return measured.flatMap(one => ['', `## ${one.name}`, '', ...byGroup(one)]);
}

function writeDocs(): void {
  const page = join(DOCS, 'filter.md');
  const text = readFileSync(page, 'utf8');
  const marked = /(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/;
  if (!marked.test(text)) throw new Error(`${page} has no place for figures`);
  writeFileSync(
    page,
    text.replace(marked, (_, open: string, close: string) => `${open}\n${report(load).join('\n')}\n\n${close}`),
  );
  const pictures = join(DOCS, 'pictures');
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, 'filter-roc.svg'), rocPicture(measured.filter(one => !one.name.startsWith('Sesame, on '))));
  writeFileSync(join(pictures, 'filter-scores.svg'), scoresPicture(ours.rated, model.cuts));
}
