// The links that recipients get (docs/tracking.md): a picture, a way to where a link led, and unsubscribing (RFC 8058). Whatever stands
// behind these paths is answered here, never by the API; GET and HEAD change no state but what is told of opens and clicks.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../../engines/ids.ts';
import { errorText } from '../../engines/log.ts';
import { isTold, leftBy, type Engagement, type RecipientKey } from '../../engines/store/control/engagement.ts';
import { KiB } from '../../limits.ts';
import { comparable } from '../../message/addresses.ts';
import { BURST_MS } from '../../personal/bounds.ts';
import { machineReason } from '../../personal/machine.ts';
import { readClick, readToken } from '../../personal/tokens.ts';
import { VISITS_PER_MINUTE } from '../bounds.ts';
import { ApiError, CODES } from '../errors.ts';
import { sendPage } from '../html.ts';
import { languageOf } from '../language.ts';
import type { ApiDeps, Resource } from '../types.ts';
import { LINK_WORDS, placeOf } from '../words.ts';

const MINUTE = 60_000;
/** A transparent GIF of one pixel: header, screen of one by one with two colours, the first transparent, one block of LZW. */
const GIF = Buffer.from('47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b', 'hex');

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export const links: Resource = (app, deps) => {
  const { store, secrets } = deps;
  const { mac } = secrets;
  const options = { config: { access: 'public' as const, bytes: true, anyHost: true }, schema: { hide: true } };
  const tokenOf = (request: FastifyRequest): string => ((request.params as { readonly '*'?: string })['*'] ?? '').replace(/\/$/, '');
  const isAsked = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

  void app.register(async scope => {
    // One click comes as a form of either kind; its one field says what the link says already.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 16 * KiB }, (_request, _body, done) => done(null, undefined));
    scope.setErrorHandler<FastifyError | ApiError>((error, request, reply) => {
      const status = error instanceof ApiError ? CODES[error.code][0] : (error.statusCode ?? 500);
      if (status < 500) return told(request, reply.code(status), 'gone');
      deps.log.error('a link could not be answered', { requestId: request.id, error: errorText(error) });
      return told(request, reply.code(503).header('retry-after', '5'), 'later');
    });

    const answer = (path: string, handler: Handler): void => {
      for (const url of [`/${path}`, `/${path}/*`]) scope.all(url, options, handler);
    };

    answer('o', async (request, reply) => {
      if (!isAsked(request)) return told(request, reply.code(404), 'gone');
      const named = readToken(mac, 'track-open', tokenOf(request).replace(/\.gif$/i, ''));
      if (named && request.method === 'GET') await visited(deps, request, named, null);
      // A picture that is none of ours looks like any other: nobody learns which tokens are.
      return reply.type('image/gif').header('x-content-type-options', 'nosniff').send(GIF);
    });

    answer('c', async (request, reply) => {
      const [token = '', packed = ''] = tokenOf(request).split('/');
      const clicked = isAsked(request) ? readClick(mac, token, packed) : null;
      if (!clicked) return told(request, reply.code(404), 'gone');
      if (await isOff(deps, clicked)) return told(request, reply.code(410), 'off');
      if (request.method === 'GET') await visited(deps, request, clicked, clicked.link);
      return reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex').redirect(clicked.url, 302);
    });

    answer('u', async (request, reply) => {
      const named = isAsked(request) || request.method === 'POST' ? readToken(mac, 'unsubscribe', tokenOf(request)) : null;
      const known = named && (await store.engagement.of(named));
      if (!named || !known) return told(request, reply.code(404), 'gone');
      if (request.method !== 'POST') return told(request, reply, 'ask', known);
      const pattern = comparable(known.address);
      const oneClick = (request.query as { readonly by?: string }).by !== 'page';
      if (!(await hasLeft(deps, known, pattern))) await store.engagement.leave({ ...named, entryId: newId('blk'), pattern, oneClick });
      return told(request, reply, 'done', known);
    });
  });
};

/** The links of an account that may not send lead nowhere. */
async function isOff({ store, identify }: ApiDeps, { emailId, n }: RecipientKey): Promise<boolean> {
  const accountId = (await store.engagement.of({ emailId, n }))?.accountId ?? null;
  return accountId !== null && (await identify.account(accountId))?.state === 'suspended';
}

/** Who asks again and again costs a look into the library, no commit. */
async function hasLeft({ store, clock }: ApiDeps, { accountId, personal }: Engagement, pattern: string): Promise<boolean> {
  const entries = await store.blocked.matching({ accountId, patterns: [pattern], now: clock.now() });
  return entries.some(one => one.class === 'unsubscribed' && one.group === leftBy(personal));
}

/** Tells an open (`link` null) or a click, once, with whose hand it was. The visitor gets his answer whatever becomes of it. */
async function visited(deps: ApiDeps, request: FastifyRequest, { emailId, n }: RecipientKey, link: number | null): Promise<void> {
  const { store, shared, clock } = deps;
  if (shared.count(`visit/${emailId}-${n}`, MINUTE) > VISITS_PER_MINUTE) return;
  try {
    const known = await store.engagement.of({ emailId, n });
    if (!known) return;
    const { headers, ip } = request;
    const reason = machineReason({
      kind: link === null ? 'open' : 'click',
      ip,
      userAgent: headers['user-agent'] ?? '',
      purpose: String(headers['sec-purpose'] ?? headers['purpose'] ?? headers['x-moz'] ?? ''),
      sinceDelivery: known.deliveredAt === null ? null : clock.now() - known.deliveredAt,
      burst: link === null ? 0 : burstOf(deps, `burst/${emailId}-${n}`, link),
    });
    const deed = { type: link === null ? 'opened' : 'clicked', link, bot: reason !== null } as const;
    if (!isTold(known.deeds, deed)) await store.engagement.tell({ emailId, n, ...deed, reason });
  } catch (error) {
    deps.log.error('an open or click was not told', { emailId, error: errorText(error) });
  }
}

/** Different links that were followed within the last seconds. */
function burstOf({ shared }: ApiDeps, key: string, link: number): number {
  return shared.count(`${key}-${link}`, BURST_MS) === 1 ? shared.count(key, BURST_MS) : shared.peek(key, BURST_MS).value;
}

/** A page in the reader's language. Who holds the link may not be whom it was sent to: the address is shown in part. */
function told(
  request: FastifyRequest,
  reply: FastifyReply,
  what: 'ask' | 'done' | 'gone' | 'off' | 'later',
  known?: Engagement,
): FastifyReply {
  const language = languageOf(request);
  const words = LINK_WORDS[language];
  const group = known?.personal?.unsubscribe?.group ?? null;
  const place = known ? placeOf(known.address, known.fromDomain, group) : { who: '', from: '', group: null };
  const button = what === 'ask' ? `<form method="post" action="?by=page"><button>${words.button}</button></form>` : '';
  return sendPage(
    reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex'),
    words[what].title,
    `<p>${words[what].text(place)}</p>${button}`,
    language,
  );
}
