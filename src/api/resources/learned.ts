// /v1/filter/learned: what the filter was taught, by size and age, as a file, and forgotten on demand. The account's own; for the operator
// who names no account, the installation's.
import { HALF_LIFE_DAYS, writeLayer } from '../../filter/learned.ts';
import { openLayer } from '../../learn/layers.ts';
import { callerOf, noted } from '../caller.ts';
import { time } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';
import type { LearnedHead } from '../../engines/store/control/learned.ts';

export const learned: Resource = (app, deps) => {
  app.get('/v1/filter/learned', { config: { access: 'read' }, schema: { summary: 'What the filter was taught' } }, async request => {
    const { accountId } = callerOf(request);
    return shown(accountId, await deps.store.learned.head(accountId ?? ''));
  });
  app.get(
    '/v1/filter/learned/export',
    { config: { access: 'read' }, schema: { summary: 'The same with the learned weights themselves' } },
    async request => {
      const { accountId } = callerOf(request);
      const row = await deps.store.learned.layer(accountId ?? '');
      return { ...shown(accountId, row), layer: row.sealed && opened(deps, accountId ?? '', row.sealed) };
    },
  );
  app.delete(
    '/v1/filter/learned',
    { config: { access: 'manage' }, schema: { summary: 'Forget what the filter was taught' } },
    async (request, reply) => {
      const { accountId } = callerOf(request);
      await deps.store.learned.reset(accountId ?? '');
      await noted(deps, request, 'filter.reset', accountId ?? 'installation');
      return reply.code(204).send();
    },
  );
};

function shown(accountId: string | null, { lessons, bytes, updatedAt }: LearnedHead): Readonly<Record<string, unknown>> {
  const scope = accountId ? 'account' : 'installation';
  return { scope, lessons, bytes, halfLifeDays: HALF_LIFE_DAYS, updatedAt: time(updatedAt) };
}

/** base64 of the layer as filter/learned.ts writes it. */
const opened = ({ secrets }: ApiDeps, scope: string, sealed: Uint8Array): string =>
  writeLayer(openLayer(secrets, scope, sealed)).toString('base64');
