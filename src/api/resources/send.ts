// POST /v1/emails and /v1/emails/batch: JSON becomes a message, enters the journey as SMTP mail does, and is answered 202 when it is durable.
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { maySend } from '../../identify/gates.ts';
import { mayTake } from '../../identify/standing.ts';
import { newId } from '../../engines/ids.ts';
import { errorText } from '../../engines/log.ts';
import { mayName } from '../../ips/pools.ts';
import type { Accepted, IdempotencyClaim, Queued } from '../../mail.ts';
import { normalAddress, parseMailboxes, splitAddress, strictMailbox } from '../../message/addresses.ts';
import { compose, isReservedHeader } from '../../message/build.ts';
import { allOf, readHeaders } from '../../message/headers.ts';
import * as bounds from '../bounds.ts';
import { accountOf, callerOf, requireDomains } from '../caller.ts';
import { ApiError, CODES, errorBody, invalid, ofRefusal, type Finding } from '../errors.ts';
import { once } from '../idempotency.ts';
import { momentOf } from '../pages.ts';
import { fromTemplate, TemplateUse } from '../templates.ts';
import { patiently } from '../patience.ts';
import { personalOf, Track, Unsubscribe } from '../personal.ts';
import { base64, canonical } from '../raw.ts';
import { languageOf, toldFindings } from '../language.ts';
import { TlsLevel } from '../tls-level.ts';
import type { ApiDeps, Resource } from '../types.ts';

