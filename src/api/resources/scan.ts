// POST /v1/scan: the same checks as at the doors over a raw message, nothing recorded. Facts not given are DISABLED.
import { isIP } from 'node:net';
import { Type } from 'typebox';
import { NEW_ACCOUNT } from '../../engines/store/control/accounts.ts';
import { callerOf } from '../caller.ts';
import { ApiError, invalid } from '../errors.ts';
import { languageOf, toldReasons, toldScan } from '../language.ts';
import type { Resource } from '../types.ts';

const text = Type.Optional(Type.String({ maxLength: 400 }));
const Query = Type.Object(
  { direction: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])), ip: text, helo: text, mailFrom: text },
  { additionalProperties: false },
);

export const scan: Resource = (app, deps) => {
  app.post(
    '/v1/scan',
    {
      config: { access: 'score', bytes: true, reads: true },
      schema: { querystring: Query, summary: 'Spam, virus and authentication verdicts of a raw message' },
    },
    async (request, reply) => {
      const raw = request.body;
      if (!Buffer.isBuffer(raw)) throw new ApiError('unsupported_media_type', 'Send the message itself as message/rfc822.');
      if (raw.length > deps.config.messageSize) throw new ApiError('too_large', 'The message is larger than the limit, see /v1/limits.');
      const { direction = 'in', ip = null, helo = null, mailFrom = null } = request.query;
      if (ip !== null && isIP(ip) === 0) throw invalid('ip', 'is no IP address.');
      const { accountId } = callerOf(request);
      const policy = (accountId ? await deps.identify.account(accountId) : null)?.policy ?? NEW_ACCOUNT.policy;
      const { spam, virus, auth } = await deps.scan({ raw, direction, facts: { direction }, policy, accountId, ip, helo, mailFrom });
      const language = languageOf(request);
      reply.header('content-language', language);
      const { verdict, score, reasons } = spam;
      const { spf, dkim, dmarc, arc } = auth;
      return {
        spam: { verdict, score, reasons: toldReasons(reasons, language) },
        virus: { ...virus, found: toldScan(virus.found, language) },
        spf,
        dkim,
        dmarc,
        arc,
      };
    },
  );
};
