// Bodies wrapped so that a careless reader sees nothing or something else: encodings, charsets, parts, boundaries, subjects.
import iconv from 'iconv-lite';
import { base64, part, quotedPrintable, readable, send, several, type Mail, type Part, type Trick } from './base.ts';
import { salad } from './salad.ts';

const trick = (id: string, disguise: Trick['disguise']): Trick => ({ id, group: 'mime', disguise });
const type = (mail: Mail): string => (mail.hasPage ? 'text/html' : 'text/plain');
const body = (mail: Mail): string => (mail.hasPage ? mail.html : mail.text);
const coded = (mail: Mail, charset: string, bytes: Buffer): Part => ({
  head: [`Content-Type: ${type(mail)}; charset=${charset}`, 'Content-Transfer-Encoding: base64'],
  content: base64(bytes),
});
const decoy = 'Content-Type: text/plain\n\nSee you at the meeting on Monday.';

/** RFC 2152: everything that is no letter of ASCII in base64 of UTF-16. */
const utf7 = (text: string): string =>
  text.replace(/\+/g, '+-').replace(/\P{ASCII}+|[<>=]+/gu, run => {
    const wide = Buffer.from(run, 'utf16le').swap16();
    return `+${wide.toString('base64').replace(/=+$/, '')}-`;
  });
const hz = (text: string): string =>
  text.replace(/\P{ASCII}+/gu, run => `~{${[...iconv.encode(run, 'gb2312')].map(byte => String.fromCharCode(byte & 0x7f)).join('')}~}`);