const Addresses = Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 100 })]);
const Strings = Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: bounds.MAX_TAGS });
const Attachment = Type.Object(
  {
    filename: Type.String({ minLength: 1, maxLength: 255 }),
    content: Type.String({ description: 'base64' }),
    contentType: Type.Optional(Type.String({ maxLength: 200 })),
    contentId: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);
/** One email as a call sends it, or has it scored. */
export const NewEmail = Type.Object(
  {
    from: Type.Optional(Type.String()),
    to: Type.Optional(Addresses),
    cc: Type.Optional(Addresses),
    bcc: Type.Optional(Addresses),
    replyTo: Type.Optional(Addresses),
    subject: Type.Optional(Type.String()),
    template: Type.Optional(TemplateUse),
    text: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    html: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    attachments: Type.Optional(Type.Array(Attachment, { maxItems: bounds.MAX_ATTACHMENTS })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    raw: Type.Optional(Type.String({ description: 'base64 of a whole RFC 5322 message' })),
    tags: Type.Optional(Type.Union([Strings, Type.Record(Type.String(), Type.String({ maxLength: 128 }))])),
    sendAt: Type.Optional(Type.String()),
    maxDeliverySeconds: Type.Optional(Type.Integer({ minimum: 1 })),
    tls: Type.Optional(TlsLevel),
    pool: Type.Optional(Type.String()),
    track: Type.Optional(Track),
    unsubscribe: Type.Optional(Unsubscribe),
    onQuota: Type.Optional(
      Type.Union([Type.Literal('fail'), Type.Literal('wait')], { description: 'wait: over quota it is scheduled for when there is room' }),
    ),
    priority: Type.Optional(
      Type.Union([Type.Literal('transactional'), Type.Literal('bulk')], { description: 'left out: bulk where the message is list mail' }),
    ),
  },
  { additionalProperties: false },
);
export type NewEmail = Static<typeof NewEmail>;

export const send: Resource = (app, deps) => {
  app.post('/v1/emails', { config: { access: 'send' }, schema: { body: NewEmail, summary: 'Send one email' } }, async (request, reply) => {
    const answer = await once(deps, request, reply, 202, claim => accept(deps, request, request.body, claim), true);
    // The answer that was recorded speaks English.
    return told(answer as Queued, request);
  });
  app.post(
    '/v1/emails/batch',
    {
      config: { access: 'send' },
      schema: {
        body: Type.Object({ emails: Type.Array(NewEmail, { minItems: 1, maxItems: bounds.MAX_BATCH }) }, { additionalProperties: false }),
        summary: 'Send up to 100 emails',
      },
      // The bare list is taken as well.
      preValidation: async request => {
        if (Array.isArray(request.body)) request.body = { emails: request.body };
      },
    },
    (request, reply) => once(deps, request, reply, 200, claim => batch(deps, request, request.body.emails, claim)),
  );
};

/** In order; each has its own answer or error, so that one that is refused keeps no other back. */
async function batch(
  deps: ApiDeps,
  request: FastifyRequest,
  emails: readonly NewEmail[],
  claim: IdempotencyClaim | null,
): Promise<{ readonly data: readonly unknown[] }> {
  const data: unknown[] = [];
  const until = deps.clock.now() + bounds.BATCH_WAITS_MS;
  for (const [n, email] of emails.entries()) {
    try {
      const work = (): Promise<Queued> => acceptItem(deps, request, email, claim && itemClaim(deps, claim, n, email));
      const { status: state, ...rest } = told(await (email.onQuota === 'wait' ? patiently(deps.clock.now, until, work) : work()), request);
      data.push({ ...rest, state, status: 202 });
    } catch (error) {
      // Those before are queued: an error of ours at one of them must not hide their ids.
      const told =
        error instanceof ApiError ? error : new ApiError('internal', 'An error of this server. Nothing of this one was taken; try again.');
      if (told !== error) deps.log.error('one email of a batch failed', { requestId: request.id, error: errorText(error) });
      data.push({ status: CODES[told.code][0], ...errorBody(told, request.id) });
    }
  }
  return { data };
}

/** A batch that was cut off half way is sent again with the same key: what was queued then is answered, not queued twice. */
function itemClaim({ secrets }: ApiDeps, claim: IdempotencyClaim, n: number, email: NewEmail): IdempotencyClaim {
  return {
    keyMac: secrets.mac('idempotency-item', claim.keyMac, String(n)),
    bodyMac: secrets.mac('idempotency-body', JSON.stringify(email)),
  };
}

async function acceptItem(deps: ApiDeps, request: FastifyRequest, email: NewEmail, claim: IdempotencyClaim | null): Promise<Queued> {
  if (!claim) return accept(deps, request, email, null);
  const state = await deps.store.idempotency.begin(claim);
  if (state.kind === 'done') return JSON.parse(state.answer) as Queued;
  if (state.kind === 'other_body') throw new ApiError('idempotency_key_reused', 'This Idempotency-Key was used with another body.');
  if (state.kind === 'running') throw new ApiError('idempotency_in_progress', 'A request with this Idempotency-Key is being answered now.');
  try {
    return await accept(deps, request, email, claim);
  } catch (error) {
    await deps.store.idempotency.free(claim.keyMac);
    throw error;
  }
}

async function accept(deps: ApiDeps, request: FastifyRequest, asked: NewEmail, idempotency: IdempotencyClaim | null): Promise<Queued> {
  const accountId = accountOf(request);
  const caller = callerOf(request);
  const at = deps.clock.now();
  const id = newId('msg', at);
  const account = await deps.identify.account(accountId);
  if (!account) throw new ApiError('unauthenticated', 'The account is gone.');
  const sendAt = asked.sendAt === undefined ? null : momentOf(asked.sendAt, 'sendAt');
  if (sendAt !== null && sendAt - at > bounds.MAX_AHEAD_MS) throw invalid('sendAt', 'is more than 72 hours ahead.');
  const pool = asked.pool === undefined ? null : await givenPool(deps, accountId, asked.pool);
  const { email, notes } = await fromTemplate(deps, accountId, asked);
  const personal = personalOf(deps.config, email);
  const message = messageOf(deps, email, id, at);
  requireDomains(caller, message.senders);
  const waits = email.onQuota === 'wait';
  const gate =
    (await maySend(deps.identify, accountId, message.from, waits)) ?? (await mayTake(deps.identify, accountId, message.recipients.length));
  if (gate) throw ofRefusal(gate);
  if (message.raw.length > deps.config.messageSize)
    throw new ApiError('too_large', `The message has ${message.raw.length} bytes; at most ${deps.config.messageSize} are taken.`);
  const accepted = acceptedOf(message, {
    id,
    at,
    peer: { ip: request.ip, port: request.raw.socket.remotePort ?? 0, helo: '', tls: null },
    options: {
      tls: email.tls ?? 'opportunistic',
      sendAt,
      expiresAt: email.maxDeliverySeconds === undefined ? null : Math.max(at, sendAt ?? 0) + email.maxDeliverySeconds * 1_000,
      tags: tagsOf(email.tags),
      pool,
      personal,
      ...(email.priority ? { priority: email.priority } : {}),
      ...(notes.length > 0 ? { notes } : {}),
      ...(waits ? { waits } : {}),
      idempotency,
    },
  });
  const answer = await deps.takeIn(accepted, { kind: 'account', accountId, credentialId: caller.keyId, policy: account.policy });
  if ('refused' in answer) {
    const findings = answer.findings?.map(one => atCall(email, one));
    const field = answer.field ?? findings?.find(one => one.field?.startsWith('attachments['))?.field;
    throw ofRefusal(findings ? told({ ...answer, ...(field === undefined ? {} : { field }), findings }, request) : answer);
  }
  return answer;
}

/** A composed message as it enters the journey. */
export function acceptedOf(message: Message, by: Pick<Accepted, 'id' | 'at' | 'peer' | 'options'>): Accepted {
  return {
    ...by,
    direction: 'out',
    door: 'http',
    envelope: {
      from: message.from,
      recipients: message.recipients.map(address => ({ address, notify: null, orcpt: null })),
      eightBit: !message.seven,
      smtpUtf8: message.smtpUtf8,
      requireTls: false,
      ret: null,
      envid: null,
    },
    raw: message.raw,
  };
}

/** A finding about a part names the attachment as the call has it: those that are not inline stand behind the body, in order. */
function atCall<F extends { readonly field?: string }>({ attachments = [], html }: NewEmail, finding: F): F {
  const place = /^part 1\.(\d+)/.exec(finding.field ?? '')?.[1];
  if (place === undefined) return finding;
  const behind = attachments.flatMap((one, n) => (one.contentId !== undefined && typeof html === 'string' ? [] : [n]));
  const n = behind[Number(place) - 2];
  return n === undefined ? finding : { ...finding, field: `attachments[${n}]` };
}

/** A pool that the operator gave the account, or a refusal. */
export async function givenPool({ store }: Pick<ApiDeps, 'store'>, accountId: string, name: string): Promise<string> {
  const [account, given] = await Promise.all([store.accounts.get(accountId), store.pools.givenTo(accountId)]);
  if (account && mayName({ pool: account.pool, given }, name)) return name;
  throw new ApiError('forbidden', `The pool ${JSON.stringify(name.slice(0, 80))} was not given to this account.`, { field: 'pool' });
}

/** Findings in the language of who asks. */
function told<A extends { readonly findings: readonly Finding[] }>(answer: A, request: FastifyRequest): A {
  return { ...answer, findings: toldFindings(answer.findings, languageOf(request)) };
}

/** The message of a call: made of its fields, or given whole. Throws an ApiError that names the field. */
export const messageOf = (deps: Pick<ApiDeps, 'config'>, email: NewEmail, id: string, at: number): Message =>
  email.raw === undefined ? composed(deps, email, id, at) : given(email);

export type Message = {
  readonly raw: Buffer;
  readonly from: string;
  /** That address, and those in From and Sender: a key with domains must be allowed all of them. */
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
  readonly smtpUtf8: boolean;
  readonly seven: boolean;
};

function composed(deps: Pick<ApiDeps, 'config'>, email: NewEmail, id: string, at: number): Message {
  const lists = { to: listOf(email.to), cc: listOf(email.cc), bcc: listOf(email.bcc), replyTo: listOf(email.replyTo) };
  if (email.from === undefined) throw invalid('from', 'is needed.');
  if (lists.to.length + lists.cc.length + lists.bcc.length === 0) throw invalid('to', 'needs at least one recipient.');
  if ((email.text ?? null) === null && (email.html ?? null) === null) throw invalid('text', 'or "html" is needed.');
  const headers = Object.entries(email.headers ?? {});
  const reserved = headers.find(([name]) => isReservedHeader(name));
  if (reserved) {
    const field = `headers.${reserved[0].slice(0, 80)}`;
    throw new ApiError('header_refused', `"${field}" is set by Sesame: leave it out.`, { field });
  }
  const attachments = (email.attachments ?? []).map((one, n) => ({ ...one, content: base64(one.content, `attachments[${n}].content`) }));
  const domain = splitAddress(strictMailbox(email.from)?.address ?? '')?.domain ?? deps.config.hostname;
  const built = compose({
    ...lists,
    from: email.from,
    subject: email.subject ?? '',
    text: email.text,
    html: email.html,
    attachments,
    headers,
    at,
    messageId: `<${id.slice(4)}@${domain}>`,
  });
  if (!built.ok) throw invalid(built.field, `${built.why}.`);
  const { raw, from, smtpUtf8 } = built;
  return { raw, from: from.address, senders: [from.address], recipients: limited(built.recipients), smtpUtf8, seven: true };
}

const BESIDE_RAW = 'raw from to tags sendAt maxDeliverySeconds tls pool priority track unsubscribe onQuota'.split(' ');

/** A whole message: the envelope is read from its header where the call names none. */
function given(email: NewEmail): Message {
  const others = Object.keys(email).find(name => !BESIDE_RAW.includes(name));
  if (others) throw invalid(others, 'cannot be given beside "raw".');
  const bytes = canonical(base64(email.raw ?? '', 'raw'));
  const block = readHeaders(bytes);
  const named = (names: readonly string[]): readonly string[] =>
    names.flatMap(name => allOf(bytes, block, name).flatMap(parseMailboxes)).map(one => one.address);
  const from = email.from === undefined ? named(['from'])[0] : strictMailbox(email.from)?.address;
  const sender = normalAddress(from ?? '');
  if (!sender) throw invalid('from', 'is not one address.');
  const wanted =
    email.to === undefined ? named(['to', 'cc', 'bcc']) : listOf(email.to).map((one, n) => strictMailbox(one)?.address ?? bad(`to[${n}]`));
  const recipients = [...new Set(wanted.map(one => normalAddress(one) ?? bad('to')))];
  if (recipients.length === 0) throw invalid('to', 'needs at least one recipient.');
  const smtpUtf8 =
    [sender, ...recipients].some(one => /\P{ASCII}/u.test(one)) || /[\x80-\xff]/.test(bytes.toString('latin1', 0, block.bodyStart));
  const senders = [sender, ...named(['from', 'sender'])];
  return {
    raw: bytes,
    from: sender,
    senders,
    recipients: limited(recipients),
    smtpUtf8,
    seven: !/[\x80-\xff]/.test(bytes.toString('latin1')),
  };
}

function bad(field: string): never {
  throw invalid(field, 'is not an address.');
}

function limited(recipients: readonly string[]): readonly string[] {
  if (recipients.length > bounds.MAX_RECIPIENTS)
    throw invalid('to', `and cc and bcc have ${recipients.length} recipients; at most ${bounds.MAX_RECIPIENTS} are taken.`);
  return recipients;
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

export function tagsOf(tags: NewEmail['tags']): readonly string[] {
  const list = Array.isArray(tags) ? tags : Object.entries(tags ?? {}).map(([name, value]) => `${name}=${value}`);
  if (list.length > bounds.MAX_TAGS) throw invalid('tags', `has ${list.length}; at most ${bounds.MAX_TAGS} are taken.`);
  const wrong = list.find(tag => !/^[\x20-\x7e]{1,257}$/.test(tag));
  if (wrong !== undefined) throw invalid('tags', 'are visible ASCII characters.');
  return list;
}
