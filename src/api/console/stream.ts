// Live events for the console by server-sent events (WHATWG HTML, section 9.2): the account's, or all for an operator who acts for none.
// A stream resumes by cursor without a gap, and ends with its session.
import type { FastifyRequest } from 'fastify';
import type { Writable } from 'node:stream';
import { Type } from 'typebox';
import type { StoredEvent } from '../../engines/store/control/events.ts';
import { eventBody } from '../../upkeep/event-posts.ts';
import { STREAMS, STREAMS_PER_SESSION, STREAM_WAITING_BYTES } from '../bounds.ts';
import { callerOf } from '../caller.ts';
import { ApiError, notFound } from '../errors.ts';
import { cursor, cursorOf } from '../pages.ts';
import type { ApiDeps, OpenSession, Resource } from '../types.ts';
import { newLive, type Live } from './live.ts';
import { openOf } from './session.ts';
import { newSessions } from './sessions.ts';

const BEAT_MS = 15_000;
const Query = Type.Object(
  { after: Type.Optional(Type.String({ maxLength: 200 })), account: Type.Optional(Type.String({ maxLength: 100 })) },
  { additionalProperties: false },
);

export const stream: Resource = (app, deps) => {
  const live = newLive(deps);
  const sessions = newSessions(deps);
  app.get('/console/stream', { config: { access: 'session' }, schema: { hide: true, querystring: Query } }, async (request, reply) => {
    const session = openOf(request);
    const accountId = await accountFor(deps, request, request.query.account);
    const after = afterOf(request, request.query);
    const leave = enter(deps, session);
    reply.raw.once('close', leave);
    reply.hijack();
    const kept = Object.entries(reply.getHeaders()).filter((one): one is [string, string] => one[1] !== undefined);
    // A proxy that waits for more would hold events back.
    reply.raw.writeHead(200, {
      ...Object.fromEntries(kept),
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    serve(deps, live, reply.raw, accountId, after, () => sessions.isOpen(session));
  });
};

/** Whose events: another account's are an operator's to ask for. */
async function accountFor({ identify }: ApiDeps, request: FastifyRequest, asked: string | undefined): Promise<string | null> {
  const { operator, accountId, scopes, name } = callerOf(request);
  if (!operator && !scopes.includes('read')) throw new ApiError('forbidden', `The key "${name}" lacks the scope "read".`);
  if (asked === undefined || asked === accountId) return accountId;
  const account = operator ? await identify.account(asked) : null;
  if (!account) throw notFound();
  return account.id;
}

/** What the browser saw last, or the page before it; null: from now on. */
function afterOf({ headers }: FastifyRequest, { after }: { readonly after?: string }): number | null {
  const last = headers['last-event-id'];
  const from = cursorOf(typeof last === 'string' && last !== '' ? { after: last } : after === undefined ? {} : { after }, '');
  if (from === '') return null;
  if (/^\d{1,15}$/.test(from)) return Number(from);
  throw new ApiError('invalid_request', '"after" is no cursor of events.', { field: 'after' });
}

/** A place among the streams of the session and of the process; given back by the answer. */
function enter({ shared }: ApiDeps, { idMac }: OpenSession): () => void {
  const places = [[`streams/${idMac.toString('base64url')}`, STREAMS_PER_SESSION] as const, ['streams', STREAMS] as const];
  const held: string[] = [];
  const leave = (): void => held.splice(0).forEach(shared.leave);
  for (const [key, limit] of places) {
    if (shared.enter(key, limit)) held.push(key);
    else {
      leave();
      throw new ApiError('rate_limited', `There are ${limit} live streams already: close another tab.`, { retrySeconds: 30 });
    }
  }
  return leave;
}

/** Writes to `out` until the session or the process ends, or the reader is too slow. */
export function serve(
  { shared, clock }: Pick<ApiDeps, 'shared' | 'clock'>,
  live: Live,
  out: Writable,
  accountId: string | null,
  after: number | null,
  isOpen: () => Promise<boolean>,
): void {
  let at = after;
  let beatAt = 0;
  let ended = false;
  const write = (lines: string): void => {
    if (ended) return;
    out.write(lines);
    // The rest waits in memory for as long as nobody reads it.
    if (out.writableLength > STREAM_WAITING_BYTES) end('slow');
  };
  const id = (): string => (at === null ? '' : `id: ${cursor(at)}\n`);
  const beat = (): void => {
    beatAt = clock.monotonic();
    write(`event: beat\n${id()}data: ${JSON.stringify({ at: new Date(clock.now()).toISOString() })}\n\n`);
  };
  const end = (reason: 'signed_out' | 'draining' | 'slow' | 'failed'): void => {
    if (ended) return;
    ended = true;
    stop();
    if (reason === 'slow') out.destroy();
    else out.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
  };
  const stop = live.join(
    {
      accountId,
      take: (events, upTo) => {
        for (const event of events) write(told(event));
        at = upTo;
        if (beatAt === 0) beat();
      },
      lost: upTo => {
        at = upTo;
        write(`event: lost\n${id()}data: {}\n\n`);
      },
      turn: () => {
        if (shared.draining()) return end('draining');
        void isOpen().then(
          open => open || end('signed_out'),
          () => end('failed'),
        );
        if (clock.monotonic() - beatAt >= BEAT_MS) beat();
      },
      failed: () => end('failed'),
    },
    after,
  );
  out.once('close', () => {
    ended = true;
    stop();
  });
}

const told = (event: StoredEvent): string => `id: ${cursor(event.seq)}\ndata: ${JSON.stringify(eventBody(event))}\n\n`;
