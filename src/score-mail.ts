// Scores by mail, bound to the engines: the same score as `POST /v1/score` gives the address's account.
import type { Engines } from './engines/open.ts';
import { NEW_ACCOUNT } from './engines/store/control/accounts.ts';
import type { IdentifyDeps } from './identify/types.ts';
import { scoreRaw, type InspectDeps } from './inspect/inspect.ts';
import type { ScoreMailDeps } from './report/score-mail.ts';
import { resultUrl, tokenMac } from './score/address.ts';

type Bound = Pick<ScoreMailDeps, 'newId' | 'authenticate' | 'notice'>;

export function scoreMailFacts(engines: Engines, identify: IdentifyDeps, inspect: InspectDeps, bound: Bound): ScoreMailDeps {
  const { config, clock, log, metrics, shared, store, secrets } = engines;
  return {
    ...bound,
    store,
    clock,
    log,
    metrics,
    shared,
    tokenMac: token => tokenMac(secrets.mac, token),
    domain: identify.scoreDomain,
    urlOf: token => resultUrl(config.publicUrl, token),
    score: async (raw, accountId, facts) => {
      const { policy } = (await identify.account(accountId)) ?? NEW_ACCOUNT;
      return scoreRaw(inspect, { raw, direction: 'out', facts: { direction: 'out' }, policy, accountId }, facts);
    },
  };
}
