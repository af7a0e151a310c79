// POST /v1/score: the quality of a message before it is sent, 0 to 10, with what to mend. The message itself, or the JSON of POST /v1/emails.
// Nothing of it is recorded or kept.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import { NEW_ACCOUNT } from '../../engines/store/control/accounts.ts';
import type { Personal } from '../../mail.ts';
import { domainName, parseMailboxes, splitAddress } from '../../message/addresses.ts';
import { allOf, firstOf, readHeaders } from '../../message/headers.ts';
import type { Facts } from '../../score/facts.ts';
import { reportOf, type Report } from '../../score/score.ts';
import { callerOf } from '../caller.ts';
import { ApiError } from '../errors.ts';
import { languageOf } from '../language.ts';
import { personalOf } from '../personal.ts';
import { canonical } from '../raw.ts';
import { senderRecords } from '../sender-records.ts';
import { fromTemplate } from '../templates.ts';
import type { ApiDeps, Resource } from '../types.ts';
import { messageOf, NewEmail } from './send.ts';

const Finding = Type.Object({
  id: Type.String(),
  points: Type.Number({ description: 'below 0: what it takes from 10' }),
  severity: Type.String({ description: 'high, medium or low' }),
  title: Type.String(),
  detail: Type.String({ description: 'why it matters' }),
  fix: Type.String(),
  where: Type.Union([
    Type.Object({ field: Type.String() }),
    Type.Object({ part: Type.String(), line: Type.Union([Type.Integer(), Type.Null()]) }),
    Type.Null(),
  ]),
});
const sum = { points: Type.Number(), findings: Type.Integer() };
const state = Type.String({ description: 'ok, missing, broken, unknown or not_asked' });
const Answer = Type.Unsafe<Report>(
  Type.Object({
    score: Type.Number({ description: '0 to 10' }),
    grade: Type.String({ description: 'excellent, good, fair or poor' }),
    findings: Type.Array(Finding, { description: 'what costs most stands first' }),
    content: Type.Object({
      ...sum,
      spam: Type.Union([Type.Object({ verdict: Type.String(), score: Type.Union([Type.Number(), Type.Null()]) }), Type.Null()]),
    }),
    structure: Type.Object(sum),
    compatibility: Type.Object(sum),
    identity: Type.Object({ ...sum, domain: Type.Union([Type.String(), Type.Null()]), spf: state, dkim: state, dmarc: state }),
    reputation: Type.Object(sum),
    note: Type.String(),
  }),
);

type Message = { readonly raw: Buffer; readonly personal: Personal | null; readonly bulk: boolean | undefined };

export const score: Resource = (app, deps) => {
  app.post(
    '/v1/score',
    {
      config: { access: 'score', bytes: true, reads: true },
      schema: {
        // Bytes meet no schema: only JSON is checked against one.
        body: { content: { 'application/json': { schema: NewEmail } } },
        response: { 200: Answer },
        summary: 'Quality of a message, 0 to 10, with what to mend: message/rfc822, or JSON as for POST /v1/emails',
      },
    },
    async (request, reply) => {
      const { accountId } = callerOf(request);
      const { raw, personal, bulk } = await given(deps, request, accountId);
      try {
        const facts: Facts = {
          now: deps.clock.now(),
          ...(await identityOf(deps, raw, accountId)),
          ...(personal?.unsubscribe ? { adds: { unsubscribe: true, oneClick: personal.unsubscribe.oneClick } } : {}),
          ...(bulk === undefined ? {} : { bulk }),
        };
        const policy = (accountId ? await deps.identify.account(accountId) : null)?.policy ?? NEW_ACCOUNT.policy;
        const scored = await deps.score({ raw, direction: 'out', facts: { direction: 'out' }, policy, accountId }, facts);
        if (!scored) throw new ApiError('scanner_unavailable', 'A check did not finish, so that there is no score. Try again.');
        const language = languageOf(request);
        reply.header('content-language', language);
        return reportOf(scored, language);
      } finally {
        raw.fill(0);
      }
    },
  );
};

/** The message of the request; `bulk` as the call says it. */
async function given(deps: ApiDeps, request: FastifyRequest, accountId: string | null): Promise<Message> {
  const body: unknown = request.body;
  if (Buffer.isBuffer(body)) {
    if (body.length > deps.config.messageSize) throw tooLarge(deps);
    if (body.length === 0) throw new ApiError('invalid_field', 'The body is empty: send the message itself.', { field: 'body' });
    return { raw: canonical(body), personal: null, bulk: undefined };
  }
  if (body === undefined || body === null)
    throw new ApiError('invalid_field', 'The body is empty: send the message as message/rfc822, or JSON.', { field: 'body' });
  const { email } = await fromTemplate(deps, accountId, body as NewEmail);
  const at = deps.clock.now();
  const { raw } = messageOf(deps, email, newId('msg', at), at);
  if (raw.length > deps.config.messageSize) throw tooLarge(deps);
  return { raw, personal: personalOf(deps.config, email), bulk: email.priority === 'bulk' ? true : undefined };
}

const tooLarge = ({ config }: ApiDeps): ApiError =>
  new ApiError('too_large', `The message is larger than the limit of ${config.messageSize} bytes, see /v1/limits.`);

/** DNS of the From domain, and whether a signature that the message brings holds. */
async function identityOf(deps: ApiDeps, raw: Buffer, accountId: string | null): Promise<Pick<Facts, 'identity'>> {
  const headers = readHeaders(raw);
  const from = parseMailboxes(firstOf(raw, headers, 'from') ?? '')[0]?.address ?? '';
  const isSigned = allOf(raw, headers, 'dkim-signature').length > 0;
  const [identity, signature] = await Promise.all([
    senderRecords(deps, domainName(splitAddress(from)?.domain ?? ''), accountId),
    isSigned ? deps.authenticated({ raw, ip: null, helo: null, mailFrom: null }).then(({ dkim }) => dkim.result) : null,
  ]);
  return identity ? { identity: { ...identity, ...(signature === null ? {} : { signature }) } } : {};
}
