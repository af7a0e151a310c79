// Liveness, readiness, Prometheus.
import type { Resource } from '../types.ts';

export const health: Resource = (app, deps) => {
  app.get('/healthz', { config: { access: 'public' } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { access: 'public' } }, async (_request, reply) => {
    const faults = await deps.ready();
    return reply.code(faults.length > 0 ? 503 : 200).send(faults.length > 0 ? { status: 'unready', faults } : { status: 'ready' });
  });
  app.get('/metrics', { config: { access: 'public' } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await deps.metricsText()),
  );
};
