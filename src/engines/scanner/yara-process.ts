// Entry of the YARA process: compiles the rule files that it is given, then scans one thing at a time and says before each file of rules
// which it is: native code can't be stopped from within, so whoever started this ends it when a rule takes too long.
import { readFileSync, writeSync } from 'node:fs';
import { newFrameReader, frameOf } from '../../scan/frames.ts';

export type YaraAsk = { readonly skip: readonly number[] };
export type YaraTold =
  | { readonly told: 'ready'; readonly faults: readonly string[] }
  | { readonly told: 'at'; readonly rules: number }
  | { readonly told: 'done'; readonly matches: readonly YaraMatch[] };
export type YaraMatch = { readonly rule: string; readonly malware: boolean };

/** What we use of @litko/yara-x; installed by who wants YARA (docs/attachments.md). */
type Rules = { readonly scan: (data: Buffer) => readonly { readonly ruleIdentifier: string; readonly tags: readonly string[] }[] };

const MAX_BYTES = 128 * 1024 * 1024;
const files = process.argv.slice(2);

const say = (told: YaraTold): void => {
  for (const piece of frameOf(told)) writeSync(1, piece);
};

// A name that is looked up when it runs: types are checked without the package too.
const PACKAGE: string = '@litko/yara-x';
const { compile } = (await import(PACKAGE)) as unknown as { readonly compile: (source: string) => Rules };
const faults: string[] = [];
const compiled = files.map(file => {
  try {
    return compile(readFileSync(file, 'utf8'));
  } catch (error) {
    faults.push(`${file}: ${error instanceof Error ? error.message.slice(0, 300) : 'unknown'}`);
    return null;
  }
});
say({ told: 'ready', faults });

const read = newFrameReader<YaraAsk>(MAX_BYTES, ({ head, bytes }) => {
  const matches: YaraMatch[] = [];
  for (const [n, rules] of compiled.entries()) {
    if (!rules || head.skip.includes(n)) continue;
    say({ told: 'at', rules: n });
    for (const { ruleIdentifier, tags } of rules.scan(bytes)) matches.push({ rule: ruleIdentifier, malware: tags.includes('malware') });
  }
  bytes.fill(0);
  say({ told: 'done', matches });
});
process.stdin.on('data', read);
process.stdin.on('end', () => process.exit(0));
