// Scores by mail: an address for each who asks (`POST /v1/score/addresses`), and what was found in the mail that came there, for a day, to
// whoever knows its token: as JSON, or as a page for people. Nothing of the mail is kept but ids of findings and their places.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { ScoreAddress } from '../../engines/store/control/score-mail.ts';
import type { Language } from '../../filter/rules/rule.ts';
import { resultUrl, scoreAddress, scoreToken, TOKEN_CHARS, tokenMac } from '../../score/address.ts';
import { ADDRESS_MS, ADDRESSES, MAILS_PER_HOUR } from '../../score/bounds.ts';
import { shortReport, type Kept, type ShortReport } from '../../score/kept.ts';
import { headline, pageWords, placeText } from '../../score/letter.ts';
import { accountOf } from '../caller.ts';
import { ApiError, notFound } from '../errors.ts';
import { escaped, sendPage } from '../html.ts';
import { once } from '../idempotency.ts';
import { askedLanguageOf, languageOf } from '../language.ts';
import { time } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';

const Languages = Type.Union([Type.Literal('en'), Type.Literal('id'), Type.Literal('zh')], {
  description: 'of the answer by mail; left out: by Accept-Language',
});
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export const scoreMail: Resource = (app, deps) => {
  const { store, clock } = deps;
  const body = Type.Union([Type.Object({ language: Type.Optional(Languages) }, { additionalProperties: false }), Type.Null()]);
  app.post(
    '/v1/score/addresses',
    { config: { access: 'score' }, schema: { body, summary: 'An address that mail is sent to for its score' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const accountId = accountOf(request);
        const now = clock.now();
        if ((await store.scoreMail.count({ accountId, now })) >= ADDRESSES)
          throw new ApiError('rate_limited', `At most ${ADDRESSES} addresses at a time: one serves for ${MAILS_PER_HOUR} mails an hour.`);
        const token = newToken();
        const language = request.body?.language ?? languageOf(request);
        const made: ScoreAddress = { tokenMac: tokenMac(deps.secrets.mac, token), accountId, language, expiresAt: now + ADDRESS_MS };
        await store.scoreMail.open(made);
        return {
          address: addressOf(deps, token),
          url: resultUrl(deps.config.publicUrl, token),
          token,
          language,
          expiresAt: time(made.expiresAt),
        };
      }),
  );
  const params = Type.Object({ token: Type.String({ maxLength: 100 }) });
  app.get(
    '/v1/score/results/:token',
    { config: { access: 'public' }, schema: { params, summary: 'What was found in the mail that came to the address, for a day' } },
    async (request, reply) => {
      const token = request.params.token.toLowerCase();
      const made = scoreToken(`score-${token}`) === null ? null : await store.scoreMail.address(tokenMac(deps.secrets.mac, token));
      if (!made) throw notFound();
      const kept = await store.scoreMail.results({ tokenMac: made.tokenMac, now: clock.now(), limit: MAILS_PER_HOUR });
      const language = askedLanguageOf(request) ?? (made.language as Language);
      const results = kept.map(({ at, result }) => ({ at: time(at), ...shortReport(JSON.parse(result) as Kept, language) }));
      reply.header('content-language', language).header('x-robots-tag', 'noindex').header('vary', 'accept, accept-language');
      const address = addressOf(deps, token);
      if (!/\btext\/html\b/.test(request.headers.accept ?? '')) return { address, expiresAt: time(made.expiresAt), results };
      const words = pageWords(language);
      const shown =
        results.length === 0
          ? `<p>${words.waiting}<p><code>${escaped(address)}</code>`
          : results.map(one => section(one, language)).join('');
      return sendPage(reply, words.title, shown, { language });
    },
  );
};

type Told = ShortReport & { readonly at: string | null };

function section(report: Told, language: Language): string {
  const rows = report.findings.map(
    ({ points, title, fix, where }) =>
      `<tr><td>${points.toFixed(1)}<td><b>${escaped(title)}</b><br>${escaped(fix)}<td>${escaped(placeText(where, language))}`,
  );
  const list = rows.length === 0 ? `<p>${pageWords(language).nothing}` : `<table>${rows.join('')}</table>`;
  return `<h2>${escaped(headline(report, language))}</h2><p><time>${report.at}</time>${list}<p>${escaped(report.note)}`;
}

const newToken = (): string => Array.from(randomBytes(TOKEN_CHARS), byte => ALPHABET[byte & 31]).join('');
const addressOf = ({ config }: ApiDeps, token: string): string => scoreAddress(token, config.scoreDomain ?? config.hostname);
