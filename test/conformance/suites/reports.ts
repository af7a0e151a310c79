// DMARC aggregate reports (RFC 7489, 9990): the same records, from bare XML and from mails with gzip or zip.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from '../../../src/message/walk.ts';
import { readDmarcAggregate, readDmarcMail, type DmarcReport } from '../../../src/reports/dmarc-aggregate.ts';
import type { Case, Suite } from '../suite.ts';

type Wanted = {
  readonly record: readonly {
    readonly row: {
      readonly source_ip: string | null;
      readonly count: number;
      readonly policy_evaluated: { readonly disposition: string; readonly dkim: string; readonly spf: string };
    };
    readonly identifiers: { readonly header_from: string };
  }[];
};

export const reports: Suite = { folder: 'reports', names: ['reports'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const at = join(folder, 'dmarc-aggregate');
  if (!existsSync(at)) return;
  for (const name of readdirSync(at).filter(one => one.endsWith('.json'))) {
    const id = name.slice(0, -'.json'.length);
    const { record } = JSON.parse(readFileSync(join(at, name), 'utf8')) as Wanted;
    const expected = record.map(({ row, identifiers }) =>
      told([
        row.source_ip ?? '',
        row.count,
        row.policy_evaluated.disposition,
        row.policy_evaluated.dkim,
        row.policy_evaluated.spf,
        identifiers.header_from,
      ]),
    );
    const got =
      read(join(at, id))?.records.map(one => told([one.sourceIp, one.count, one.disposition, one.dkim, one.spf, one.headerFrom])) ?? [];
    yield { suite: 'reports', id, expected: expected.join(', '), got: got.join(', '), ok: expected.join() === got.join() };
  }
}

function read(file: string): DmarcReport | null {
  if (existsSync(`${file}.xml`)) return readDmarcAggregate(readFileSync(`${file}.xml`));
  return readDmarcMail(walk(readFileSync(`${file}.eml`)));
}

/** The suite's maker says `Unspecified` where nothing stands. */
const told = (values: readonly (string | number)[]): string =>
  values
    .map(
      one =>
        String(one)
          .toLowerCase()
          .replace(/^unspecified$/, '-') || '-',
    )
    .join(' ');
