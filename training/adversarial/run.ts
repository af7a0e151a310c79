// `node training/adversarial/run.ts [TRICK]`: how much disguised spam is still caught, by trick (with the mean change of the log-odds), and how much wanted mail still passes. With
// a trick's name, which mails got through. Ends with 1 under 90 % of the spam or 95 % of the wanted mail.
import { check, share, type Row } from './check.ts';

export const LEAST_CAUGHT = 0.9;
export const LEAST_PASSED = 0.95;

const only = process.argv[2];
const { spam, ham, spamMails, hamMails } = check();
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
const print = (rows: readonly Row[]): void => {
  for (const row of rows) {
    if (only !== undefined && row.trick !== only) continue;
    console.log(
      `${row.group.padEnd(10)} ${row.trick.padEnd(26)} ${`${row.kept}/${row.total}`.padStart(6)}  ${row.moved.toFixed(1).padStart(5)}`,
    );
    if (only !== undefined) for (const name of row.lost) console.log(`  lost: ${name}`);
  }
};
console.log(`known spam: ${spamMails} mails, still caught`);
print(spam);
console.log(`wanted mail: ${hamMails} mails, still passed`);
print(ham);
const variants = spam.reduce((sum, row) => sum + row.total, 0);
console.log(`caught ${percent(share(spam))} of ${variants} variants by ${spam.length} tricks; wanted mail passed ${percent(share(ham))}`);
process.exitCode = share(spam) < LEAST_CAUGHT || share(ham) < LEAST_PASSED ? 1 : 0;
