// Our signatures against the verifier of mailauth, over odd foldings and bodies.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { dkimSign, relaxedBody, type SigningKey } from './sign.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const keys: readonly SigningKey[] = [
  { domain: 'sender.test', selector: 'r1', algorithm: 'rsa', key: rsa.privateKey },
  { domain: 'sender.test', selector: 'e1', algorithm: 'ed25519', key: ed.privateKey },
];
const records: Readonly<Record<string, string>> = {
  'r1._domainkey.sender.test': `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  'e1._domainkey.sender.test': `v=DKIM1; k=ed25519; p=${ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64')}`,
};
const resolver = async (name: string, type: string): Promise<string[][]> => {
  const found = type === 'TXT' ? records[name] : undefined;
  if (!found) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
  return [[found]];
};

async function verified(raw: Buffer): Promise<readonly string[]> {
  const signed = Buffer.concat([Buffer.from(dkimSign(raw, keys, 1_790_000_000_000), 'latin1'), raw]);
  const { results } = await dkimVerify(signed, { resolver: resolver as never });
  return results.map(one => one.status.result);
}

test('both signatures verify', async () => {
  const raw = Buffer.from(
    'From: a@sender.test\r\nTo: b@x.test\r\nSubject: hello\r\n\tworld  again \r\nX-Sesame-Id: msg_1\r\n\r\nHello  there \t.\r\n\r\nMore\r\n\r\n\r\n',
  );
  assert.deepEqual(await verified(raw), ['pass', 'pass']);
});

test('an added From breaks both: it is oversigned', async () => {
  const raw = Buffer.from('From: a@sender.test\r\nSubject: x\r\n\r\nbody\r\n');
  const signed = Buffer.concat([Buffer.from('From: evil@x.test\r\n'), Buffer.from(dkimSign(raw, keys, 0), 'latin1'), raw]);
  const { results } = await dkimVerify(signed, { resolver: resolver as never });
  assert.ok(results.every(one => one.status.result !== 'pass'));
});

test('relaxed body', () => {
  const relaxed = (text: string): string => relaxedBody(Buffer.from(text)).toString();
  assert.equal(relaxed(''), '');
  assert.equal(relaxed('\r\n\r\n'), '');
  assert.equal(relaxed(' C \r\nD \t E\r\n\r\n\r\n'), ' C\r\nD E\r\n');
  assert.equal(relaxed('no end'), 'no end\r\n');
  assert.equal(relaxed('\r\n \r\nx\r\n'), '\r\n\r\nx\r\n');
});

test('a relaxed body is what its lines say, whichever way it is made', () => {
  const byLines = (text: string): string => {
    const lines = text.split(/\r?\n/).map(line => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
    const last = lines.findLastIndex(line => line !== '');
    return lines
      .slice(0, last + 1)
      .map(line => `${line}\r\n`)
      .join('');
  };
  const piece = fc.constantFrom('a', 'word', ' ', '\t', '\r\n', '\r\n', '\r', '\n', 'é');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const text = pieces.join('');
      assert.equal(relaxedBody(Buffer.from(text)).toString(), byLines(text));
    }),
    { numRuns: 2_000 },
  );
});

test('any headers and bodies of blanks, tabs and empty lines verify', async () => {
  const piece = fc.constantFrom('a', 'b', ' ', '\t', '\r\n', '  ', 'é', '.', '=');
  const value = fc
    .array(fc.constantFrom('x', ' ', '\t', 'word', '\r\n\t', ' \r\n '), { maxLength: 12 })
    .map(list => list.join('').replace(/\r\n[ \t]+(?=\r\n|$)/g, ''));
  await fc.assert(
    fc.asyncProperty(value, fc.array(piece, { maxLength: 60 }), async (subject, body) => {
      const raw = Buffer.from(`From: a@sender.test\r\nSubject: s${subject}e\r\n\r\n${body.join('')}`);
      assert.deepEqual(await verified(raw), ['pass', 'pass']);
    }),
    { numRuns: 150 },
  );
});
