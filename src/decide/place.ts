// Where each recipient's copy goes, and whether it may go at once.
import type { Inspected, Placed, Recipient, Route, Target } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';

/** docs/mail.md: its addresses answer without any network. */
const SIMULATOR = 'simulator.sesame.test';

export function place(mail: Inspected, hold: boolean): readonly Placed[] {
  const { party } = mail;
  const later = mail.options.sendAt !== null && mail.options.sendAt > mail.at;
  const state = hold ? 'held' : later ? 'scheduled' : 'queued';
  if (party.kind === 'account') {
    const blocked = new Set(mail.suppressed);
    return mail.envelope.recipients.map(recipient => ({
      recipient,
      target: outward(recipient),
      state: blocked.has(recipient.address) ? 'suppressed' : state,
      routeId: null,
    }));
  }
  return mail.envelope.recipients.flatMap((recipient, i) => {
    const route = party.routes[i];
    const target = route && inward(route);
    return target ? [{ recipient, target, state, routeId: route.id } as const] : [];
  });
}

function outward(recipient: Recipient): Target {
  const { local = '', domain = '' } = splitAddress(recipient.address) ?? {};
  return domain === SIMULATOR ? { kind: 'simulator', box: local.toLowerCase().replace(/\+.*$/, '') } : { kind: 'mx', domain };
}

/** null: the route wants no copy. */
function inward(route: Route): Target | null {
  switch (route.action.kind) {
    case 'webhook':
      return { kind: 'webhook', routeId: route.id };
    case 'forward':
      return { kind: 'forward', routeId: route.id, address: route.action.address };
    case 'lmtp':
      return { kind: 'lmtp', name: route.action.name };
    default:
      return null;
  }
}
