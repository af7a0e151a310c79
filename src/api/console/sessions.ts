// Signed-in browsers (docs/console.md): a random id in a cookie that scripts cannot read and other sites cannot send, its MAC in the store,
// and a token that requests which change something must bring. Any door knows of an end at the next request.
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newFacts } from '../../engines/facts.ts';
import type { ApiKey } from '../../engines/store/control/keys.ts';
import { isLive, type StoredSession } from '../../engines/store/control/sessions.ts';
import { newUses } from '../../engines/uses.ts';
import { SESSION_MS } from '../bounds.ts';
import type { ApiDeps, OpenSession } from '../types.ts';

/** Of ids that we made; others cost no look-up. */
const ID = /^[\w-]{43}$/;

export type Sessions = {
  /** The session that a request's cookie names; null: none, or it is over. */
  readonly of: (request: FastifyRequest) => Promise<OpenSession | null>;
  /** Whether it still is; asked by what lasts longer than a request. */
  readonly isOpen: (session: OpenSession) => Promise<boolean>;
  /** Makes one and gives it to the browser; null: the key was revoked meanwhile. */
  readonly open: (request: FastifyRequest, reply: FastifyReply, key: ApiKey) => Promise<OpenSession | null>;
};

export function newSessions({
  store,
  secrets,
  shared,
  clock,
  log,
}: Pick<ApiDeps, 'store' | 'secrets' | 'shared' | 'clock' | 'log'>): Sessions {
  const kept = newFacts(shared).kept('session', (hex: string) => store.sessions.byMac(Buffer.from(hex, 'hex')));
  /** When it was used last is no fact that doors tell each other: one that looks idle is read again. */
  const live = async (idMac: Buffer): Promise<StoredSession | null> => {
    const known = await kept(idMac.toString('hex'));
    if (known === null || isLive(known, clock.now())) return known;
    const now = await store.sessions.byMac(idMac);
    return now && isLive(now, clock.now()) ? now : null;
  };
  const noteUse = newUses({ shared, log });
  const opened = (id: string, idMac: Buffer, key: ApiKey, expiresAt: number): OpenSession => ({
    idMac,
    key,
    csrf: secrets.mac('session-csrf', id).toString('base64url'),
    expiresAt,
  });

  return {
    of: async request => {
      const id = cookieOf(request);
      if (id === null || !ID.test(id)) return null;
      const idMac = secrets.mac('session', id);
      const session = await live(idMac);
      if (!session) return null;
      noteUse(`session/${idMac.toString('base64url')}`, () => store.sessions.touch(idMac));
      return opened(id, idMac, session.key, session.expiresAt);
    },
    isOpen: async ({ idMac }) => (await live(idMac)) !== null,
    open: async (request, reply, key) => {
      const id = randomBytes(32).toString('base64url');
      const idMac = secrets.mac('session', id);
      const expiresAt = clock.now() + SESSION_MS;
      if (!(await store.sessions.open({ idMac, keyId: key.id, expiresAt }))) return null;
      reply.header('set-cookie', cookie(request, id, SESSION_MS / 1000));
      return opened(id, idMac, key, expiresAt);
    },
  };
}

/** The browser forgets it too. */
export function forgetCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(request, '', 0));
}

/** `__Host-` binds a cookie to this very host over HTTPS; browsers take no such name over plain HTTP. */
const cookieName = ({ protocol }: FastifyRequest): string => (protocol === 'https' ? '__Host-sesame' : 'sesame');

function cookie(request: FastifyRequest, value: string, seconds: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

function cookieOf(request: FastifyRequest): string | null {
  const name = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map(one => one.trim());
  return pairs.find(one => one.startsWith(name))?.slice(name.length) ?? null;
}
