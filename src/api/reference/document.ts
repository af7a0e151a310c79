// The OpenAPI document with what the reference knows beside the schemas: chapters, summaries, examples that work, and the real answer.
import answers from './answers.json' with { type: 'json' };
import { sections } from './sections.ts';
import type { Answers, Call, Section } from './types.ts';

export type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: boolean | Schema;
};
export type Operation = {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema?: Schema; readonly description?: string }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>> };
  readonly responses?: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
  /** `public`, `operator` or the scope that the key needs. */
  readonly 'x-access'?: string;
  /** Takes bytes. */
  readonly 'x-bytes'?: boolean;
};
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
type Document = { readonly paths?: object; readonly components?: object };

const OTHER: Omit<Section, 'calls'> = { id: 'other', title: 'More', about: '' };

/** The recorded answers, by `POST /v1/emails`. */
export const recorded: Answers = answers;

export function callOf(name: string): { readonly section: Omit<Section, 'calls'>; readonly call: Call | null } {
  const section = sections.find(one => name in one.calls);
  return { section: section ?? OTHER, call: section?.calls[name] ?? null };
}

/** Pure: a new document. */
export function enriched<D extends Document>(document: D): D {
  const paths = Object.entries((document.paths ?? {}) as Paths).map(([path, methods]) => {
    const told = Object.entries(methods).map(([method, operation]) => [
      method,
      enrichedOperation(`${method.toUpperCase()} ${path}`, operation),
    ]);
    return [path, Object.fromEntries(told)];
  });
  const tags = [...sections, OTHER].map(({ title, about }) => ({ name: title, description: about }));
  return { ...document, tags, paths: Object.fromEntries(paths) };
}

function enrichedOperation(name: string, operation: Operation): Operation {
  const { section, call } = callOf(name);
  const base = { ...operation, tags: [section.title] };
  if (!call) return base;
  const content = operation.requestBody?.content ?? {};
  const type = call.type ?? 'application/json';
  const requestBody =
    call.body === undefined
      ? operation.requestBody
      : {
          ...operation.requestBody,
          content: { ...content, [type]: { ...(content[type] ?? { schema: { type: 'string' } }), example: call.body } },
        };
  return { ...base, summary: call.summary, ...(requestBody ? { requestBody } : {}), responses: responsesOf(name, operation) };
}

/** The schemas of the routes say what comes in; what goes out is shown by its example. */
function responsesOf(name: string, { responses = {} }: Operation): Readonly<Record<string, unknown>> {
  const real = recorded[name];
  if (!real) return responses;
  const { 200: _none, ...rest } = responses;
  const content = real.body === null || real.body === '' ? {} : { content: { 'application/json': { example: real.body } } };
  return { [real.status]: { description: 'The answer', ...content }, ...rest };
}
