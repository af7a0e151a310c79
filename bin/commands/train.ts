// `train`: teaches the filter with mail of one's own, offline; needs no server, network or data directory. Writes a model file that holds
// weights of hashes and nothing of the mail.
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { filterModel } from '../filter-model.ts';
import { writeModel } from '../../src/filter/model.ts';
import { readMail, Unreadable, type Sample } from '../../training/corpus.ts';
import { exampleOf, type Example } from '../../training/examples.ts';
import { teach } from '../../training/teach.ts';
import { EXIT, note, out, Usage, type Command } from '../command.ts';

/** Fewer of a kind teach nothing but themselves. */
const LEAST = 5;

export const train: Command = {
  summary: 'teach the content filter with labelled mail, offline',
  help: `usage: sesame train --ham PATH --spam PATH --out FILE [--from FILE] [--fresh] [--json]

PATH: a folder, an .eml file, an mbox, or JSON lines {"raw"} (also .zst, .gz); may be given several times.
--from   teach on top of this model instead of the shipped one
--fresh  from nothing: only with thousands of mails of each kind

Use the file with  sesame scan --model FILE  or  SESAME_FILTER_MODEL=FILE sesame serve.`,
  run: async args => {
    const paths = { type: 'string', multiple: true } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        ham: paths,
        spam: paths,
        out: { type: 'string' },
        from: { type: 'string' },
        fresh: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    const { ham = [], spam = [], out: file } = values;
    if (ham.length === 0 || spam.length === 0)
      throw new Usage('--ham PATH and --spam PATH are both needed: a filter learns from the difference');
    if (file === undefined) throw new Usage('--out FILE is needed: where the model is written');
    for (const path of [...ham, ...spam]) if (!existsSync(path)) throw new Usage(`${path} does not exist`);
    const examples: Example[] = [];
    for (const [label, given] of [
      ['ham', ham],
      ['spam', spam],
    ] as const)
      for (const path of given) examples.push(...(await readAll(path, label)));
    const bad = examples.filter(one => one.isBad).length;
    if (bad < LEAST || examples.length - bad < LEAST)
      throw new Usage(`found ${examples.length - bad} wanted and ${bad} unwanted mails, at least ${LEAST} of each are needed`);
    const base = filterModel(values.from);
    const made = teach(examples, values.fresh ? null : base, `taught with ${examples.length} mails`, base);
    const bytes = brotliCompressSync(writeModel(made), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    writeFileSync(file, bytes);
    const result = { file, bytes: bytes.length, ham: examples.length - bad, spam: bad, cuts: made.cuts };
    out(values.json ? JSON.stringify(result) : `${file}: ${bytes.length} bytes, from ${result.ham} wanted and ${bad} unwanted mails`);
    if (!values.json) note(`use it with: sesame scan --model ${file}   or   SESAME_FILTER_MODEL=${file} sesame serve`);
    return EXIT.done;
  },
};

async function readAll(path: string, label: Sample['label']): Promise<readonly Example[]> {
  const examples: Example[] = [];
  try {
    for await (const sample of readMail(path, label)) examples.push(exampleOf(sample));
  } catch (error) {
    if (error instanceof Unreadable) throw new Usage(error.message);
    throw error;
  }
  return examples;
}
