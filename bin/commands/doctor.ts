// `doctor`: prints what the checks of src/doctor say. What they ask of the running server goes through its API, what stands in the database
// is read there: the command helps also when the server does not run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../../src/config.ts';
import { findings } from '../../src/doctor/doctor.ts';
import type { Known, OwnDomain, State } from '../../src/doctor/types.ts';
import { systemClock } from '../../src/engines/clock.ts';
import { newResolver } from '../../src/engines/resolver/resolver.ts';
import { openHashLists } from '../../src/engines/scanner/hashes.ts';
import { domains as domainSubject } from '../../src/engines/store/control/domains.ts';
import { sendingIps as ipSubject } from '../../src/engines/store/control/sending-ips.ts';
import { settings as settingsSubject } from '../../src/engines/store/control/settings.ts';
import type { Db } from '../../src/engines/store/types.ts';
import { SPF_SAMPLE } from '../../src/ips/bounds.ts';
import { call } from '../client.ts';
import { EXIT, out, type Command } from '../command.ts';
import { dataDir, settings } from '../settings.ts';
import { withStore } from '../store.ts';

const MARK: Readonly<Record<State, string>> = { ok: '✓', warn: '!', fail: '✗', unknown: '?' };
const DOMAINS = 100;

export const doctor: Command = {
  summary: 'check names, sending IPs, ports, certificates, MTA-STS, scanner, disk',
  help: 'usage: sesame doctor [--json] [--strict]\n\nExit 1 when a check failed; with --strict also when one warns. A look-up that fails is `unknown`, not `fail`.',
  run: async args => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' }, strict: { type: 'boolean' } } });
    const config = settings();
    const resolver = newResolver({ servers: config.resolver, trusted: config.resolverTrusted, clock: systemClock });
    const counts: Record<State | 'aside', number> = { ok: 0, warn: 0, fail: 0, unknown: 0, aside: 0 };
    let group = '';
    for await (const one of findings({ config, resolver, known: knownFrom(config) })) {
      counts[one.setAside ? 'aside' : one.state]++;
      if (values.json) {
        out(JSON.stringify(one));
        continue;
      }
      if (one.group !== group) out(one.group);
      group = one.group;
      out(`  ${MARK[one.state]} ${one.state.padEnd(8)}${one.name.padEnd(20)}${one.found}`);
      if (one.setAside) out(`${' '.repeat(12)}set aside by ${one.setAside.by}: ${one.setAside.reason}`);
      else if (one.fix && one.state !== 'ok') out(`${' '.repeat(12)}${one.fix}`);
    }
    resolver.close();
    if (!values.json)
      out(
        `${counts.fail} fail, ${counts.warn} warn, ${counts.unknown} unknown, ${counts.ok} ok${counts.aside > 0 ? `, ${counts.aside} set aside` : ''}`,
      );
    return counts.fail > 0 || (values.strict && counts.warn > 0) ? EXIT.checkFailed : EXIT.done;
  },
};

/** An account's key is not told of certificates and sending IPs. */
function knownFrom(config: Config): Known {
  const hasKey = process.env['SESAME_API_KEY'] ?? process.env['SESAME_API_KEY_FILE'] ?? existsSync(join(dataDir(), 'operator.key'));
  const ask = async (path: string): Promise<unknown> => {
    const answer = hasKey ? await call({ method: 'GET', path }) : null;
    return answer?.status === 200 ? answer.body : null;
  };
  return {
    isVerified: async name => {
      const answer = hasKey ? await call({ method: 'GET', path: `/v1/domains/${name}` }) : null;
      if (answer === null || (answer.status !== 200 && answer.status !== 404)) return null;
      return answer.status === 200 && (answer.body as { readonly state: string }).state === 'verified';
    },
    domains: async () => ((await ask(`/v1/domains?limit=${DOMAINS}`)) as { readonly data: readonly OwnDomain[] } | null)?.data ?? null,
    whyNotProven: async () => ((await ask('/v1/tls')) as { readonly mx: { readonly why: string | null } } | null)?.mx.why ?? null,
    sendingIps: () =>
      fromDatabase(config, async db => ({
        ips: await ipSubject.reads.list(db),
        domains: (await domainSubject.reads.proven(db)).slice(0, SPF_SAMPLE),
      })),
    hashLists: () => openHashLists(join(config.dataDir, 'hashes')),
    setAside: async () => (await fromDatabase(config, settingsSubject.reads.setAside)) ?? [],
  };
}

/** null: there is no database, or it does not answer: the checks are done without it. */
async function fromDatabase<T>(config: Config, read: (db: Db) => Promise<T>): Promise<T | null> {
  if (!config.databaseUrl && !existsSync(join(config.dataDir, 'sesame.db'))) return null;
  try {
    return await withStore({ lock: false, readOnly: true }, ({ db }) => read(db));
  } catch {
    return null;
  }
}
