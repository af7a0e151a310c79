// What a receiver would see of mail from a domain: a small mail is signed as all mail of the domain is, and judged by the same code that judges
// strangers at our MX (SPF RFC 7208, DKIM RFC 6376, DMARC RFC 9989), with what DNS says now. Nothing is sent or kept.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { Domain } from '../../engines/store/control/domains.ts';
import { newBudget } from '../../engines/resolver/types.ts';
import { dkimSign } from '../../deliver/dkim/sign.ts';
import { compose } from '../../message/build.ts';
import type { AuthResult } from '../../mail.ts';
import { callerOf } from '../caller.ts';
import { ownDomain } from '../domains.ts';
import { time } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';

/** Sending IPs that are looked at: each costs the look-ups of SPF. */
const IPS = 4;

export const domainSeen: Resource = (app, deps) => {
  app.get(
    '/v1/domains/:name/seen',
    {
      config: { access: 'read' },
      schema: {
        params: Type.Object({ name: Type.String() }),
        summary: 'SPF, DKIM and DMARC of its mail as a receiver would judge them now',
      },
    },
    async request => {
      const domain = await ownDomain(deps, callerOf(request).accountId, request.params.name);
      const raw = await signedMail(deps, domain);
      const ips = await sendingIps(deps);
      const data = await Promise.all((ips.length > 0 ? ips : [null]).map(ip => seenFrom(deps, domain, raw, ip)));
      return { at: time(deps.clock.now()), data, next: null };
    },
  );
};

/** `ip` null: which one mail leaves from is not known, so SPF cannot be asked. */
async function seenFrom(deps: ApiDeps, { name }: Domain, raw: Buffer, ip: string | null): Promise<object> {
  const ask = { raw, ip, helo: deps.config.hostname, mailFrom: `b-sample@bounce.${name}`, fresh: true };
  const { spf, dkim, dmarc } = await deps.authenticated(ask);
  const word = ({ result, domain, verdict }: AuthResult): object | null => (verdict === 'DISABLED' ? null : { result, domain });
  return {
    ip,
    spf: word(spf),
    dkim: word(dkim),
    dmarc: { ...(word(dmarc) ?? { result: 'unknown', domain: null }), policy: dmarc.policy ?? null },
  };
}

/** Those that are set, else the addresses of our name. */
async function sendingIps({ config, resolver }: ApiDeps): Promise<readonly string[]> {
  if (config.sendingIps.length > 0) return config.sendingIps.slice(0, IPS);
  const budget = newBudget(2, true);
  const answers = [await resolver.lookUp(config.hostname, 'A', budget), await resolver.lookUp(config.hostname, 'AAAA', budget)];
  return answers.flatMap(answer => (answer.kind === 'records' ? answer.records : [])).slice(0, IPS);
}

async function signedMail({ store, secrets, clock, config }: ApiDeps, { name }: Domain): Promise<Buffer> {
  const at = clock.now();
  const built = compose({
    from: `postmaster@${name}`,
    to: ['receiver@example.com'],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Sample',
    text: 'Sample',
    html: null,
    attachments: [],
    headers: [],
    at,
    messageId: `<${randomBytes(8).toString('hex')}@${config.hostname}>`,
  });
  if (!built.ok) throw new Error(`a sample from ${name} cannot be made`);
  const keys = (await store.domains.dkim(name)).filter(key => key.state === 'active');
  const signing = keys.map(({ domain, selector, algorithm, sealed }) => ({
    domain,
    selector,
    algorithm,
    key: createPrivateKey({ key: secrets.open(`dkim/${domain}/${selector}`, sealed), format: 'der', type: 'pkcs8' }),
  }));
  return Buffer.concat([Buffer.from(dkimSign(built.raw, signing, at)), built.raw]);
}
