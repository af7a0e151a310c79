// What a refusal and a newer scan count for the standing of the account that sent the mail (standing/events.ts). Files and recipients are
// keyed hashes; mail to the simulator alone counts for nothing.
import type { Told } from '../engines/store/types.ts';
import type { Secrets } from '../engines/types.ts';
import type { Inspected, Refusal, VirusFinding } from '../mail.ts';
import { comparable, splitAddress } from '../message/addresses.ts';

const SIMULATOR = 'simulator.sesame.test';
const PATTERN = 'gtube';
/** What the rule asks for, and no more. */
const RECIPIENTS = 100;
const FINDINGS = 8;

type Mac = Pick<Secrets, 'mac'>;

/** Of a mail that an account handed in; empty when the refusal says nothing about it. */
export function toldOfRefusal(secrets: Mac, mail: Inspected, { reason }: Refusal): readonly Told[] {
  if (mail.party.kind !== 'account') return [];
  const others = mail.envelope.recipients.map(one => one.address).filter(one => splitAddress(one)?.domain !== SIMULATOR);
  if (others.length === 0) return [];
  if (reason === 'virus_found') return toldOfMalware(secrets, mail.virus, null);
  if (reason !== 'spam_content') return [];
  const recipients = others.slice(0, RECIPIENTS).map(one => hashed(secrets, 'recipient', comparable(one)));
  const findings = mail.spam.reasons.slice(0, FINDINGS).map(one => one.id);
  return [{ kind: 'spam', pattern: findings.includes(PATTERN), sketch: mail.sketch, recipients, findings }];
}

/**
 * Each file that is certain to be malware, once: not the archives around it, which signatures find too. `emailId`: of a mail that was taken
 * before its signature came.
 */
export function toldOfMalware(secrets: Mac, virus: VirusFinding, emailId: string | null): readonly Told[] {
  const certain = virus.found.filter(one => one.class === 'infected');
  return certain
    .filter(({ path }) => !certain.some(other => other.path.startsWith(`${path}/`) || other.path.startsWith(`${path}.`)))
    .map(({ class: meant, name, path }) => {
      const part = virus.parts.find(one => one.path === path);
      return { kind: 'malware', class: meant, name, file: hashed(secrets, 'file', part?.sha256 ?? `${name} ${path}`), emailId };
    });
}

const hashed = ({ mac }: Mac, use: string, text: string): string => mac(`standing-${use}`, text).toString('base64url').slice(0, 16);
