// What the doors show: certificates by name with their end, the TLSA records that may be published of them, versions, the last reload.
import { groupFor } from '../../engines/tls/groups.ts';
import { HTTPS_FLOOR } from '../../engines/tls/bounds.ts';
import { toldCertificates, whyNotProven } from '../../engines/tls/told.ts';
import { time } from '../pages.ts';
import type { Resource } from '../types.ts';

export const tls: Resource = (app, { config, clock, tls: served }) => {
  app.get(
    '/v1/tls',
    { config: { access: 'operator' }, schema: { summary: 'Certificates in service, TLSA records, versions' } },
    async () => {
      const { groups, isOwn, loadedAt, warnings, fault } = served();
      const now = clock.now();
      const certificates = toldCertificates(groups, now).map(({ isDefault, isSelfSigned, notBefore, notAfter, ...rest }) => ({
        ...rest,
        default: isDefault,
        selfSigned: isSelfSigned,
        notBefore: time(notBefore),
        notAfter: time(notAfter),
      }));
      const why = whyNotProven(groups, config.hostname, now);
      const { submission, mx } = config.tlsMin;
      return {
        certificates,
        mx: {
          host: config.hostname,
          /** Whether senders under an enforced MTA-STS policy would take it. */
          provable: why === null,
          why,
          tlsaName: `_25._tcp.${config.hostname}`,
          tlsa: toldCertificates([groupFor(groups, config.hostname)], now).map(one => one.tlsa),
        },
        versions: { mx, submission, https: HTTPS_FLOOR },
        ownCertificates: isOwn,
        loadedAt: time(loadedAt),
        fault: fault && { at: time(fault.at), messages: fault.texts },
        warnings,
      };
    },
  );
};
