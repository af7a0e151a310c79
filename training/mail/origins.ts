// Header fields as mail programs and mailing services write them: what the sender's side adds, never what receivers add. Unwanted mail
// comes out of the same programs as wanted mail, in other shares.
import type { Random } from './random.ts';

export type Origin =
  | 'gmail'
  | 'outlook'
  | 'exchange'
  | 'apple'
  | 'phone'
  | 'thunderbird'
  | 'webmail'
  | 'chinese'
  | 'service'
  | 'provider'
  | 'phpmailer'
  | 'php'
  | 'script'
  | 'blaster'
  | 'express'
  | 'eudora'
  | 'pine'
  | 'mutt'
  | 'mozilla';

/** Programs of 2003 to 2008: of people, of lists and services, of unwanted mail. */
export const OLD_PEOPLE: readonly Origin[] = ['express', 'express', 'outlook', 'eudora', 'pine', 'mutt', 'mozilla', 'mozilla'];
export const OLD_SERVICES: readonly Origin[] = ['script', 'script', 'service', 'express', 'outlook'];
export const OLD_SHADY: readonly Origin[] = [
  'express',
  'express',
  'express',
  'blaster',
  'blaster',
  'script',
  'eudora',
  'mozilla',
  'outlook',
  'php',
];

/** Programs of people, of services that send notices, and of bulk; then the mixes of unwanted mail. */
export const PEOPLE: readonly Origin[] = [
  'gmail',
  'gmail',
  'gmail',
  'outlook',
  'outlook',
  'exchange',
  'exchange',
  'apple',
  'phone',
  'thunderbird',
  'webmail',
];
export const SERVICES: readonly Origin[] = ['provider', 'provider', 'provider', 'service', 'service', 'script', 'phpmailer'];
export const BULK: readonly Origin[] = ['provider', 'provider', 'provider', 'provider', 'service', 'phpmailer'];
export const SHADY: readonly Origin[] = [
  'phpmailer',
  'phpmailer',
  'php',
  'php',
  'script',
  'script',
  'blaster',
  'blaster',
  'provider',
  'provider',
  'outlook',
  'gmail',
  'webmail',
  'exchange',
  'service',
];

const zone = (random: Random): string =>
  random.pick(['+0000', '+0000', '-0500', '-0700', '+0100', '+0200', '+0700', '+0800', '+0530', '-0300', '+0300']);

export function rfcDate(at: Date, random: Random): string {
  const shift = zone(random);
  const minutes = (Number(shift.slice(1, 3)) * 60 + Number(shift.slice(3))) * (shift.startsWith('-') ? -1 : 1);
  const local = new Date(at.getTime() + minutes * 60_000);
  const text = local.toUTCString();
  return `${text.slice(0, 3)}, ${local.getUTCDate()} ${text.slice(8, 11)} ${local.getUTCFullYear()} ${text.slice(17, 25)} ${shift}`;
}

