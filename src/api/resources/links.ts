// The links that recipients get (docs/tracking.md): a picture, a way to where a link led, and unsubscribing (RFC 8058). Whatever stands
// behind these paths is answered here, never by the API; GET and HEAD change no state but what is told of opens and clicks.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorText } from '../../engines/log.ts';
import { isTold, type RecipientKey } from '../../engines/store/control/engagement.ts';
import { KiB } from '../../limits.ts';
import { BURST_MS, PROBE_MS } from '../../personal/bounds.ts';
import { machineReason } from '../../personal/machine.ts';
import { claimedEmail, readClick, readToken } from '../../personal/tokens.ts';
import { VISITS_PER_MINUTE } from '../bounds.ts';
import { ApiError, CODES } from '../errors.ts';
import { answerLeaving } from '../leaving.ts';
import { told } from '../link-pages.ts';
import type { ApiDeps, Resource } from '../types.ts';

const MINUTE = 60_000;
/** A transparent GIF of one pixel: header, screen of one by one with two colours, the first transparent, one block of LZW. */
const GIF = Buffer.from('47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b', 'hex');

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export const links: Resource = (app, deps) => {
  const { store, secrets } = deps;
  const { mac } = secrets;
  const options = { config: { access: 'public' as const, bytes: true, onTenantHosts: true }, schema: { hide: true } };
  const tokenOf = (request: FastifyRequest): string => ((request.params as { readonly '*'?: string })['*'] ?? '').replace(/\/$/, '');
  const isAsked = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

  void app.register(async scope => {
    // One click comes as a form of either kind; its one field says what the link says already. Choices come as the first kind.
    scope.removeContentTypeParser('application/x-www-form-urlencoded');
    scope.addContentTypeParser<string>(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16 * KiB },
      (_request, body, done) => done(null, body),
    );
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 16 * KiB }, (_request, _body, done) => done(null, undefined));
    // Whoever leaves has said so by the link: a type that is none keeps nobody on the list.
    scope.addHook('onRequest', async ({ raw }) => {
      if (!/^[^\s/]+\/[^\s/]/.test(raw.headers['content-type'] ?? 'none/none')) delete raw.headers['content-type'];
    });
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
      const token = tokenOf(request).replace(/\.gif$/i, '');
      const named = await proven(deps, request, token, tenant => readToken(mac, 'track-open', token, tenant));
      if (named) await visited(deps, request, named, null);
      // A picture that is none of ours looks like any other: nobody learns which tokens are.
      return reply.type('image/gif').header('x-content-type-options', 'nosniff').send(GIF);
    });

    answer('c', async (request, reply) => {
      const [token = '', packed = ''] = tokenOf(request).split('/');
      const clicked = isAsked(request) ? await proven(deps, request, token, tenant => readClick(mac, token, packed, tenant)) : null;
      if (!clicked) return told(request, reply.code(404), 'gone');
      if (await isOff(deps, clicked)) return told(request, reply.code(410), 'off');
      await visited(deps, request, clicked, clicked.link);
      return reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex').redirect(clicked.url, 302);
    });

    answer('u', async (request, reply) => {
      const token = tokenOf(request);
      const isGood = isAsked(request) || request.method === 'POST';
      const named = isGood ? await proven(deps, request, token, tenant => readToken(mac, 'unsubscribe', token, tenant)) : null;
      const known = named && (await store.engagement.of(named));
      return named && known ? answerLeaving(deps, request, reply, named, known) : told(request, reply.code(404), 'gone');
    });
  });
};

/**
 * What a token names for who asks at this host. A tenant's host answers for his own mail alone; everywhere else a link of such a host is
 * good too as long as its mail is known, for hosts are taken back and proxies do not always say which was asked.
 */
async function proven<T extends RecipientKey>(
  { store }: ApiDeps,
  { tenant }: FastifyRequest,
  token: string,
  read: (tenant: string) => T | null,
): Promise<T | null> {
  const accountOf = async (emailId: string | null): Promise<string | null> =>
    emailId === null ? null : ((await store.emails.get(emailId))?.accountId ?? null);
  const bound = tenant === null ? null : read(tenant);
  if (bound) return bound;
  const plain = read('');
  if (plain) return tenant === null || (await accountOf(plain.emailId)) === tenant ? plain : null;
  const account = tenant === null ? await accountOf(claimedEmail(token)) : null;
  return account === null ? null : read(account);
}

/** The links of an account that may not send lead nowhere. */
async function isOff({ store, identify }: ApiDeps, { emailId, n }: RecipientKey): Promise<boolean> {
  const accountId = (await store.engagement.of({ emailId, n }))?.accountId ?? null;
  return accountId !== null && (await identify.account(accountId))?.state === 'suspended';
}

/** Tells an open (`link` null) or a click, once, with whose hand it was. The visitor gets his answer whatever becomes of it. */
async function visited(deps: ApiDeps, request: FastifyRequest, { emailId, n }: RecipientKey, link: number | null): Promise<void> {
  const { store, shared, clock } = deps;
  if (shared.count(`visit/${emailId}-${n}`, MINUTE) > VISITS_PER_MINUTE) return;
  const probe = `probe/${emailId}-${n}-${link ?? ''}`;
  // HEAD is nobody's deed; it only makes the GET behind it a program's.
  if (request.method !== 'GET') return void shared.count(probe, PROBE_MS);
  try {
    const known = await store.engagement.of({ emailId, n });
    if (!known) return;
    const { headers, ip } = request;
    const reason = machineReason({
      ip,
      userAgent: headers['user-agent'] ?? '',
      purpose: ['sec-purpose', 'purpose', 'x-moz'].map(name => headers[name] ?? '').join(' '),
      sinceDelivery: known.deliveredAt === null ? null : clock.now() - known.deliveredAt,
      burst: link === null ? 0 : burstOf(deps, `burst/${emailId}-${n}`, link),
      probed: shared.peek(probe, PROBE_MS).value > 0,
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
