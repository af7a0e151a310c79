// `npm run conformance -- FOLDER [--list] [--json]`: every suite below FOLDER, answered by the product's own code. One line a suite;
// what is not built counts as failed; exit 1 when anything failed.
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Suite } from './suite.ts';
import { arc } from './suites/arc.ts';
import { bounceClass, bounceReason } from './suites/bounce.ts';
import { dkim } from './suites/dkim.ts';
import { dmarc } from './suites/dmarc.ts';
import { feedback } from './suites/feedback.ts';
import { mime } from './suites/mime.ts';
import { quality } from './suites/quality.ts';
import { reports } from './suites/reports.ts';
import { seal } from './suites/seal.ts';
import { smtp } from './suites/smtp.ts';
import { spf } from './suites/spf.ts';
import { tlsPolicy } from './suites/tls-policy.ts';
import { virus } from './suites/virus.ts';

const SUITES: readonly Suite[] = [
  spf,
  dkim,
  arc,
  seal,
  dmarc,
  mime,
  bounceClass,
  bounceReason,
  feedback,
  reports,
  tlsPolicy,
  virus,
  quality,
  smtp,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    failed: { type: 'boolean', default: false },
  },
});
const folder = positionals[0];
if (folder === undefined) {
  console.error('usage: npm run conformance -- FOLDER [--list] [--json] [--failed]');
  process.exit(2);
}
/** Below the folder, or the folder itself. */
const placeOf = (suite: Suite): string =>
  basename(resolve(folder)) === suite.folder ? resolve(folder) : join(resolve(folder), suite.folder);
const found = SUITES.filter(suite => existsSync(placeOf(suite)));
if (found.length === 0)
  console.error(`no suite below ${folder}: each is a folder named ${[...new Set(SUITES.map(suite => suite.folder))].join(', ')}`);
if (values.list) {
  for (const suite of found) console.log(suite.names.join(' '));
  process.exit(0);
}
let anyFailed = found.length === 0;
for (const suite of found) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const one of suite.run(placeOf(suite))) {
    counts[one.skipped ? 'skipped' : one.ok ? 'passed' : 'failed']++;
    const { suite: name, id, expected, got, ok } = one;
    if (values.json) console.log(JSON.stringify({ suite: name, id, expected, got, ok }));
    else if (values.failed && !ok && !one.skipped) console.log(`  ${id}: expected ${expected}, got ${got}`);
  }
  anyFailed ||= counts.failed > 0;
  if (!values.json) console.log(`${suite.names[0]}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
process.exit(anyFailed ? 1 : 0);
