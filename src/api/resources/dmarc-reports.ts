// DMARC aggregate reports that others sent about our domains (RFC 9990): one row a source and result.
import { Type } from 'typebox';
import { isoDay } from '../../upkeep/tls-reports.ts';
import { callerOf } from '../caller.ts';
import { limitOf, page, time } from '../pages.ts';
import type { Resource } from '../types.ts';
import { asked, beforeOf, ReportQuery } from './tls-reports.ts';

export const dmarcReports: Resource = (app, { store }) => {
  app.get(
    '/v1/dmarc-reports',
    {
      config: { access: 'read' },
      schema: {
        querystring: Type.Object(ReportQuery, { additionalProperties: false }),
        summary: 'DMARC aggregate reports about your domains',
      },
    },
    async request => {
      const { query } = request;
      const limit = limitOf(query);
      const ask = { accountId: callerOf(request).accountId, ...asked(query), before: beforeOf(query), limit: limit + 1 };
      return page(
        await store.receivedReports.listDmarc(ask),
        limit,
        row => row.seq,
        ({ seq: _seq, at, day, from, to, ...row }) => ({ ...row, day: isoDay(day), from: time(from), to: time(to), receivedAt: time(at) }),
      );
    },
  );
};
