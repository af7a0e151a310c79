// ARC sealing (RFC 8617): one more instance on top of the chain that came in, or none when that chain is broken or too long.
import { createHash, sign } from 'node:crypto';
import { readHeaders, valueOf, type HeaderBlock } from '../../message/headers.ts';
import { relaxedBody, relaxedField, relaxedText, type SigningKey } from './sign.ts';

export type SealFacts = {
  readonly authservId: string;
  /** Results as RFC 8601 writes them, without the authserv-id. */ readonly results: string;
  /** none, pass or fail as the chain was found. */ readonly chain: string;
  readonly at: number;
};

const SIGNED = ['from', 'to', 'cc', 'subject', 'date', 'message-id', 'reply-to', 'mime-version', 'content-type', 'dkim-signature'];
const MOST = 50;

/** The three fields to stand in front of `raw`; empty without a key, or when the chain may not go on (RFC 8617 section 5.1.2). */
export function arcSeal(raw: Buffer, key: SigningKey | null, facts: SealFacts): string {
  const block = readHeaders(raw);
  const before = instances(raw, block);
  const i = before.length + 1;
  if (!key || i > MOST || facts.chain === 'fail') return '';
  const tagHead = `i=${i};`;
  const aar = `ARC-Authentication-Results: ${tagHead} ${facts.authservId}; ${facts.results.replace(/[\r\n]+/g, ' ')}\r\n`;
  const time = Math.floor(facts.at / 1000);
  const fields = SIGNED.flatMap(name => block.fields.filter(field => field.name === name).toReversed());
  const bodyHash = createHash('sha256')
    .update(relaxedBody(raw.subarray(block.bodyStart)))
    .digest('base64');
  const amsTags = `ARC-Message-Signature: ${tagHead} a=rsa-sha256; c=relaxed/relaxed; d=${key.domain};\r\n\ts=${key.selector}; t=${time}; bh=${bodyHash};\r\n\th=${fields.map(field => field.name).join(':')};\r\n\tb=`;
  const amsInput = `${fields.map(field => `${relaxedField(raw, field)}\r\n`).join('')}${relaxedText(amsTags)}`;
  const ams = `${amsTags}${signed(amsInput, key)}\r\n`;
  const asTags = `ARC-Seal: ${tagHead} a=rsa-sha256; cv=${i === 1 ? 'none' : 'pass'}; d=${key.domain};\r\n\ts=${key.selector}; t=${time};\r\n\tb=`;
  const chain = before.flat().map(text => `${relaxedText(text)}\r\n`);
  const asInput = [...chain, `${relaxedText(aar.trimEnd())}\r\n`, `${relaxedText(ams.trimEnd())}\r\n`, relaxedText(asTags)].join('');
  return `${asTags}${signed(asInput, key)}\r\n${ams}${aar}`;
}

function signed(input: string, key: SigningKey): string {
  return sign('sha256', Buffer.from(input, 'latin1'), key.key).toString('base64').replace(/.{70}/g, '$&\r\n\t ').trimEnd();
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
