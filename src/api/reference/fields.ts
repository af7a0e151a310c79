// Fields of a JSON Schema as rows of a table: name, type, bounds, what it is for. Objects inside are told by their path.
import { escaped } from '../html.ts';
import type { Operation, Schema } from './document.ts';

const MAX_DEPTH = 3;

export function fieldRows(schema: Schema, prefix = '', depth = 0): string {
  const object = objectIn(schema);
  if (!object?.properties || depth > MAX_DEPTH) return '';
  return Object.entries(object.properties)
    .map(([name, field]) => {
      const path = prefix + name;
      const item = field.type === 'array' ? field.items : field;
      const inside = item && objectIn(item)?.properties ? fieldRows(item, `${path}${field.type === 'array' ? '[].' : '.'}`, depth + 1) : '';
      return row(path, field, object.required?.includes(name) ?? false) + inside;
    })
    .join('');
}

export function parameterRows({ parameters = [] }: Operation): string {
  return parameters
    .filter(one => one.in === 'query' || one.in === 'path')
    .map(({ name, schema = {}, in: place, description }) =>
      row(name, { ...schema, ...(description ? { description } : {}) }, place === 'path'),
    )
    .join('');
}

function row(name: string, field: Schema, needed: boolean): string {
  const about = [field.description ? escaped(field.description) : '', boundsOf(field)].filter(Boolean).join(' ');
  return `<tr><td><code>${escaped(name)}</code>${needed ? ' <b>needed</b>' : ''}<td>${escaped(typeOf(field))}<td>${about}`;
}

const objectIn = (schema: Schema): Schema | undefined => (schema.properties ? schema : schema.anyOf?.find(one => one.properties));

export function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  return schema.items ? `list of ${typeOf(schema.items)}` : (schema.type ?? 'any');
}

function boundsOf({ minLength, maxLength, minimum, maximum, maxItems }: Schema): string {
  const said = [
    maxLength === undefined ? '' : `${minLength ? `${minLength} to ` : 'at most '}${maxLength} characters`,
    maximum === undefined ? (minimum === undefined ? '' : `at least ${minimum}`) : `${minimum ?? 0} to ${maximum}`,
    maxItems === undefined ? '' : `at most ${maxItems}`,
  ].filter(Boolean);
  return said.length > 0 ? `<small>${said.join(', ')}</small>` : '';
}
