// What the reference says of a call beyond its schema.
import type { Code } from '../errors.ts';

export type Call = {
  readonly summary: string;
  /** An example that works: the test of the reference makes each of these calls, in this order. */
  readonly body?: unknown;
  /** Of a body that is not JSON. */
  readonly type?: 'message/rfc822' | 'text/csv';
  readonly query?: string;
  /** Codes beyond those that follow from what every such call takes. */
  readonly errors?: readonly Code[];
  /** What follows: events, mail. */
  readonly follows?: string;
};

/** `calls`: by method and path, `POST /v1/emails`. */
export type Section = {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly calls: Readonly<Record<string, Call>>;
};

/** Answers of a real server (test/reference.ts writes them). */
export type Answers = Readonly<Record<string, { readonly path: string; readonly status: number; readonly body: unknown }>>;
