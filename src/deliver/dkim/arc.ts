// ARC sealing (RFC 8617): one more instance on top of the chain that came in, or none when that chain is broken or too long.
import { createHash, sign } from 'node:crypto';
import { readHeaders, valueOf, type HeaderBlock } from '../../message/headers.ts';
import { relaxedBody, relaxedField, relaxedText, type SigningKey } from './sign.ts';

export type SealFacts = {
  readonly authservId: string;
  /** Results as RFC 8601 writes them, without the authserv-id. */ readonly results: string;
  /** none, pass or fail as the chain was found. */ readonly chain: string;
  readonly at: number;
  /** Names of the fields that are signed, in this order; ours when absent. */
  readonly fields?: readonly string[];
};

const SIGNED = ['from', 'to', 'cc', 'subject', 'date', 'message-id', 'reply-to', 'mime-version', 'content-type', 'dkim-signature'];
const MOST = 50;

/** The three fields to stand in front of `raw`; empty without a key, or when the chain may not go on (RFC 8617 section 5.1.2). */
export function arcSeal(raw: Buffer, key: SigningKey | null, facts: SealFacts): string {
  const block = readHeaders(raw);
  const before = instances(raw, block);
  const i = before.length + 1;
  if (!key || i > MOST || facts.chain === 'fail') return '';
  const { domain: d, selector } = key;
  const t = Math.floor(facts.at / 1000);
  const names = facts.fields ?? SIGNED;
  const aar = `ARC-Authentication-Results: i=${i}; ${facts.authservId}; ${facts.results.replace(/[\r\n]+/g, ' ')}\r\n`;
  const fields = names.flatMap(name => block.fields.filter(field => field.name === name).toReversed());
  const h = fields.map(field => field.name).join(':');
  const body = relaxedBody(raw.subarray(block.bodyStart));
  const bh = createHash('sha256').update(body).digest('base64');
  // Tags in the order of their names: any order is right, this one is what other sealers write.
  const ams = (b: string): string =>
    `ARC-Message-Signature: a=rsa-sha256;\r\n\tb=${b};\r\n\tbh=${bh}; c=relaxed/relaxed;\r\n\td=${d}; h=${h};\r\n\ti=${i}; s=${selector}; t=${t}`;
  const amsInput = `${fields.map(field => `${relaxedField(raw, field)}\r\n`).join('')}${relaxedText(ams(''))}`;
  const amsField = `${ams(signed(amsInput, key))}\r\n`;
  const seal = (b: string): string =>
    `ARC-Seal: a=rsa-sha256;\r\n\tb=${b};\r\n\tcv=${i === 1 ? 'none' : 'pass'}; d=${d}; i=${i}; s=${selector};\r\n\tt=${t}`;
  const chain = before.flat().map(text => `${relaxedText(text)}\r\n`);
  const sealInput = [...chain, `${relaxedText(aar.trimEnd())}\r\n`, `${relaxedText(amsField.trimEnd())}\r\n`, relaxedText(seal(''))].join(
    '',
  );
  return `${seal(signed(sealInput, key))}\r\n${amsField}${aar}`;
}

/** Unfolded: the seal covers this text with its blanks, which relays like to move; 350 characters stay below the line limit of 998. */
function signed(input: string, key: SigningKey): string {
  return sign('sha256', Buffer.from(input, 'latin1'), key.key).toString('base64');
}

/** Per instance in order: AAR, AMS, AS as they stand (RFC 8617 section 5.1.1). */
function instances(raw: Buffer, block: HeaderBlock): readonly (readonly string[])[] {
  const sets = new Map<number, Map<string, string>>();
  for (const field of block.fields) {
    if (!/^arc-(authentication-results|message-signature|seal)$/.test(field.name)) continue;
    const i = Number(/(?:^|;)\s*i\s*=\s*(\d+)/.exec(valueOf(raw, field))?.[1] ?? 0);
    const set = sets.get(i) ?? new Map<string, string>();
    set.set(field.name, raw.toString('latin1', field.start, field.end).replace(/\r\n$/, ''));
    sets.set(i, set);
  }
  const order = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'];
  return [...sets].toSorted(([a], [b]) => a - b).map(([, set]) => order.map(name => set.get(name) ?? ''));
}
