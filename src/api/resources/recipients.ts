// DELETE /v1/recipients/{address}: one person's metadata is erased.
import { Type } from 'typebox';
import { comparable, normalAddress } from '../../message/addresses.ts';
import { hashedPatterns } from '../../suppress/entries.ts';
import { noted } from '../caller.ts';
import { invalid } from '../errors.ts';
import { listMac } from '../lists.ts';
import type { Resource } from '../types.ts';

export const recipients: Resource = (app, { store, secrets }) => {
  app.delete(
    '/v1/recipients/:address',
    { config: { access: 'operator' }, schema: { params: Type.Object({ address: Type.String({ maxLength: 320 }) }) } },
    async (request, reply) => {
      const address = normalAddress(request.params.address);
      if (!address) throw invalid('address', 'is not an address.');
      // Mail and events keep an address as it was written, in any case; and with quotes that change nothing.
      for (const one of new Set([address, comparable(address)])) await store.emails.eraseRecipient(one);
      await store.lists.erase(listMac(secrets.mac, address));
      await store.blocked.unname(hashedPatterns(secrets.mac, address));
      // The address itself is what must go: the log names the deed only.
      await noted({ store }, request, 'recipient.erase', '');
      return reply.code(204).send();
    },
  );
};
