// Templates as the API uses them: opened and sealed, rendered with the data of a call, and told what is wrong by field.
import { Type, type Static } from 'typebox';
import type { TemplateRow } from '../engines/store/control/templates.ts';
import type { Secrets } from '../engines/types.ts';
import type { Language } from '../filter/rules/rule.ts';
import type { Scored } from '../score/score.ts';
import { MAX_DATA, MAX_NAME } from '../templates/bounds.ts';
import { readTemplate } from '../templates/read.ts';
import { render, type Rendered } from '../templates/render.ts';
import type { Data, Source, Template } from '../templates/types.ts';
import { ApiError, invalid, notFound, type Finding } from './errors.ts';
import type { ApiDeps } from './types.ts';

const Value = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
export const TemplateData = Type.Record(Type.String({ maxLength: MAX_NAME }), Value, { description: 'values of variables by name' });
export const TemplateUse = Type.Object(
  { id: Type.String({ maxLength: 64 }), data: Type.Optional(TemplateData) },
  { additionalProperties: false, description: 'in place of subject, text and html' },
);

/** What the filter and the score said of a template when it was saved. */
export type Review = { readonly reasons: readonly { readonly id?: string; readonly message: string }[]; readonly scored: Scored };
/** What is sealed of a template. */
export type Kept = Source & { readonly name: string; readonly defaults: Data; readonly review: Review };

const labelOf = (id: string): string => `template/${id}`;
export const sealTemplate = (secrets: Secrets, id: string, kept: Kept): Buffer =>
  secrets.seal(labelOf(id), Buffer.from(JSON.stringify(kept)));
export const openTemplate = (secrets: Secrets, { id, sealed }: TemplateRow): Kept =>
  JSON.parse(secrets.open(labelOf(id), sealed).toString('utf8')) as Kept;

/** The template of the account (null: of any, for the operator), or 404; `field`: where a body names it. */
export async function ownTemplate(
  { store }: Pick<ApiDeps, 'store'>,
  accountId: string | null,
  id: string,
  field?: string,
): Promise<TemplateRow> {
  const row = await store.templates.get(id);
  if (!row || (accountId !== null && row.accountId !== accountId)) throw notFound(field);
  return row;
}

/** Throws what is wrong with the template, all at once, by part, line and column. */
export function readOrThrow(source: Source): Template {
  const reading = readTemplate(source);
  if (reading.ok) return reading.template;
  const findings = reading.faults.map(({ field, line, column, message }) => ({
    field,
    message: `line ${line}, column ${column}: ${message}`,
  }));
  const first = findings[0] ?? { field: 'html', message: 'cannot be read' };
  throw new ApiError('invalid_field', `"${first.field}", ${first.message}.`, { field: first.field, findings });
}

/** Throws what is wrong with the data; `field`: where it stands in the call. */
export function renderOrThrow(template: Template, data: Data, defaults: Data, field: string): Rendered {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MAX_DATA) throw invalid(field, `has ${bytes} bytes; at most ${MAX_DATA} are taken.`);
  const made = render(template, data, defaults);
  if (made.ok) return made;
  const findings = made.faults.map(({ name, message }) => ({ field: name === null ? field : `${field}.${name}`, message }));
  const first = findings[0] ?? { field, message: 'cannot be rendered' };
  throw new ApiError('invalid_field', `"${first.field}" ${first.message}.`, { field: first.field, findings });
}

type Fields = {
  readonly template?: Static<typeof TemplateUse>;
  readonly subject?: string;
  readonly text?: string | null;
  readonly html?: string | null;
  readonly raw?: string;
};

/** A call that names a template becomes one with subject and bodies; any other stays. */
export async function fromTemplate<E extends Fields>(
  deps: Pick<ApiDeps, 'store' | 'secrets'>,
  accountId: string | null,
  asked: E,
): Promise<{ readonly email: E; readonly notes: readonly (Finding & { readonly id: string })[] }> {
  const { template: use, ...email } = asked;
  if (!use) return { email: asked, notes: [] };
  if (accountId === null) throw new ApiError('account_required', 'Name the account with the header "Sesame-Account: acc_…".');
  const beside = (['subject', 'text', 'html', 'raw'] as const).find(name => email[name] !== undefined);
  if (beside) throw invalid(beside, 'cannot be given beside "template", which brings its own.');
  const row = await ownTemplate(deps, accountId, use.id, 'template.id');
  const kept = sendable(deps.secrets, row);
  const { subject, text, html, unused } = renderOrThrow(readOrThrow(kept), use.data ?? {}, kept.defaults, 'template.data');
  const notes = unused.length === 0 ? [] : [{ id: 'unused_data', message: `${named(unused)}: ${NO_PLACE.en}` }];
  return { email: { ...(email as E), subject, ...(text === null ? {} : { text }), ...(html === null ? {} : { html }) }, notes };
}

/** The content of a template that may be sent; 409 for one that was refused. */
export function sendable(secrets: Secrets, row: TemplateRow): Kept {
  const kept = openTemplate(secrets, row);
  if (row.state !== 'refused') return kept;
  const why = kept.review.reasons[0]?.message ?? 'see its review';
  throw new ApiError('wrong_state', `The template ${row.id} was refused when it was saved: ${why}`, { field: 'template.id' });
}

/** Told behind the names. */
export const NO_PLACE: Readonly<Record<Language, string>> = {
  en: 'the template has no place for it',
  id: 'tidak dipakai di templat',
  zh: '模板中没有使用',
};

const named = (names: readonly string[]): string =>
  `${names
    .slice(0, 10)
    .map(name => JSON.stringify(name.slice(0, 64)))
    .join(', ')}${names.length > 10 ? ' …' : ''}`;
