// What the HTTP API needs from the rest, and who is calling.
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { RawAsk as AuthAsk } from '../authenticate/authenticate.ts';
import type { Config } from '../config.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import type { LibraryShelf } from '../engines/library/shelf.ts';
import type { Uploads } from '../engines/library/upload.ts';
import type { Pace } from '../engines/pace/pace.ts';
import type { ApiKey } from '../engines/store/control/keys.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { HashLists } from '../engines/scanner/hashes.ts';
import type { ServedTls } from '../engines/tls/doors.ts';
import type { Clock, HttpClient, Log, Metrics, Secrets, Shared } from '../engines/types.ts';
import type { IdentifyDeps } from '../identify/types.ts';
import type { Examined } from '../inspect/inspect.ts';
import type { RawAsk } from '../inspect/inspect.ts';
import type { Teach } from '../learn/teach.ts';
import type { Facts as ScoreFacts } from '../score/facts.ts';
import type { Scored } from '../score/score.ts';
import type { RuleBook } from '../shaping/rules.ts';
import type { Accepted, AccountParty, AuthResults, Queued, Refusal } from '../mail.ts';

export type ApiDeps = {
  readonly config: Config;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly shared: Shared;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly metricsText: () => Promise<string>;
  readonly resolver: Resolver;
  readonly http: HttpClient;
  readonly identify: IdentifyDeps;
  /** Lists of the blocked library, the key of their look-ups, and imports on their way in. */
  readonly library: LibraryShelf;
  readonly librarySecret: string;
  readonly uploads: Uploads;
  readonly takeIn: (mail: Accepted, party: AccountParty | null) => Promise<Queued | Refusal>;
  readonly scan: (
    ask: RawAsk & { readonly ip: string | null; readonly helo: string | null; readonly mailFrom: string | null },
  ) => Promise<Examined & { readonly auth: AuthResults }>;
  /** The quality score; null: a check did not finish. */
  readonly score: (ask: RawAsk, facts: ScoreFacts) => Promise<Scored | null>;
  /** What SPF, DKIM and DMARC say of a message from that peer; what is null is not checked. */
  readonly authenticated: (ask: AuthAsk) => Promise<AuthResults>;
  /** One lesson for the content filter. */
  readonly teach: Teach;
  /** The sealed form of a mail, opened; null when it is gone. The caller wipes it. */
  readonly content: (emailId: string) => Promise<Buffer | null>;
  /** Queues a mail of the server itself, with the null sender. */
  readonly notice: (id: string, to: string, raw: Buffer) => Promise<void>;
  readonly ready: () => Promise<readonly string[]>;
  /** The certificates in service. */
  readonly tls: () => ServedTls;
  /** Malware hash lists in service; null: none. */
  readonly hashes: () => HashLists | null;
  /** Rules of pacing, and how much of the day a pair has used as far as this thread knows. */
  readonly rules: RuleBook;
  readonly usedToday: Pace['usedToday'];
};

export const SCOPES = ['send', 'score', 'read', 'manage', 'keys'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whose key came with the request. `accountId`: the account it acts for; null = an operator who named none. */
export type Caller = {
  readonly operator: boolean;
  readonly keyId: string;
  readonly name: string;
  readonly accountId: string | null;
  readonly scopes: readonly string[];
  readonly domains: readonly string[] | null;
  readonly ips: readonly string[] | null;
  readonly expiresAt: number | null;
};

/** Every resource file has the same shape: it adds its routes. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
export type Resource = (app: App, deps: ApiDeps) => void;

/** Who may call a route: `public`, a browser that is signed in (`session`), an operator, or a key with the scope. */
export type Access = 'public' | 'session' | 'operator' | Scope;

/** The browser's session that a request came with, in place of a key. */
export type OpenSession = {
  readonly idMac: Buffer;
  readonly key: ApiKey;
  /** What requests that change something must bring in Sesame-CSRF. */
  readonly csrf: string;
  readonly expiresAt: number;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Takes bytes (a message, a list), not JSON. */
    bytes?: boolean;
    /** They go to the disk as they come: neither in memory nor bound by the size of a message. */
    stream?: boolean;
    /** A form of the console: its handler compares the token, which forms cannot put into a header. */
    form?: boolean;
    /** Changes nothing, whatever its method: an operator's call of it is not in the audit log. */
    reads?: boolean;
    /** Answers on a tenant's host for links too; everything else is not there. */
    onTenantHosts?: boolean;
    /** Values that a JSON body may hold, where the bound of all others is too low and no schema looks at each. */
    maxValues?: number;
  }
  interface FastifyRequest {
    caller: Caller | null;
    session: OpenSession | null;
    /** The audit log has this request. */
    noted: boolean;
    /** The account whose host for links was asked; null: none's. */
    tenant: string | null;
    /** The body as it came; wiped when the answer is out. */
    rawBody: Buffer | null;
    requestId: string;
  }
}
