// What the way of a mail to us shows of its sender: the words of SPF, DKIM and DMARC (RFC 8601) as facts of the score. Pure.
import type { AuthResults } from '../mail.ts';
import type { Facts, RecordState } from './facts.ts';

/** What a result says of the record behind it. */
function stateOf(result: string): RecordState {
  switch (result) {
    case 'none':
      return 'missing';
    case 'permerror':
      return 'broken';
    case 'temperror':
      return 'unknown';
    default:
      return 'ok';
  }
}

export function identityFacts(domain: string, { spf, dkim, dmarc }: AuthResults): NonNullable<Facts['identity']> {
  // A signature that is there and broken is told of by itself, not as a key that is missing.
  const signed = dkim.result === 'none' || dkim.result === 'temperror' ? {} : { signature: dkim.result };
  const dkimState = dkim.result === 'permerror' ? 'ok' : stateOf(dkim.result);
  const path = { spf: spf.result, dmarc: dmarc.result };
  // SPF speaks of the envelope sender, or of the greeting when there is none: of another domain it is no fact of this one's record.
  const by = spf.domain ?? '';
  const isOwn = by === domain || by.endsWith(`.${domain}`) || domain.endsWith(`.${by}`);
  return { domain, spf: isOwn ? stateOf(spf.result) : 'unknown', dkim: dkimState, dmarc: stateOf(dmarc.result), ...signed, path };
}
