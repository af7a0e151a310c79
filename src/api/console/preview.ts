// How a draft looks: what the editor posts into a sandboxed frame comes back as a page of no origin that runs nothing and loads nothing. (A
// frame from `srcdoc` would have the console's own policy, and the mail none of its styles.) Nothing of it is kept.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PREVIEW_BYTES } from '../bounds.ts';
import { ApiError } from '../errors.ts';
import type { Resource } from '../types.ts';
import { requireCsrf } from './same-origin.ts';
import { safeHeaders } from './send-file.ts';
import { openOf } from './session.ts';

export const PREVIEW_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
/** Percent-encoding writes three signs for one. */
const FORM_BYTES = 3 * PREVIEW_BYTES + 1024;

export const preview: Resource = app => {
  void app.register(async scope => {
    scope.removeContentTypeParser('application/x-www-form-urlencoded');
    scope.addContentTypeParser<Buffer>(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer', bodyLimit: FORM_BYTES },
      (request, body, done) => {
        request.rawBody = body;
        done(null, body);
      },
    );
    scope.post('/console/preview', { config: { access: 'session', form: true }, schema: { hide: true } }, async (request, reply) => {
      const { csrf, html } = fieldsOf(request);
      requireCsrf(request, openOf(request), csrf);
      if (Buffer.byteLength(html) > PREVIEW_BYTES) throw new ApiError('too_large', `A preview has at most ${PREVIEW_BYTES} bytes.`);
      return asDraft(reply).send(html);
    });
  });
};

function asDraft(reply: FastifyReply): FastifyReply {
  return safeHeaders(reply, PREVIEW_POLICY)
    .removeHeader('x-frame-options')
    .removeHeader('cross-origin-opener-policy')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8');
}

function fieldsOf({ rawBody }: FastifyRequest): { readonly csrf: string | null; readonly html: string } {
  const fields = new URLSearchParams(rawBody?.toString('latin1') ?? '');
  return { csrf: fields.get('csrf'), html: fields.get('html') ?? '' };
}
