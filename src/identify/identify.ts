// The identify stage, after DATA: From and Sender must be the account's own; a stranger's recipients get their routes, and From and Sender
// meet the blocked library.
import type { Accepted, AccountParty, Identified, Refusal, Route } from '../mail.ts';
import { comparable, normalAddress, parseMailboxes, splitAddress } from '../message/addresses.ts';
import { allOf, readHeaders, type HeaderBlock } from '../message/headers.ts';
import { outsideSandbox } from './budgets.ts';
import { mayReach, maySendAs, recipientBlocked } from './gates.ts';
import { askAddress, destination, entryDetail, isRole, refusal } from './lookup.ts';
import type { IdentifyDeps } from './types.ts';

const MAX_RECEIVED = 50;

export async function identify(deps: IdentifyDeps, mail: Accepted, party: AccountParty | null): Promise<Identified | Refusal> {
  const block = readHeaders(mail.raw);
  if (block.cut) return refusal('malformed', 554, '5.6.0', 'the header is too long');
  if (block.fields.length === 0 || block.brokenAt !== null)
    return refusal('malformed', 554, '5.6.0', 'a line of the header is no header field');
  if (block.fields.filter(field => field.name === 'received').length > MAX_RECEIVED)
    return refusal('mail_loop', 554, '5.4.6', `more than ${MAX_RECEIVED} Received fields`);
  const froms = allOf(mail.raw, block, 'from');
  if (froms.length > 1) return refusal('header_refused', 554, '5.6.0', 'two From fields', 'from');
  return party ? ofAccount(deps, mail, block, party) : ofStranger(deps, mail, block);
}

async function ofAccount(deps: IdentifyDeps, mail: Accepted, block: HeaderBlock, party: AccountParty): Promise<Identified | Refusal> {
  const from = parseMailboxes(allOf(mail.raw, block, 'from')[0] ?? '');
  const address = from.length === 1 ? normalAddress(from[0]?.address ?? '') : null;
  if (!address) return refusal('header_refused', 554, '5.6.0', 'exactly one From field with one address is needed', 'from');
  if (block.fields.some(field => field.name.startsWith('resent-')))
    return refusal('header_refused', 554, '5.6.0', 'Resent fields are not taken');
  const wrong = await maySendAs(deps, party.accountId, address, 'from');
  if (wrong) return wrong;
  for (const value of allOf(mail.raw, block, 'sender')) {
    const sender = normalAddress(parseMailboxes(value)[0]?.address ?? '');
    if (!sender) return refusal('header_refused', 554, '5.6.0', 'Sender holds one address', 'sender');
    const foreign = await maySendAs(deps, party.accountId, sender, 'sender');
    if (foreign) return foreign;
  }
  for (const { address } of mail.door === 'http' ? mail.envelope.recipients : []) {
    const outside = await outsideSandbox(deps, party.accountId, address);
    if (outside) return outside;
  }
  const suppressed = mail.door === 'http' ? await suppressedOf(deps, mail, party.accountId) : [];
  const last = mail.envelope.recipients.at(-1);
  if (last && suppressed.length === mail.envelope.recipients.length) return recipientBlocked(last.address);
  return { ...mail, party, suppressed };
}

async function suppressedOf(deps: IdentifyDeps, mail: Accepted, accountId: string): Promise<readonly string[]> {
  const suppressed: string[] = [];
  const group = mail.options.personal?.unsubscribe?.group ?? null;
  for (const { address } of mail.envelope.recipients) if (await mayReach(deps, accountId, address, group)) suppressed.push(address);
  return suppressed;
}

async function ofStranger(deps: IdentifyDeps, mail: Accepted, block: HeaderBlock): Promise<Identified | Refusal> {
  const routes: Route[] = [];
  for (const recipient of mail.envelope.recipients) {
    const there = await destination(deps, recipient.address);
    if ('refused' in there) return there;
    routes.push(there.route);
  }
  const accountId = routes[0]?.accountId ?? null;
  const roles = routes.some(route => route.id === 'return-path') || mail.envelope.recipients.every(one => isRole(one.address));
  const named = ['from', 'sender'].flatMap(name => allOf(mail.raw, block, name)).flatMap(parseMailboxes);
  for (const { address } of roles ? [] : named) {
    const { block: blocked, allowed } = await askAddress(deps, accountId, address, 'sender');
    const domain = splitAddress(comparable(address))?.domain ?? '';
    const zone = blocked || allowed || domain === '' ? null : await deps.dnsListed.domain(domain);
    if (zone !== null) return { ...refusal('sender_blocked', 550, '5.7.1', `${domain} is listed by ${zone}`), detail: `dnsbl:${zone}` };
    if (blocked)
      return { ...refusal('sender_blocked', 550, '5.7.1', 'mail from this sender is not taken here'), detail: entryDetail(blocked) };
  }
  const account = accountId ? await deps.account(accountId) : null;
  const policy = account?.policy ?? {
    out: { encrypted: 'refuse', refusedType: 'refuse', heuristic: 'refuse' },
    in: { refusedType: 'refuse', heuristic: 'mark' },
  };
  return { ...mail, party: { kind: 'stranger', routes, policy }, suppressed: [] };
}
