// Leaving and choosing (RFC 8058): GET and HEAD only ask, since programs follow every link; POST does it at once, without session or question.
// What is chosen are entries of the account's blocked library, so that it is enforced wherever they are.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../engines/ids.ts';
import { leftBy, type Engagement, type RecipientKey } from '../engines/store/control/engagement.ts';
import { comparable } from '../message/addresses.ts';
import { CHOICES, CHOICES_PER_MINUTE } from './bounds.ts';
import { askedOf, told, type Choice } from './link-pages.ts';
import type { ApiDeps } from './types.ts';

const MINUTE = 60_000;
/** Stands for all mail of the account. */
const ALL = '*';

/** Answers a good link of a mail that is known. */
export async function answerLeaving(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  named: RecipientKey,
  known: Engagement,
): Promise<FastifyReply> {
  const { by, page } = askedOf(request);
  if (request.method !== 'POST') {
    if (page !== 'choice') return told(request, reply, 'ask', { known });
    return shown(deps, request, reply, known, 'choose');
  }
  const one = { ...named, pattern: comparable(known.address) };
  if (by !== 'choice' && by !== 'all' && by !== 'back') {
    await leave(deps, one, known, leftBy(known.personal), by !== 'page');
    return told(request, reply, 'done', { known });
  }
  if (deps.shared.count(`choice/${named.emailId}-${named.n}`, MINUTE) > CHOICES_PER_MINUTE)
    return told(request, reply.code(429).header('retry-after', '60'), 'later');
  if (by === 'all') await leave(deps, one, known, ALL, false);
  else if (by === 'back') await deps.store.engagement.rejoin({ ...one, group: ALL });
  else await choose(deps, one, known, new URLSearchParams(typeof request.body === 'string' ? request.body : ''));
  return shown(deps, request, reply, known, 'saved');
}

type Leaver = RecipientKey & { readonly pattern: string };

/** Who asks again and again costs a look into the library, no commit. */
async function leave(deps: ApiDeps, one: Leaver, known: Engagement, group: string, oneClick: boolean): Promise<void> {
  if ((await left(deps, known)).includes(group)) return;
  await deps.store.engagement.leave({ ...one, entryId: newId('blk'), group, oneClick });
}

/** What was shown and is not ticked is left, what is ticked is taken back. Groups that nobody showed him change nothing. */
async function choose(deps: ApiDeps, one: Leaver, known: Engagement, ticked: URLSearchParams): Promise<void> {
  const { groups, left: before } = await choiceOf(deps, known);
  const wanted = ticked.getAll('want');
  for (const group of groups.filter(name => ticked.getAll('shown').includes(name))) {
    const wants = wanted.includes(group);
    if (wants === !before.includes(group)) continue;
    if (wants) await deps.store.engagement.rejoin({ ...one, group });
    else await leave(deps, one, known, group, false);
  }
}

async function shown(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  known: Engagement,
  what: 'choose' | 'saved',
): Promise<FastifyReply> {
  const choice = await choiceOf(deps, known);
  return told(request, reply, choice.left.includes(ALL) ? 'none' : what, { known, choice });
}

/** The kinds of mail that he got or left, in order. */
async function choiceOf(deps: ApiDeps, known: Engagement): Promise<Choice> {
  const { accountId, address, personal } = known;
  if (accountId === null) return { groups: [], left: [] };
  const gone = await left(deps, known);
  const own = personal?.unsubscribe?.group ?? null;
  const got = await deps.store.engagement.groups({ accountId, address });
  const groups = new Set([...(own === null ? [] : [own]), ...got, ...gone.filter(group => group !== ALL)]);
  return { groups: [...groups].slice(0, CHOICES).toSorted(), left: gone };
}

/** The groups that he left, `*` for all mail. */
async function left({ store, clock }: ApiDeps, { accountId, address }: Engagement): Promise<readonly string[]> {
  const entries = await store.blocked.matching({ accountId, patterns: [comparable(address)], now: clock.now() });
  return entries.flatMap(one => (one.class === 'unsubscribed' && one.group !== null && one.accountId !== null ? [one.group] : []));
}
