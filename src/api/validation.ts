// What is wrong with a body or query, in words: one finding a field, with what is allowed there. The validator (JSON Schema) tells a fault of
// an alternative once for each of its forms.
import type { FastifySchemaValidationError } from 'fastify';
import type { Finding } from './errors.ts';

const MAX_FINDINGS = 50;
/** Faults that say what a value should have been, and nothing of what it is. */
const KINDS: ReadonlySet<string> = new Set(['const', 'enum', 'type', 'anyOf', 'oneOf']);
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'an object',
  array: 'a list',
  boolean: 'true or false',
  null: 'null',
  number: 'a number',
  integer: 'a whole number',
};

type Fault = Pick<FastifySchemaValidationError, 'instancePath' | 'keyword' | 'params'> & { readonly message?: string };
export type FieldFinding = Finding & { readonly field: string; readonly message: string };

/** The faults of one request by field, in the order in which they were found, at most 50. A parameter of a query that is no text came twice. */
export function findingsOf(faults: readonly Fault[], isQuery = false): readonly FieldFinding[] {
  const byField = Map.groupBy(faults, fieldOf);
  const names = [...byField.keys()];
  // What is wrong inside of an object is said there: that it is not one of its alternatives says no more.
  const isToldInside = (field: string, of: readonly Fault[]): boolean =>
    of.every(one => KINDS.has(one.keyword)) && names.some(name => name.startsWith(`${field}.`));
  const told = [...byField].filter(([field, of]) => !isToldInside(field, of));
  return told
    .slice(0, MAX_FINDINGS)
    .map(([field, of]) => ({ field, message: isQuery && of[0]?.keyword === 'type' ? 'is given more than once' : said(of) }));
}

function fieldOf({ instancePath, keyword, params }: Fault): string {
  const inside = instancePath
    .slice(1)
    .replace(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  const extra =
    keyword === 'additionalProperties'
      ? String(params['additionalProperty'])
      : keyword === 'required'
        ? String(params['missingProperty'])
        : '';
  return [inside, extra].filter(Boolean).join('.') || 'body';
}

/** A sentence without its subject. */
function said(faults: readonly Fault[]): string {
  const real = faults.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
  const [first] = real;
  if (!first) return 'is not valid';
  if (first.keyword === 'additionalProperties') return 'is not known here';
  if (first.keyword === 'required') return 'is needed';
  // A form whose kind was right says more than those that want another one.
  const other = real.find(({ keyword }) => !KINDS.has(keyword));
  if (other?.keyword === 'minProperties') return 'needs a field';
  if (other) return other.message ?? 'is not valid';
  const allowed = [...new Set(real.flatMap(allowedBy))];
  return `is ${allowed.length === 1 ? '' : `${allowed.slice(0, -1).join(', ')} or `}${allowed.at(-1)}`;
}

function allowedBy({ keyword, params }: Fault): readonly string[] {
  if (keyword === 'const') return [JSON.stringify(params['allowedValue'])];
  if (keyword === 'enum') return (params['allowedValues'] as readonly unknown[]).map(one => JSON.stringify(one));
  if (keyword !== 'type') return [];
  return [params['type']].flat().map(one => TYPES[String(one)] ?? String(one));
}
