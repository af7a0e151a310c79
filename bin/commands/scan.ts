// `scan`: filter and scanner over messages, with no server, network or data directory. Files, or JSON lines `{"id","raw"}` on stdin, one
// message at a time: memory is bounded by the largest.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { NEW_ACCOUNT } from '../../src/engines/store/control/accounts.ts';
import { filter } from '../../src/inspect/examine.ts';
import { plainMessage, type Examined } from '../../src/inspect/inspect.ts';
import { walk } from '../../src/message/walk.ts';
import { crlf } from '../crlf.ts';
import { filterModel } from '../filter-model.ts';
import { offlineScanner } from '../offline-scanner.ts';
import type { VirusFinding } from '../../src/mail.ts';
import { EXIT, note, out, Usage, type Command } from '../command.ts';

export const scan: Command = {
  summary: 'spam and virus verdicts of messages, offline',
  help: 'usage: sesame scan [--direction in|out] [--ip IP --helo NAME --mail-from ADDRESS] [--tsv|--json] [--fail-on spam,virus] [--model FILE] [FILE…]\n\nWithout FILE: JSON lines {"id","raw"} on stdin, raw = the bytes as a latin-1 string.\n--tsv prints id, spam probability, spam verdict. Facts that are not given never count against a mail.\n--model: weights made by `sesame train` instead of the shipped ones (or SESAME_FILTER_MODEL).',
  run: async args => {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        direction: text,
        ip: text,
        helo: text,
        'mail-from': text,
        tsv: { type: 'boolean' },
        json: { type: 'boolean' },
        'fail-on': text,
        model: text,
      },
    });
    const direction = values.direction ?? 'in';
    if (direction !== 'in' && direction !== 'out') throw new Usage('--direction is in or out');
    const failOn = (values['fail-on'] ?? '').split(',').filter(Boolean);
    const model = filterModel(values.model ?? process.env['SESAME_FILTER_MODEL']);
    // The table has no column for it.
    const scanner = values.tsv && !failOn.includes('virus') ? null : offlineScanner();
    let failed = false;
    const one = async (id: string, raw: Buffer): Promise<void> => {
      const plain = plainMessage(raw);
      const { spam, sketch } = filter(model, { raw, direction, facts: { direction }, policy: NEW_ACCOUNT.policy }, plain ?? walk(raw));
      const found = { spam, sketch, virus: (await scanner?.scan(raw, plain)) ?? NOT_SCANNED };
      failed ||= (failOn.includes('spam') && found.spam.verdict === 'FAIL') || (failOn.includes('virus') && found.virus.verdict !== 'PASS');
      out(values.tsv ? tsv(id, found) : values.json ? JSON.stringify({ id, ...shown(found) }) : people(id, found));
    };
    if (positionals.length > 0) for (const file of positionals) await one(file, crlf(readFileSync(file)));
    else {
      for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
        if (line.trim() === '') continue;
        const message = parsed(line);
        if (message) await one(message.id, crlf(Buffer.from(message.raw, 'latin1')));
        else note('sesame: a line is no {"id","raw"}: passed over');
      }
    }
    scanner?.close();
    return failed ? EXIT.checkFailed : EXIT.done;
  },
};

const NOT_SCANNED: VirusFinding = {
  verdict: 'DISABLED',
  coverage: 'none',
  engines: [],
  signatures: null,
  signaturesAt: null,
  scannedAt: null,
  parts: [],
  partsTotal: 0,
  found: [],
  tookMs: 0,
};

function parsed(line: string): { readonly id: string; readonly raw: string } | null {
  try {
    const { id, raw } = JSON.parse(line) as { id?: unknown; raw?: unknown };
    return typeof raw === 'string' ? { id: String(id), raw } : null;
  } catch {
    return null;
  }
}

function shown({ spam, virus }: Examined): object {
  const { verdict, score, reasons } = spam;
  const { verdict: clean, coverage, engines, signatures, parts, found } = virus;
  return { spam: { verdict, score, reasons }, virus: { verdict: clean, coverage, engines, signatures, parts, found } };
}

const tsv = (id: string, { spam }: Examined): string => `${id}\t${spam.score?.toFixed(6) ?? ''}\t${spam.verdict}`;

function people(id: string, { spam, virus }: Examined): string {
  const why = [...spam.reasons.map(one => `  spam   ${one.title}`), ...virus.found.map(one => `  virus  ${one.name} in part ${one.path}`)];
  return [`${id}: spam ${spam.verdict} (${spam.score?.toFixed(3) ?? 'unknown'}), virus ${virus.verdict} (${virus.coverage})`, ...why].join(
    '\n',
  );
}