export const WRAPPED: readonly Trick[] = [
  trick('base64', mail => send(mail, part(type(mail), body(mail), 'base64'))),
  trick('every_byte_quoted', mail => send(mail, { ...part(type(mail), ''), content: quotedPrintable(body(mail), true) })),
  trick('utf_16', mail => send(mail, coded(mail, 'utf-16le', Buffer.from(body(mail), 'utf16le')))),
  trick('utf_16_mark_only', mail =>
    send(mail, coded(mail, 'utf-16', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(body(mail), 'utf16le').swap16()]))),
  ),
  trick('utf_16_undeclared', mail =>
    send(mail, coded(mail, 'utf-8', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(body(mail), 'utf16le')]))),
  ),
  trick('utf_7', mail => send(mail, coded(mail, 'utf-7', Buffer.from(utf7(body(mail)), 'latin1')))),
  trick('hz', mail => (/zh/.test(mail.lang) ? send(mail, coded(mail, 'hz-gb-2312', Buffer.from(hz(body(mail)), 'latin1'))) : null)),
  trick('gbk', mail => (/zh/.test(mail.lang) ? send(mail, coded(mail, 'gbk', iconv.encode(body(mail), 'gbk'))) : null)),
  trick('gbk_undeclared', mail => (/zh/.test(mail.lang) ? send(mail, coded(mail, 'us-ascii', iconv.encode(body(mail), 'gbk'))) : null)),
  trick('windows_1251', mail =>
    send(
      mail,
      coded(
        mail,
        'windows-1251',
        iconv.encode(
          mail.hasPage
            ? readable(mail.html, one => one.replace(/[aeocpx]/g, a => 'аеосрх'['aeocpx'.indexOf(a)] ?? a))
            : mail.text.replace(/[aeocpx]/g, a => 'аеосрх'['aeocpx'.indexOf(a)] ?? a),
          'windows-1251',
        ),
      ),
    ),
  ),
  trick('unknown_charset', mail =>
    send(mail, {
      ...part(type(mail), body(mail)),
      head: [`Content-Type: ${type(mail)}; charset=x-none-1`, 'Content-Transfer-Encoding: quoted-printable'],
    }),
  ),
  trick('salad_in_text_part', (mail, random) =>
    send(mail, several('alternative', [part('text/plain', salad(mail.lang, 15, random)), part('text/html', mail.html)])),
  ),
  trick('text_part_empty', mail => send(mail, several('alternative', [part('text/plain', ' '), part('text/html', mail.html)]))),
  trick('many_text_parts', (mail, random) =>
    send(
      mail,
      several('alternative', [
        ...Array.from({ length: 14 }, () => part('text/plain', salad(mail.lang, 2, random))),
        part('text/html', mail.html),
      ]),
    ),
  ),
  trick('nested', mail => {
    let inner = part(type(mail), body(mail));
    for (let n = 0; n < 8; n++) inner = several(n % 2 === 0 ? 'mixed' : 'related', [inner], `n${n}x`);
    return send(mail, inner);
  }),
  trick('in_message', mail =>
    send(
      mail,
      several('mixed', [
        part('text/plain', 'FYI'),
        { head: ['Content-Type: message/rfc822'], content: send(mail, part(type(mail), body(mail))).toString('latin1') },
      ]),
    ),
  ),
  trick('in_digest', mail =>
    send(mail, several('digest', [{ head: [], content: `Subject: x\nContent-Type: ${type(mail)}; charset=utf-8\n\n${body(mail)}` }])),
  ),
  trick('preamble', (mail, random) =>
    send(mail, several('mixed', [part(type(mail), body(mail))], 'zz9', [salad(mail.lang, 12, random), salad(mail.lang, 12, random)])),
  ),
  trick('two_boundaries', mail => {
    const made = several('mixed', [part(type(mail), body(mail))], 'real');
    return send(mail, {
      head: [`Content-Type: multipart/mixed; boundary="fake"; boundary="real"`],
      content: `--fake\n${decoy}\n--fake--\n${made.content}`,
    });
  }),
  trick('closed_first', mail => {
    const made = several('mixed', [part(type(mail), body(mail))], 'x7');
    return send(mail, { ...made, content: `--x7\n${decoy}\n--x7--\n${made.content}` });
  }),
  trick('no_boundary', mail =>
    send(mail, { ...several('mixed', [part(type(mail), body(mail))], 'x7'), head: ['Content-Type: multipart/mixed'] }),
  ),
  trick('page_called_text', mail =>
    send(mail, {
      ...part('text/plain', mail.html),
      head: ['Content-Type: text/x-html; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'],
    }),
  ),
  trick('no_type', mail => send(mail, { head: ['Content-Type:', 'Content-Transfer-Encoding: 8bit'], content: body(mail) })),
  trick('octet_stream_inline', mail =>
    send(
      mail,
      several('mixed', [
        {
          ...part(type(mail), body(mail), 'base64'),
          head: ['Content-Type: application/xhtml+xml; charset=utf-8', 'Content-Disposition: inline', 'Content-Transfer-Encoding: base64'],
        },
      ]),
    ),
  ),
  trick('attached_text', mail =>
    send(
      mail,
      several('mixed', [
        part('text/plain', ' '),
        { ...part(type(mail), body(mail)), head: [...part(type(mail), '').head, 'Content-Disposition: attachment'] },
      ]),
    ),
  ),
  trick('subject_letter_by_letter', mail =>
    send(
      mail,
      part(type(mail), body(mail)),
      `Subject: ${Array.from(mail.subject)
        .map(one => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`)
        .join('\n ')}`,
    ),
  ),
  trick('subject_quoted', mail =>
    send(
      mail,
      part(type(mail), body(mail)),
      `Subject: =?UTF-8?Q?${[...Buffer.from(mail.subject)].map(byte => `=${byte.toString(16).padStart(2, '0')}`).join('')}?=`,
    ),
  ),
  trick('subject_empty', mail => send({ ...mail, subject: '' }, part(type(mail), body(mail)))),
  trick('text_in_subject', mail => send({ ...mail, subject: mail.text.slice(0, 400).replace(/\s+/g, ' ') }, part('text/plain', ''))),
  trick('line_per_word', mail => send(mail, part('text/plain', mail.text.replace(/ /g, '\n')))),
];
