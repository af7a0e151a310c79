// /v1/reputation: one explained score of an account, its domains and their mailbox providers; for the operator of all accounts, domains and
// sending IPs too.
import { Type } from 'typebox';
import type { Domain } from '../../engines/store/control/domains.ts';
import type { Language } from '../../filter/rules/rule.ts';
import { findIp } from '../../ips/address.ts';
import { NOTE } from '../../reputation/words.ts';
import { callerOf } from '../caller.ts';
import { ownDomain } from '../domains.ts';
import { invalid } from '../errors.ts';
import { languageOf } from '../language.ts';
import { cursorOf, limitOf, page, PageQuery } from '../pages.ts';
import { briefReputation, newReputations, shownReputation, type ReputationOf, type Subject } from '../reputation.ts';
import type { Resource } from '../types.ts';

/** Domains of an account whose reports are read at once. */
const DOMAINS_READ = 100;
const KINDS = ['account', 'domain', 'ip'] as const;
const Query = Type.Object(
  { ...PageQuery, kind: Type.Optional(Type.Union(KINDS.map(kind => Type.Literal(kind)))) },
  { additionalProperties: false },
);
const Params = Type.Object({ domain: Type.String({ maxLength: 253 }) });

export const reputation: Resource = (app, deps) => {
  const { store, config } = deps;
  const reputations = newReputations(deps);
  const ofDomain = (domain: Domain): Subject => ({ accountId: domain.accountId, domain: domain.name, domains: [domain] });
  const ofAccount = async (accountId: string): Promise<Subject> => {
    return { accountId, domains: await store.domains.list({ accountId, after: '', limit: DOMAINS_READ }) };
  };
  const withProviders = ({ whole, providers }: ReputationOf): object => ({
    ...briefReputation(whole),
    providers: providers.map(({ provider, ...one }) => ({ provider, ...briefReputation(one) })),
  });

  /** A page of one kind; the accounts are all there are only for an operator who named none. */
  const listed = async (
    kind: (typeof KINDS)[number],
    accountId: string | null,
    query: { readonly after?: string; readonly limit?: string },
    language: Language,
  ): Promise<{ readonly data: readonly object[]; readonly next: string | null }> => {
    const [limit, after] = [limitOf(query), cursorOf(query, '')];
    const each = async <R>(rows: readonly R[], at: (row: R) => string, shown: (row: R) => Promise<object>) => {
      const { data: kept, next } = page(rows, limit, at, row => row);
      const data: object[] = [];
      for (const row of kept) data.push(await shown(row));
      return { data, next };
    };
    if (kind === 'ip') {
      const ips = config.sendingIps.toSorted().filter(ip => ip > after);
      return each(ips, String, async ip => {
        const { whole, providers } = await reputations({ accountId: null, ip: findIp(config.sendingIps, ip) ?? ip, domains: [] });
        return {
          ip,
          ...shownReputation(whole, language),
          providers: providers.map(one => ({ provider: one.provider, ...briefReputation(one) })),
        };
      });
    }
    if (kind === 'domain') {
      const rows = await store.domains.list({ accountId, after, limit: limit + 1 });
      return each(
        rows,
        row => row.name,
        async row => ({ domain: row.name, accountId: row.accountId, ...withProviders(await reputations(ofDomain(row))) }),
      );
    }
    const rows = await store.accounts.list({ after, limit: limit + 1 });
    return each(
      rows,
      row => row.id,
      async row => ({ accountId: row.id, name: row.name, ...briefReputation((await reputations(await ofAccount(row.id))).whole) }),
    );
  };

  app.get(
    '/v1/reputation',
    {
      config: { access: 'read' },
      schema: { querystring: Query, summary: 'Reputation of the account and its domains; for the operator of all' },
    },
    async request => {
      const { accountId } = callerOf(request);
      const language = languageOf(request);
      const kind = request.query.kind ?? (accountId === null ? 'account' : 'domain');
      if (accountId !== null && kind !== 'domain')
        throw invalid('kind', 'can be "domain" for an account: "account" and "ip" are lists of the operator.');
      const { whole, providers } = await reputations(accountId === null ? { accountId, domains: [] } : await ofAccount(accountId));
      const overall = {
        ...shownReputation(whole, language),
        providers: providers.map(one => ({ provider: one.provider, ...briefReputation(one) })),
      };
      return { note: NOTE[language], overall, kind, ...(await listed(kind, accountId, request.query, language)) };
    },
  );

  app.get(
    '/v1/reputation/:domain',
    { config: { access: 'read' }, schema: { params: Params, summary: 'Reputation of one domain, whole and by mailbox provider' } },
    async request => {
      const domain = await ownDomain(deps, callerOf(request).accountId, request.params.domain);
      const language = languageOf(request);
      const { whole, providers } = await reputations(ofDomain(domain));
      const each = providers.map(({ provider, ...one }) => ({ provider, ...shownReputation(one, language) }));
      return {
        note: NOTE[language],
        domain: domain.name,
        accountId: domain.accountId,
        ...shownReputation(whole, language),
        providers: each,
      };
    },
  );
};
