// The standing of an account: every rule with its figures, a dry run over what happened, the appeal; and the operator's own word. Always open to
// the account itself, also when it is suspended.
import { setImmediate as soon } from 'node:timers/promises';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import { compose } from '../../message/build.ts';
import { advanced, happened, newAccount, type Account, type Change } from '../../standing/account.ts';
import { appealNotice } from '../../standing/notice.ts';
import { RULES } from '../../standing/rules.ts';
import { standingView } from '../../standing/view.ts';
import * as bounds from '../bounds.ts';
import { actorOf, callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { languageOf } from '../language.ts';
import { momentOf, time } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';
import { seenAccount, shownAccount } from './accounts.ts';

const Params = Type.Object({ id: Type.String() });
const strict = { additionalProperties: false };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ROWS = 1_000;

export const standing: Resource = (app, deps) => {
  const { store, clock } = deps;

  const change = (path: string, state: 'active' | 'suspended', field: 'reason' | 'note'): void => {
    const text = Type.Object({ [field]: Type.String({ minLength: 1, maxLength: 500 }) }, strict);
    app.post(`/v1/accounts/:id/${path}`, { config: { access: 'operator' }, schema: { params: Params, body: text } }, async request => {
      const by = actorOf(callerOf(request));
      const reason = String(request.body[field]);
      const account = await store.accounts.setState({ id: request.params.id, state, reason, by });
      if (!account) throw notFound();
      await noted(deps, request, `account.${path}`, account.id, reason);
      return shownAccount(account);
    });
  };
  change('suspend', 'suspended', 'reason');
  change('reinstate', 'active', 'note');

  app.get('/v1/accounts/:id/standing', { config: { access: 'read' }, schema: { params: Params } }, async request => {
    const { id, malware } = await seenAccount(deps, request, request.params.id);
    const now = clock.now();
    const kept = await store.standing.get(id);
    const account = kept ? advanced(RULES, kept.account, now).account : newAccount({ malware }, now);
    return inLanguage(standingView(RULES, account, kept?.suspension ?? null), languageOf(request));
  });

  const query = Type.Object({ from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }, strict);
  app.get(
    '/v1/accounts/:id/standing/dry-run',
    { config: { access: 'read' }, schema: { params: Params, querystring: query, summary: 'What the rules decide over what happened' } },
    async request => {
      const { id, malware } = await seenAccount(deps, request, request.params.id);
      const now = clock.now();
      const to = request.query.to === undefined ? now : momentOf(request.query.to, 'to');
      const from = request.query.from === undefined ? null : momentOf(request.query.from, 'from');
      if (to > now) throw invalid('to', 'is ahead: only what happened can be replayed.');
      if (from !== null && from > to) throw invalid('from', 'is behind "to".');
      if (deps.shared.count(`dry-run/${id}`, MINUTE) > bounds.DRY_RUNS_PER_MINUTE)
        throw new ApiError('rate_limited', `At most ${bounds.DRY_RUNS_PER_MINUTE} dry runs a minute.`, { retrySeconds: 60 });
      const run = await dryRun(deps, id, to);
      const account = run?.account ?? newAccount({ malware }, to);
      return {
        from: time(Math.max(from ?? 0, run?.since ?? to)),
        to: time(to),
        changes: (run?.changes ?? []).filter(one => one.at >= (from ?? 0)).map(shownChange),
        standing: inLanguage(standingView(RULES, account), languageOf(request)),
      };
    },
  );

  const words = Type.Object({ words: Type.String({ minLength: 1, maxLength: 2_000 }) }, strict);
  app.post('/v1/accounts/:id/appeal', { config: { access: 'read' }, schema: { params: Params, body: words } }, async (request, reply) => {
    const account = await seenAccount(deps, request, request.params.id);
    if (account.state === 'active') throw new ApiError('wrong_state', 'The account is active: there is nothing to appeal.');
    if (request.body.words.trim() === '') throw invalid('words', 'are needed.');
    if (deps.shared.count(`appeal/${account.id}`, HOUR) > bounds.APPEALS_PER_HOUR)
      throw new ApiError('rate_limited', `At most ${bounds.APPEALS_PER_HOUR} appeals an hour.`, { retrySeconds: 3_600 });
    request.noted = true;
    const actor = actorOf(callerOf(request));
    const whose = { object: account.id, accountId: account.id, requestId: request.id };
    await store.audit.add({ ...whose, actor, action: 'account.appeal', detail: request.body.words });
    await tellOperator(deps, appealNotice(account, request.body.words));
    return reply.code(202).send({ state: account.state, received: true });
  });
};

/** By mail, where the operator named an address; the audit log has the words in any case. */
async function tellOperator(
  { config, clock, notice }: ApiDeps,
  letter: { readonly subject: string; readonly text: string },
): Promise<void> {
  if (config.postmaster === null) return;
  const at = clock.now();
  const id = newId('msg', at);
  const none = { cc: [], bcc: [], replyTo: [], html: null, attachments: [], headers: [] };
  const messageId = `<${id.slice(4)}@${config.hostname}>`;
  const built = compose({ ...none, ...letter, from: `postmaster@${config.hostname}`, to: [config.postmaster], at, messageId });
  if (built.ok) await notice(id, config.postmaster, built.raw);
}

type Run = { readonly since: number; readonly account: Account; readonly changes: readonly Change[] };

/** The live fold over the events that are kept, up to `to`; others have their turn in between. null = nothing happened yet. */
async function dryRun({ store }: ApiDeps, accountId: string, to: number): Promise<Run | null> {
  const base = await store.standing.base(accountId);
  if (!base) return null;
  let { account, through } = base;
  const changes: Change[] = [];
  const take = (step: ReturnType<typeof advanced>): void => {
    account = step.account;
    changes.push(...step.changes);
  };
  for (;;) {
    const rows = await store.standing.events({ accountId, after: through, limit: ROWS });
    for (const { event } of rows) if (event.at <= to) take(happened(RULES, account, event));
    through = rows.at(-1)?.n ?? through;
    if (rows.length < ROWS) break;
    await soon();
  }
  take(advanced(RULES, account, to));
  return { since: base.account.clock, account, changes };
}

function shownChange({ at, rules, evidence, next, ...change }: Change): Readonly<Record<string, unknown>> {
  const broken = rules.filter(one => one.breached !== null);
  return {
    at: time(at),
    ...change,
    rules: broken,
    evidence: evidence.map(one => ({ ...one, at: time(one.at) })),
    next: next && { ...next, at: time(next.at) },
  };
}

/** Each rule's sentence in the language of who asks. */
function inLanguage(view: ReturnType<typeof standingView>, language: ReturnType<typeof languageOf>): Readonly<Record<string, unknown>> {
  return { ...view, rules: view.rules.map(({ sentence, ...rule }) => ({ ...rule, sentence: sentence[language] })) };
}
