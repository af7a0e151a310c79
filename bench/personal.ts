// What copies of their own cost in processor time: one mail with tracking on, 50 recipients over 10 sites, so read ten times and copied fifty times; with and
// without the two DKIM signatures that each copy needs:
//   node bench/personal.ts [-n 40]
import { generateKeyPairSync } from 'node:crypto';
import { parseArgs } from 'node:util';
import { dkimSign, type SigningKey } from '../src/deliver/dkim/sign.ts';
import { newSecrets } from '../src/engines/keys/secrets.ts';
import { compose } from '../src/message/build.ts';
import { prepare } from '../src/personal/personalise.ts';
import { newMint } from '../src/personal/tokens.ts';

const SITES = 10;
const RECIPIENTS = 50;
const { values } = parseArgs({ options: { n: { type: 'string', short: 'n', default: '40' } } });
const rounds = Number(values.n);

const { mac } = newSecrets({ seal: Buffer.alloc(32, 1), mac: Buffer.alloc(32, 2) });
const wish = { opens: true, clicks: true, unsubscribe: { oneClick: true, group: 'news' } };
const item = (word: string, n: number): string =>
  `<tr><td><p>${`${word} `.repeat(60)}</p><a class="button" href="https://shop.test/item/${n}?ref=mail&amp;n=${n}#top">${word}</a></td></tr>\n`;
const page = (word: string, count: number): string =>
  `<html><head><style>p{margin:0}</style></head><body><table>${Array.from({ length: count }, (_, n) => item(word, n)).join('')}</table><a href="{{unsubscribe}}">x</a></body></html>`;

const shapes: readonly (readonly [string, string, number])[] = [
  ['receipt, 3 links, 7bit or quoted-printable', page('Thanks', 3), 0],
  ['newsletter, 30 links, quoted-printable', page('Größe', 30), 0],
  ['newsletter, 30 links, base64', page('夏季新品', 30), 0],
  ['newsletter, 200 links, quoted-printable', page('Größe', 200), 0],
  ['newsletter, 30 links, attachment of 5 MB', page('Größe', 30), 5_000_000],
];
const keys: readonly SigningKey[] = [
  { domain: 'a.test', selector: 'r', algorithm: 'rsa', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
  { domain: 'a.test', selector: 'e', algorithm: 'ed25519', key: generateKeyPairSync('ed25519').privateKey },
];

/** Milliseconds of the processor for one mail to all its recipients; what else the machine does counts not. */
function cost(raw: Buffer, sign: boolean): number {
  const mint = newMint(mac, { url: 'https://links.test', tenant: '' }, 'msg_01kb6q9w2habcdefghjkmnpqrs');
  const mail = (): void => {
    for (let site = 0; site < SITES; site++) {
      const prepared = prepare(raw, wish);
      for (let n = site; n < RECIPIENTS; n += SITES) {
        const copy = prepared.copy(n, mint);
        if (sign) dkimSign(copy, keys, 0);
        copy.fill(0);
      }
      prepared.wipe();
    }
  };
  // The first rounds are the compiler's.
  for (let round = 0; round < 5; round++) mail();
  const from = process.cpuUsage();
  for (let round = 0; round < rounds; round++) mail();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000 / rounds;
}

console.log('| mail | bytes | of a recipient | with DKIM (RSA and Ed25519) |\n|---|---|---|---|');
for (const [name, html, attached] of shapes) {
  const attachments = attached === 0 ? [] : [{ filename: 'x.bin', content: Buffer.alloc(attached, 'x') }];
  const built = compose({
    from: 'Shop <news@a.test>',
    to: ['b@b.test'],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'News',
    text: undefined,
    html,
    attachments,
    headers: [],
    at: 0,
    messageId: '<1@a.test>',
  });
  if (!built.ok) throw new Error(built.why);
  const [plain, signed] = [cost(built.raw, false), cost(built.raw, true)];
  console.log(`| ${name} | ${built.raw.length} | ${(plain / RECIPIENTS).toFixed(3)} ms | ${(signed / RECIPIENTS).toFixed(3)} ms |`);
}
