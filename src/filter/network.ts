// Facts from outside the message as log-odds: SPF, DKIM, DMARC, standing of domain and address, first contact, known campaigns. The corpora
// to learn from have none of them, so these weights are set by hand: small, and nothing at all for a fact that is absent.
import type { Facts } from './features.ts';
import type { Family, Says } from './rules/rule.ts';

export type NetworkFact = { readonly id: string; readonly family: Family; readonly weight: number; readonly says: Says };

const RESULTS: readonly (readonly ['spf' | 'dkim' | 'dmarc', string, number, Says])[] = [
  [
    'dmarc',
    'fail',
    1.6,
    {
      en: 'The sender domain does not stand behind the mail (DMARC)',
      id: 'Domain pengirim tidak mendukung email ini (DMARC)',
      zh: '发件域名不认可此邮件（DMARC）',
    },
  ],
  [
    'dmarc',
    'pass',
    -0.5,
    {
      en: 'The sender domain stands behind the mail (DMARC)',
      id: 'Domain pengirim mendukung email ini (DMARC)',
      zh: '发件域名认可此邮件（DMARC）',
    },
  ],
  [
    'spf',
    'fail',
    1,
    {
      en: 'The sending server is not allowed for its domain (SPF)',
      id: 'Server pengirim tidak diizinkan domainnya (SPF)',
      zh: '发送服务器未获域名授权（SPF）',
    },
  ],
  [
    'spf',
    'softfail',
    0.4,
    {
      en: 'The sending server is hardly allowed for its domain (SPF)',
      id: 'Server pengirim diragukan domainnya (SPF)',
      zh: '发送服务器授权存疑（SPF）',
    },
  ],
  ['spf', 'permerror', 0.3, { en: 'The SPF record of the domain is broken', id: 'Catatan SPF domain rusak', zh: '域名的 SPF 记录有误' }],
  [
    'dkim',
    'fail',
    0.4,
    { en: 'The signature does not fit the mail (DKIM)', id: 'Tanda tangan tidak cocok dengan email (DKIM)', zh: '签名与邮件不符（DKIM）' },
  ],
  ['dkim', 'pass', -0.2, { en: 'The mail is signed (DKIM)', id: 'Email bertanda tangan (DKIM)', zh: '邮件带有效签名（DKIM）' }],
];

const NAMED: Readonly<Record<string, Says>> = {
  domain_standing: { en: 'What the sender domain sent before', id: 'Riwayat kiriman domain pengirim', zh: '发件域名的以往记录' },
  ip_standing: { en: 'What the sending address sent before', id: 'Riwayat kiriman alamat IP pengirim', zh: '发送 IP 的以往记录' },
  first_contact: { en: 'The sender writes for the first time', id: 'Pengirim menulis untuk pertama kali', zh: '发件人首次来信' },
  campaign_own: { en: 'You marked the same mail before', id: 'Anda pernah menandai email yang sama', zh: '您曾标记过相同的邮件' },
  campaign_operator: { en: 'The operator marked the same mail', id: 'Operator menandai email yang sama', zh: '管理员标记过相同的邮件' },
  campaign_others: {
    en: 'Several accounts marked the same mail',
    id: 'Beberapa akun menandai email yang sama',
    zh: '多个账户标记过相同的邮件',
  },
};

/** Accounts that must agree before a mail is doubted, and before it is a known pattern. One account alone changes nothing for others. */
export const DOUBT_FROM = 2;
export const KNOWN_FROM = 3;

export function networkFacts(facts: Facts): readonly NetworkFact[] {
  const found: NetworkFact[] = [];
  const add = (id: string, weight: number, family: Family = 'network'): void => {
    const says = NAMED[id];
    if (says) found.push({ id, family, weight, says });
  };
  for (const [name, result, weight, says] of RESULTS)
    if (facts[name] === result) found.push({ id: `${name}_${result}`, family: 'network', weight, says });
  // -1 (only ever spam) to 1 (only ever wanted).
  if (facts.domainStanding !== undefined) add('domain_standing', -1.5 * facts.domainStanding);
  if (facts.ipStanding !== undefined) add('ip_standing', -1.5 * facts.ipStanding);
  if (facts.firstContact === true) add('first_contact', 0.3);
  const { campaign } = facts;
  if (campaign?.own) add('campaign_own', campaign.own === 'spam' ? 8 : -8, campaign.own === 'spam' ? 'pattern' : 'history');
  if (campaign?.operator)
    add('campaign_operator', campaign.operator === 'spam' ? 8 : -6, campaign.operator === 'spam' ? 'pattern' : 'history');
  else if (campaign && campaign.accounts >= KNOWN_FROM) add('campaign_others', 8, 'pattern');
  else if (campaign && campaign.accounts >= DOUBT_FROM) add('campaign_others', 1, 'history');
  return found;
}

/** Every sentence of this file by the id of its reason. */
export const NETWORK_SAYS: ReadonlyMap<string, Says> = new Map([
  ...RESULTS.map(([name, result, , says]) => [`${name}_${result}`, says] as const),
  ...Object.entries(NAMED),
]);
