// Templates of an account (docs/templates.md): kept sealed, reviewed by filter and score when they are saved, rendered with data.
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { TemplateRow } from '../../engines/store/control/templates.ts';
import { reportOf } from '../../score/score.ts';
import { MAX_DATA, MAX_TEMPLATES } from '../../templates/bounds.ts';
import { accountOf, callerOf } from '../caller.ts';
import { ApiError, invalid } from '../errors.ts';
import { once } from '../idempotency.ts';
import { languageOf, toldFindings } from '../language.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import { reviewed } from '../template-review.ts';
import { openTemplate, ownTemplate, readOrThrow, renderOrThrow, sealTemplate, TemplateData, type Kept } from '../templates.ts';
import type { ApiDeps, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const Body = Type.Union([Type.String(), Type.Null()]);
const fields = { name: Type.String({ minLength: 1, maxLength: 200 }), subject: Type.String({ maxLength: 2_000 }) };
const bodies = { text: Type.Optional(Body), html: Type.Optional(Body), defaults: Type.Optional(TemplateData) };
const NewTemplate = Type.Object({ ...fields, ...bodies }, strict);
const Patch = Type.Object({ name: Type.Optional(fields.name), subject: Type.Optional(fields.subject), ...bodies }, strict);
const Params = Type.Object({ id: Type.String() });

export const templates: Resource = (app, deps) => {
  const { store, secrets } = deps;

  app.post(
    '/v1/templates',
    { config: { access: 'manage' }, schema: { body: NewTemplate, summary: 'Keep a template; it is reviewed at once' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const accountId = accountOf(request);
        const id = newId('tpl');
        const { kept, state } = await looked(deps, accountId, { text: null, html: null, defaults: {}, ...request.body });
        const row = await store.templates.create({ id, accountId, state, sealed: sealTemplate(secrets, id, kept), most: MAX_TEMPLATES });
        if (!row) throw new ApiError('wrong_state', `The account has ${MAX_TEMPLATES} templates: delete some first.`);
        return shown(row, kept, request);
      }),
  );
  app.get('/v1/templates', { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    const rows = await store.templates.list({
      accountId: callerOf(request).accountId,
      after: cursorOf(request.query, ''),
      limit: limit + 1,
    });
    return page(
      rows,
      limit,
      row => row.id,
      row => summary(row, openTemplate(secrets, row), request),
    );
  });
  app.get('/v1/templates/:id', { config: { access: 'read' }, schema: { params: Params } }, async request => {
    const row = await ownTemplate(deps, callerOf(request).accountId, request.params.id);
    return shown(row, openTemplate(secrets, row), request);
  });
  app.patch('/v1/templates/:id', { config: { access: 'manage' }, schema: { params: Params, body: Patch } }, async request => {
    const old = await ownTemplate(deps, callerOf(request).accountId, request.params.id);
    const { review: _review, ...content } = openTemplate(secrets, old);
    const { kept, state } = await looked(deps, old.accountId, { ...content, ...request.body });
    const { id, accountId, version } = old;
    const row = await store.templates.replace({ id, accountId, version, state, sealed: sealTemplate(secrets, id, kept) });
    if (!row) throw new ApiError('wrong_state', 'The template was changed or deleted meanwhile: read it again.');
    return shown(row, kept, request);
  });
  app.delete('/v1/templates/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const { id, accountId } = await ownTemplate(deps, callerOf(request).accountId, request.params.id);
    await store.templates.remove({ id, accountId });
    return reply.code(204).send();
  });

  const body = Type.Object({ data: Type.Optional(TemplateData) }, strict);
  app.post(
    '/v1/templates/:id/render',
    { config: { access: 'read' }, schema: { params: Params, body, summary: 'What a recipient would get' } },
    async request => {
      const row = await ownTemplate(deps, callerOf(request).accountId, request.params.id);
      const kept = openTemplate(secrets, row);
      const { ok: _ok, ...made } = renderOrThrow(readOrThrow(kept), request.body.data ?? {}, kept.defaults, 'data');
      return { version: row.version, ...made };
    },
  );
};

type Content = Static<typeof NewTemplate> & Pick<Kept, 'text' | 'html' | 'defaults'>;

/** Read, checked and reviewed; throws what is wrong with it. */
async function looked(
  deps: ApiDeps,
  accountId: string,
  { name, subject, text, html, defaults }: Content,
): Promise<{ readonly kept: Kept; readonly state: TemplateRow['state'] }> {
  if (text === null && html === null) throw invalid('text', 'or "html" is needed.');
  const bytes = Buffer.byteLength(JSON.stringify(defaults));
  if (bytes > MAX_DATA) throw invalid('defaults', `has ${bytes} bytes; at most ${MAX_DATA} are taken.`);
  const template = readOrThrow({ subject, text, html });
  const stray = Object.keys(defaults).find(one => !template.names.includes(one));
  if (stray !== undefined) throw invalid(`defaults.${stray.slice(0, 64)}`, 'is no variable of the template.');
  const { state, review } = await reviewed(deps, accountId, template, defaults);
  return { kept: { name, subject, text, html, defaults, review }, state };
}

function summary(row: TemplateRow, kept: Kept, request: FastifyRequest): Readonly<Record<string, unknown>> {
  const { id, accountId, version, state, createdAt, updatedAt } = row;
  const { score, grade } = reportOf(kept.review.scored, languageOf(request));
  return { id, accountId, name: kept.name, version, state, score, grade, createdAt: time(createdAt), updatedAt: time(updatedAt) };
}

function shown(row: TemplateRow, kept: Kept, request: FastifyRequest): Readonly<Record<string, unknown>> {
  const language = languageOf(request);
  const { subject, text, html, defaults, review } = kept;
  const { score, grade, findings, note } = reportOf(review.scored, language);
  return {
    ...summary(row, kept, request),
    subject,
    text,
    html,
    defaults,
    variables: readOrThrow(kept).names,
    review: { state: row.state, reasons: toldFindings(review.reasons, language), score, grade, findings, note },
  };
}
