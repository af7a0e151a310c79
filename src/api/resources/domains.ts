// Sending domains: records to publish, proof of ownership, verification.
import { generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { getDomain, getPublicSuffix } from 'tldts';
import { Type } from 'typebox';
import type { DkimKey, Domain } from '../../engines/store/control/domains.ts';
import { domainName } from '../../message/addresses.ts';
import { checkDomain } from '../../upkeep/domain-records.ts';
import { accountOf, callerOf, noted } from '../caller.ts';
import { ownDomain, shownDomain } from '../domains.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { cursorOf, limitOf, page, PageQuery } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';

const Name = Type.Object({ name: Type.String() });

export const domains: Resource = (app, deps) => {
  const { store } = deps;
  const shown = (domain: Domain): ReturnType<typeof shownDomain> => shownDomain(deps, domain);
  const own = (accountId: string | null, given: string): Promise<Domain> => ownDomain(deps, accountId, given);

  app.post(
    '/v1/domains',
    {
      config: { access: 'manage' },
      schema: {
        body: Type.Object(
          {
            name: Type.String({ maxLength: 253 }),
            force: Type.Optional(Type.Boolean({ description: "operator: also when a parent or child is another account's" })),
          },
          { additionalProperties: false },
        ),
        summary: 'Add a sending domain',
      },
    },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const accountId = accountOf(request);
        const mayShare = request.body.force === true;
        if (mayShare && !callerOf(request).operator) throw new ApiError('forbidden', '"force" is for the operator.', { field: 'force' });
        const name = domainName(request.body.name);
        if (!name) throw invalid('name', 'is no domain name.');
        if (getPublicSuffix(name, { allowPrivateDomains: true }) === name || (getDomain(name) === null && !name.includes('.')))
          throw invalid('name', `is a public suffix: nobody owns ${name}.`);
        const keys = await newDkimKeys(deps, name, 'active', []);
        const challenge = `sesame-challenge=${randomBytes(16).toString('hex')}`;
        const outcome = await store.domains.create({ name, accountId, challenge, keys, mayShare });
        if (outcome === 'exists') throw new ApiError('already_exists', `${name} is there already.`, { field: 'name' });
        if (outcome === 'taken')
          throw new ApiError('already_exists', `${name}, or a domain above or below it, belongs to another account.`, { field: 'name' });
        await noted(deps, request, 'domain.create', name, accountId);
        return shown(await own(accountId, name));
      }),
  );
  app.get(
    '/v1/domains',
    { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, { additionalProperties: false }) } },
    async request => {
      const limit = limitOf(request.query);
      const rows = await store.domains.list({
        accountId: callerOf(request).accountId,
        after: cursorOf(request.query, ''),
        limit: limit + 1,
      });
      const { data, next } = page(
        rows,
        limit,
        row => row.name,
        row => row,
      );
      return { data: await Promise.all(data.map(shown)), next };
    },
  );
  app.get('/v1/domains/:name', { config: { access: 'read' }, schema: { params: Name } }, async request =>
    shown(await own(callerOf(request).accountId, request.params.name)),
  );
  app.post(
    '/v1/domains/:name/verify',
    {
      config: { access: 'manage' },
      schema: {
        params: Name,
        body: Type.Union([Type.Object({ force: Type.Optional(Type.Boolean()) }, { additionalProperties: false }), Type.Null()]),
      },
    },
    async request => {
      const caller = callerOf(request);
      const domain = await own(caller.accountId, request.params.name);
      const force = request.body?.force;
      if (force !== undefined && !caller.operator) throw new ApiError('forbidden', '"force" is for the operator.', { field: 'force' });
      const checked = await checkDomain(deps, domain.name, { force, fresh: true });
      if (!checked) throw notFound();
      if (force !== undefined) await noted(deps, request, 'domain.force', domain.name, String(force));
      return shown(checked);
    },
  );
  app.post(
    '/v1/domains/:name/rotate',
    { config: { access: 'manage' }, schema: { params: Name, summary: 'New DKIM keys: they sign as soon as their records are there' } },
    async request => {
      const domain = await own(callerOf(request).accountId, request.params.name);
      const taken = (await store.domains.dkim(domain.name)).map(key => key.selector);
      const keys = await newDkimKeys(deps, domain.name, 'next', taken);
      if (!(await store.domains.addNextKeys({ name: domain.name, keys })))
        throw new ApiError('wrong_state', 'New keys are waiting for their records already: publish them and call …/verify.');
      await noted(deps, request, 'domain.rotate', domain.name, domain.accountId);
      return shown(domain);
    },
  );
  app.delete('/v1/domains/:name', { config: { access: 'manage' }, schema: { params: Name } }, async (request, reply) => {
    const domain = await own(callerOf(request).accountId, request.params.name);
    await store.domains.remove({ name: domain.name, accountId: domain.accountId });
    await noted(deps, request, 'domain.delete', domain.name, domain.accountId);
    return reply.code(204).send();
  });
};

const keyPair = promisify(generateKeyPair);

/** RSA-2048 for everybody, Ed25519 (RFC 8463) for those who can. Off the loop: an RSA key takes 100 ms. */
async function newDkimKeys(
  { secrets, clock }: ApiDeps,
  domain: string,
  state: DkimKey['state'],
  taken: readonly string[],
): Promise<readonly DkimKey[]> {
  const month = new Date(clock.now()).toISOString().slice(0, 7).replace('-', '');
  // A second rotation in a month gets a tail of its own.
  const stamp = taken.includes(`s${month}r`) ? `${month}${randomBytes(2).toString('hex')}` : month;
  const rsa = await keyPair('rsa', { modulusLength: 2048 });
  const ed25519 = await keyPair('ed25519');
  const made = (algorithm: DkimKey['algorithm'], privateKey: KeyObject, published: string): DkimKey => {
    const selector = `s${stamp}${algorithm === 'rsa' ? 'r' : 'e'}`;
    const sealed = secrets.seal(`dkim/${domain}/${selector}`, privateKey.export({ type: 'pkcs8', format: 'der' }));
    return { domain, selector, algorithm, sealed, public: `v=DKIM1; k=${algorithm}; p=${published}`, state, retireAt: null };
  };
  const spki = rsa.publicKey.export({ type: 'spki', format: 'der' });
  // RFC 8463 publishes the bare 32 bytes, which end the SPKI form.
  const bare = ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return [made('rsa', rsa.privateKey, spki.toString('base64')), made('ed25519', ed25519.privateKey, bare.toString('base64'))];
}
