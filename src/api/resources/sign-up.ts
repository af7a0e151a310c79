// POST /v1/sign-up: an account that makes itself (docs/levels.md). The link in the mail carries all that is asked for, sealed under the
// installation key: nothing is stored before its page was confirmed, and the answer never says whether a contact is known.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import { errorText } from '../../engines/log.ts';
import type { Language } from '../../filter/rules/rule.ts';
import { blockedAddress } from '../../identify/lookup.ts';
import { comparable, normalAddress } from '../../message/addresses.ts';
import { compose } from '../../message/build.ts';
import * as bounds from '../bounds.ts';
import { isSecured } from '../caller.ts';
import { ApiError, CODES, invalid } from '../errors.ts';
import { escaped, sendPage } from '../html.ts';
import { newKeyText, prefixOf } from '../key-text.ts';
import { languageOf } from '../language.ts';
import { SIGN_UP_WORDS } from '../sign-up-words.ts';
import { SCOPES, type ApiDeps, type Resource } from '../types.ts';

const HOUR = 3_600_000;
const LINK_MS = 24 * HOUR;
const LABEL = 'sign-up';
const NewAccount = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: bounds.MAX_SIGN_UP_NAME }), contact: Type.String({ maxLength: 254 }) },
  { additionalProperties: false },
);

/** What a link says. `id` is the account's to be: confirmed twice, it is there already. */
type Wish = { readonly id: string; readonly name: string; readonly contact: string; readonly until: number };

export const signUp: Resource = (app, deps) => {
  app.post(
    '/v1/sign-up',
    { config: { access: 'public' }, schema: { body: NewAccount, summary: 'Ask for an account; a link is mailed to the contact' } },
    async (request, reply) => {
      if (!deps.config.signUp) throw new ApiError('forbidden', 'Accounts are made by the operator here (SESAME_SIGN_UP is off).');
      const contact = normalAddress(request.body.contact);
      if (!contact) throw invalid('contact', 'is not an address.');
      const name = request.body.name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
      if (name === '') throw invalid('name', 'is needed.');
      bounded(deps, request, contact);
      // Behind the answer: how long it takes tells nothing of what is known of the contact.
      void mailLink(deps, languageOf(request), name, contact).catch((error: unknown) =>
        deps.log.error('the link of a sign-up was not mailed', { requestId: request.id, error: errorText(error) }),
      );
      return reply.code(202).send({ contact, message: 'A link is on its way to the contact. It is valid for a day.' });
    },
  );

  void app.register(async scope => {
    scope.setErrorHandler<FastifyError | ApiError>((error, request, reply) => {
      const status = error instanceof ApiError ? CODES[error.code][0] : (error.statusCode ?? 500);
      if (status < 500) return told(request, reply.code(status), 'gone');
      deps.log.error('a sign-up could not be answered', { requestId: request.id, error: errorText(error) });
      return told(request, reply.code(503).header('retry-after', '5'), 'later');
    });
    const options = { config: { access: 'public' as const }, schema: { hide: true } };
    const wishOf = (request: FastifyRequest): Wish | null => readWish(deps, (request.params as { readonly '*': string })['*']);

    scope.get('/v1/sign-up/*', options, async (request, reply) => {
      if (!deps.config.signUp) return told(request, reply.code(403), 'off');
      const wish = wishOf(request);
      return wish ? told(request, reply, 'ask', wish) : told(request, reply.code(404), 'gone');
    });
    scope.post('/v1/sign-up/*', options, async (request, reply) => {
      if (!deps.config.signUp) return told(request, reply.code(403), 'off');
      const wish = wishOf(request);
      if (!wish) return told(request, reply.code(404), 'gone');
      if (!isSecured(deps.config, request)) return told(request, reply.code(403), 'insecure');
      const key = newKeyText();
      const made = await deps.store.accounts.signUp({
        id: wish.id,
        name: wish.name,
        contact: comparable(wish.contact),
        key: { id: newId('key'), name: 'first', scopes: SCOPES, prefix: prefixOf(key), mac: deps.secrets.mac('api-key', key) },
      });
      if (!made) return told(request, reply.code(409), 'before');
      await deps.store.audit.add({
        actor: 'sign-up',
        action: 'account.create',
        object: wish.id,
        detail: wish.name,
        accountId: wish.id,
        requestId: request.id,
      });
      return told(request, reply, 'made', wish, key);
    });
  });
};

/** Each sign-up is a mail to somebody: bounded by peer, by contact and in all, so that it is no way to flood anybody. */
function bounded({ shared, secrets }: ApiDeps, request: FastifyRequest, contact: string): void {
  const person = secrets.mac('sign-up-contact', comparable(contact)).toString('hex');
  const over =
    shared.count(`sign-up/${request.ip}`, HOUR) > bounds.SIGN_UPS_PER_HOUR ||
    // In this order: counters by contact live for a day, and this bounds how many there are.
    shared.count('sign-ups', HOUR) > bounds.SIGN_UPS_IN_ALL ||
    shared.count(`sign-up-to/${person}`, LINK_MS) > bounds.SIGN_UPS_OF_CONTACT;
  if (over) throw new ApiError('rate_limited', 'Too many sign-ups just now. Try again in an hour.', { retrySeconds: HOUR / 1_000 });
}

/** The same to the caller whatever is known of the contact: who has an account already is told so by mail, who is blocked gets none. */
async function mailLink(deps: ApiDeps, language: Language, name: string, contact: string): Promise<void> {
  const { config, clock, secrets, store } = deps;
  if (await blockedAddress(deps.identify, null, contact, 'recipient')) return;
  const at = clock.now();
  const wish: Wish = { id: newId('acc', at), name, contact, until: at + LINK_MS };
  const token = secrets.seal(LABEL, Buffer.from(JSON.stringify(wish))).toString('base64url');
  const words = SIGN_UP_WORDS[language];
  const { subject, text } = (await store.accounts.signedUp(comparable(contact))) ? words.known : words.link;
  const id = newId('msg', at);
  const built = compose({
    from: `postmaster@${config.hostname}`,
    to: [contact],
    cc: [],
    bcc: [],
    replyTo: [],
    subject,
    text: text({ host: config.hostname, link: `${config.publicUrl}/v1/sign-up/${token}` }),
    html: null,
    attachments: [],
    headers: [['Auto-Submitted', 'auto-generated']],
    at,
    messageId: `<${id.slice(4)}@${config.hostname}>`,
  });
  if (built.ok) await deps.notice(id, contact, built.raw);
}

/** null: not ours, or too old. */
function readWish({ secrets, clock }: ApiDeps, token: string): Wish | null {
  try {
    const wish = JSON.parse(secrets.open(LABEL, Buffer.from(token, 'base64url')).toString('utf8')) as Wish;
    return wish.until > clock.now() ? wish : null;
  } catch {
    return null;
  }
}

type What = 'ask' | 'made' | 'before' | 'gone' | 'off' | 'insecure' | 'later';

function told(request: FastifyRequest, reply: FastifyReply, what: What, wish?: Wish, key = ''): FastifyReply {
  const language = languageOf(request);
  const words = SIGN_UP_WORDS[language];
  const place = { name: escaped(wish?.name ?? ''), contact: escaped(wish?.contact ?? ''), key: escaped(key) };
  const button = what === 'ask' ? `<form method="post"><button>${words.button}</button></form>` : '';
  const safe = reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex');
  return sendPage(safe, words[what].title, `<p>${words[what].text(place)}</p>${button}`, { language });
}