/** Message-ID and the fields that tell the program; `host` is the sending domain. */
export function originFields(
  origin: Origin,
  host: string,
  bulk: boolean,
  random: Random,
): { readonly id: string; readonly fields: readonly string[] } {
  const hex = (n: number): string => random.letters(n, '0123456789abcdef');
  const upper = (n: number): string => random.letters(n, '0123456789ABCDEF');
  switch (origin) {
    case 'gmail':
      return {
        id: `<CA${random.letters(2, '+-_abcdefABCDEF')}${random.letters(50, 'abcdefghijkABCDEFGHIJK0123456789_=+-')}@mail.gmail.com>`,
        fields: [],
      };
    case 'outlook':
      return {
        id: `<${hex(12)}$${hex(8)}$${hex(8)}$@${host}>`,
        fields: [
          `X-Mailer: Microsoft Outlook ${random.pick(['14.0', '15.0', '16.0', '16.0'])}`,
          `Thread-Index: A${random.letters(30)}==`,
          'Content-Language: en-us',
        ],
      };
    case 'exchange':
      return {
        id: `<${upper(2)}${random.letters(12, 'ABCDEFGHIJKLMNOP0123456789')}${upper(12)}@${random.letters(12, 'ABCDEFGHIJKLMNOP0123456789')}.${random.pick(['eurprd0', 'namprd1', 'apcprd0'])}${random.digits(1)}.prod.outlook.com>`,
        fields: [
          'Accept-Language: en-US',
          'Content-Language: en-US',
          `Thread-Topic: ${random.letters(8)}`,
          `Thread-Index: A${random.letters(22)}==`,
          'MIME-Version: 1.0',
        ],
      };
    case 'apple':
      return {
        id: `<${upper(8)}-${upper(4)}-${upper(4)}-${upper(4)}-${upper(12)}@${host}>`,
        fields: [
          `Mime-Version: 1.0 (Mac OS X Mail 1${random.below(7)}.${random.below(7)} \\(3${random.digits(3)}.${random.digits(2)}\\))`,
          `X-Mailer: Apple Mail (2.3${random.digits(3)})`,
        ],
      };
    case 'phone':
      return {
        id: `<${upper(8)}-${upper(4)}-${upper(4)}-${upper(4)}-${upper(12)}@${host}>`,
        fields: [
          'Mime-Version: 1.0 (1.0)',
          `X-Mailer: iPhone Mail (${random.digits(2)}${random.letters(1, 'ABCDEFGH')}${random.digits(3)})`,
        ],
      };
    case 'thunderbird':
      return {
        id: `<${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}@${host}>`,
        fields: ['User-Agent: Mozilla Thunderbird', 'Content-Language: en-US'],
      };
    case 'webmail':
      return { id: `<${hex(32)}@${host}>`, fields: [`User-Agent: Roundcube Webmail/1.${random.below(7)}.${random.below(9)}`] };
    case 'chinese':
      return random.chance(0.5)
        ? {
            id: `<${random.digits(10)}@${host}>`,
            fields: [`X-Mailer: Foxmail ${random.pick(['5.0 [cn]', '6.5', '7.2.25.2'])}[cn]`.replace('[cn][cn]', '[cn]')],
          }
        : { id: `<tencent_${upper(36)}@qq.com>`, fields: ['X-Mailer: QQMail 2.x'] };
    case 'provider':
      return random.pick([
        () => ({
          id: `<0${random.digits(15)}-${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}-000000@email.amazonses.com>`,
          fields: [`Feedback-ID: ::1.us-east-1.${random.letters(30)}=:AmazonSES`],
        }),
        () => ({ id: `<${random.letters(22)}@geopod-ismtpd-${random.digits(2)}>`, fields: [] }),
        () => ({
          id: `<${hex(40)}.${random.digits(14)}.${hex(10)}.${hex(8)}@mail${random.digits(3)}.${random.pick(['atl61', 'suw13', 'sea22'])}.mcsv.net>`,
          fields: ['X-Mailer: Mailchimp Mailer - **CID' + hex(10) + '**', 'X-Report-Abuse: Please report abuse for this campaign here'],
        }),
        () => ({ id: `<${random.digits(14)}.${hex(16)}@${host}>`, fields: bulk ? ['Feedback-ID: ' + hex(8)] : [] }),
      ])();
    case 'service':
      return {
        id: `<${hex(8)}.${hex(6)}.${random.digits(13)}.JavaMail.${random.pick(['app', 'root', 'svc', 'mailer'])}@${random.letters(5)}-${random.digits(2)}>`,
        fields: ['MIME-Version: 1.0'],
      };
    case 'phpmailer':
      return {
        id: `<${random.letters(40)}@${host}>`,
        fields: [`X-Mailer: PHPMailer ${random.pick(['5.2.22', '6.1.6', '6.6.0', '6.8.0'])} (https://github.com/PHPMailer/PHPMailer)`],
      };
    case 'php':
      return {
        id: `<E1${random.letters(5)}-${random.letters(6)}-${random.letters(2)}@server${random.digits(2)}.${host}>`,
        fields: [
          `X-PHP-Originating-Script: ${random.digits(4)}:${random.pick(['class-phpmailer.php', 'mailer.php', 'send.php', 'wp-mail.php', 'index.php'])}`,
        ],
      };
    case 'script':
      return { id: `<${random.digits(14)}.${random.letters(12, 'ABCDEF0123456789')}@${host}>`, fields: ['MIME-Version: 1.0'] };
    case 'express':
      return {
        id: `<${hex(12)}$${hex(8)}$${hex(8)}@${random.letters(8)}>`,
        fields: [
          'X-Priority: 3',
          'X-MSMail-Priority: Normal',
          `X-Mailer: Microsoft Outlook Express ${random.pick(['5.50.4522.1200', '6.00.2600.0000', '6.00.2800.1106', '6.00.2900.2180'])}`,
          'X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2800.1106',
        ],
      };
    case 'eudora':
      return {
        id: `<${random.digits(1)}.${random.digits(1)}.0.${random.digits(2)}.2.200${random.digits(11)}@${host}>`,
        fields: [`X-Mailer: QUALCOMM Windows Eudora Version ${random.pick(['5.1', '6.2.0.14', '4.3.2'])}`],
      };
    case 'pine':
      return { id: `<Pine.LNX.4.${random.digits(2)}.0${random.digits(11)}.${random.digits(5)}-100000@${host}>`, fields: [] };
    case 'mutt':
      return {
        id: `<200${random.digits(11)}.${upper(2)}${random.digits(4)}@${host}>`,
        fields: [`User-Agent: Mutt/1.${random.pick(['4.1i', '5.9i', '5.13'])}`],
      };
    case 'mozilla':
      return {
        id: `<${upper(8)}.${random.digits(7)}@${host}>`,
        fields: [
          `User-Agent: ${random.pick(['Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.4) Gecko/20030624', 'Mozilla Thunderbird 1.0 (Windows/20041206)', 'Thunderbird 1.5.0.10 (Windows/20070221)'])}`,
          'X-Accept-Language: en-us, en',
        ],
      };
    case 'blaster':
      return {
        id: `<${random.pick([upper(32), random.letters(20), `${random.digits(12)}.${random.letters(6)}`])}@${random.chance(0.5) ? host : random.letters(9)}>`,
        fields: random.pick([
          ['X-Priority: 3'],
          ['X-Mailer: Microsoft Outlook Express 6.00.2900.2869', 'X-Priority: 3'],
          [],
          ['X-Priority: 1 (Highest)', 'Importance: High'],
          [`X-Mailer: ${random.letters(8)}`],
        ]),
      };
  }
}
