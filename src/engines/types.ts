// The small types of the engines: each outside thing behind one of them. Implementations live beside this file and are made in
// main.ts and door.ts; stages see only these types.

/** Epoch ms; tests hand in their own. `monotonic` is for durations and retry timers. */
export type Clock = { readonly now: () => number; readonly monotonic: () => number };

/** Allow-listed fields only: ids, codes, counts, names of states, domains, peers. Never content, never a free object. */
export type LogFields = {
  readonly emailId?: string;
  readonly accountId?: string;
  readonly requestId?: string;
  readonly door?: string;
  readonly peer?: string;
  readonly domain?: string;
  readonly site?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly count?: number;
  readonly tookMs?: number;
  readonly state?: string;
  /** Name and message of an error of ours or of a system call, cut to 200 characters; never built from mail. */
  readonly error?: string;
};
export type Log = {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
};

/** Counters and histograms by name; label values are closed words, never addresses. Summed over threads by the main thread. */
export type Metrics = {
  readonly count: (name: string, labels?: Readonly<Record<string, string>>, by?: number) => void;
  readonly observe: (name: string, seconds: number, labels?: Readonly<Record<string, string>>) => void;
};

/** One state for all doors, in one SharedArrayBuffer, changed by Atomics. */
export type Shared = {
  /** Add `by` to a counter that lives `windowMs` from its first use; returns the new value. Windows are fixed, not sliding. */
  readonly count: (key: string, windowMs: number, by?: number) => number;
  /** Current value of a windowed counter without changing it, and when its window ends (epoch ms). */
  readonly peek: (key: string, windowMs: number) => { readonly value: number; readonly endsAt: number };
  /** Take one of `limit` places (connections of a peer, of a site); false when none is free. Give it back with `leave`. */
  readonly enter: (key: string, limit: number) => boolean;
  readonly leave: (key: string) => void;
  readonly inside: (key: string) => number;
  /** Bytes in flight of the whole process against its budget; false = answer 452 / 503. */
  readonly reserveBytes: (bytes: number) => boolean;
  readonly releaseBytes: (bytes: number) => void;
  /** Raised by the writer after each commit that changed facts. */
  readonly generation: () => number;
  readonly draining: () => boolean;
};

/** Sealing and unsealing of content: AES-256-GCM, nonce = counter, AAD = id, chunk index, last-flag. */
export type Vault = {
  readonly seal: (emailId: string, content: Buffer) => { readonly key: Buffer; readonly chunks: readonly Buffer[] };
  /** Throws on any damage. The caller wipes what it got (`fill(0)`). */
  readonly open: (
    emailId: string,
    sealed: { readonly epoch: number; readonly wrapped: Buffer; readonly chunks: readonly Buffer[] },
  ) => Buffer;
};

/** Sealing root and MAC root, both wrapped by the installation key. `label` separates purposes. */
export type Secrets = {
  readonly seal: (label: string, plain: Buffer) => Buffer;
  readonly open: (label: string, sealed: Uint8Array) => Buffer;
  readonly mac: (label: string, ...parts: readonly (string | Uint8Array)[]) => Buffer;
};

/** The one outgoing HTTP client: resolve, check every address, pin it, no redirects, no proxy, capped read. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly ip: string;
};
export type HttpFailure = {
  readonly failed: true;
  readonly why: 'refused_address' | 'dns' | 'connect' | 'tls' | 'timeout' | 'protocol';
  readonly text: string;
};
export type HttpClient = {
  readonly post: (
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    bounds: { readonly timeoutMs: number; readonly maxAnswer: number },
  ) => Promise<HttpAnswer | HttpFailure>;
  readonly get: (
    url: string,
    headers: Readonly<Record<string, string>>,
    bounds: { readonly timeoutMs: number; readonly maxAnswer: number },
  ) => Promise<HttpAnswer | HttpFailure>;
};
