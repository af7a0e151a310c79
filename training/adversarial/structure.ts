// Mail that dresses as another kind of mail (an answer, a list, a forward), and links that hide where they lead.
import { asPage, part, send, several, type Mail, type Trick } from './base.ts';
import { salad } from './salad.ts';

const trick = (id: string, disguise: Trick['disguise']): Trick => ({ id, group: 'structure', disguise });
const both = (mail: Mail, text: string, html: string): Buffer =>
  mail.hasPage
    ? send(mail, several('alternative', [part('text/plain', text), part('text/html', html)]))
    : send(mail, part('text/plain', text));
const behind = (mail: Mail, text: string, html: string): Buffer =>
  both(
    mail,
    mail.text + text,
    mail.html.replace(/<\/body>|$/i, end => html + end),
  );
const dressed = (mail: Mail, fields: readonly string[], subject: string): Buffer => {
  const named = fields.map(field => field.slice(0, field.indexOf(':')).toLowerCase());
  const kept = mail.fields.filter(field => !named.includes(field.slice(0, field.indexOf(':')).toLowerCase()));
  return both({ ...mail, fields: [...kept, ...fields], subject }, mail.text, mail.html);
};

export const DRESSED: readonly Trick[] = [
  trick('quoted', mail => send(mail, part('text/plain', mail.text.replace(/^/gm, '> ')))),
  trick('quoted_under_answer', mail =>
    send(mail, part('text/plain', `Thanks, see below.\n\nOn Monday Tom wrote:\n${mail.text.replace(/^/gm, '> ')}`)),
  ),
  trick('answer', mail =>
    dressed(mail, ['In-Reply-To: <84c1f0ab77@mail.example>', 'References: <84c1f0ab77@mail.example>'], `Re: ${mail.subject}`),
  ),
  trick('list', mail =>
    dressed(
      mail,
      [
        'List-Id: Team talk <team.lists.example>',
        'Precedence: list',
        'List-Unsubscribe: <mailto:team-leave@lists.example>',
        'In-Reply-To: <1f7@lists.example>',
        'References: <1f7@lists.example>',
      ],
      `Re: [team] ${mail.subject}`,
    ),
  ),
  trick('forward', mail =>
    both(
      { ...mail, subject: `Fwd: ${mail.subject}` },
      `---------- Forwarded message ----------\nFrom: Tom Bell <tom@bell.example>\nDate: Mon, 3 Mar 2025\nTo: team\n\n${mail.text}`,
      `<div>---------- Forwarded message ----------<br>From: Tom Bell</div>${mail.html}`,
    ),
  ),
  trick('list_footer', mail =>
    behind(
      mail,
      '\n\n_______________________________________________\nteam mailing list\nteam@lists.example\nhttps://lists.example/mailman/listinfo/team\n',
      '<p>_______________________________________________<br>team mailing list<br>team@lists.example<br><a href="https://lists.example/mailman/listinfo/team">https://lists.example/mailman/listinfo/team</a></p>',
    ),
  ),
  trick('signature', (mail, random) =>
    behind(
      mail,
      `\n\n-- \nTom Bell\nDepartment of Statistics\n${salad(mail.lang, 2, random)}\n`,
      `<p>-- <br>Tom Bell<br>Department of Statistics<br>${salad(mail.lang, 2, random)}</p>`,
    ),
  ),
  trick('confidential_notice', mail =>
    behind(
      mail,
      '\n\nThis message is confidential and intended only for the person named above. If you received it in error please delete it.\n',
      '<p>This message is confidential and intended only for the person named above. If you received it in error please delete it.</p>',
    ),
  ),
  trick('salad_in_front', (mail, random) => {
    const text = salad(mail.lang, 3, random);
    return both(
      mail,
      `${text}\n\n${mail.text}`,
      mail.html.replace(/<body[^>]*>|^/i, start => `${start}<p>${text}</p>`),
    );
  }),
  trick('salad_behind', (mail, random) => {
    const text = salad(mail.lang, 6, random);
    return behind(mail, `\n\n\n${text}\n`, `<p>${text}</p>`);
  }),
  trick('breaks_in_front', mail => send(mail, part('text/plain', `${'\n'.repeat(200)}${mail.text}`))),
  trick('blanks_in_front', mail => send(mail, part('text/plain', `${`${' '.repeat(70)}\n`.repeat(300)}${mail.text}`))),
  trick('polite_program', mail =>
    dressed(
      mail,
      ['User-Agent: Mutt/1.5.21 (2010-09-15)', 'X-Mailer: Apple Mail (2.3774.400.31)', 'Organization: Department of Statistics'],
      mail.subject,
    ),
  ),
  trick('shouted', mail =>
    both(
      { ...mail, subject: mail.subject.toUpperCase() },
      mail.text.toUpperCase(),
      mail.html.replace(/>[^<]+/g, text => text.toUpperCase()),
    ),
  ),
  trick('first_lines_only', mail =>
    send(
      mail,
      part(
        'text/plain',
        mail.text
          .split('\n')
          .filter(line => line.trim() !== '')
          .slice(0, 3)
          .join('\n'),
      ),
    ),
  ),
];

/** Every link of page and text through `change`. */
const relinked = (id: string, change: (host: string, path: string, url: string) => string): Trick => ({
  id,
  group: 'links',
  disguise: mail => {
    const one = (url: string): string => {
      const cut = /^https?:\/\/([^/?#]+)(.*)$/s.exec(url);
      return cut ? change(cut[1] ?? '', cut[2] ?? '', url) : url;
    };
    const html = mail.html.replace(/href="(https?:[^"]+)"/gi, (_, url: string) => `href="${one(url)}"`);
    return html === mail.html ? null : asPage(mail, html);
  },
});

export const RELINKED: readonly Trick[] = [
  relinked('userinfo', (host, path) => `http://www.google.com@${host}${path}`),
  relinked('userinfo_long', (host, path) => `https://accounts.google.com%2Fsignin:x@${host}${path}`),
  relinked('hex_ip', (_, path) => `http://0xC0000207${path}`),
  relinked('decimal_ip', (_, path) => `http://3221225991${path}`),
  relinked('octal_ip', (_, path) => `http://0300.0000.0002.0007${path}`),
  relinked('punycode', (_, path) => `https://xn--pypal-4ve.com${path}`),
  relinked('known_redirect', (_, __, url) => `https://www.google.com/url?q=${encodeURIComponent(url)}`),
  relinked('shortener', () => 'https://bit.ly/3xYz9Q'),
  relinked('mixed_case_scheme', (host, path) => `hTtPs://${host.toUpperCase()}${path}`),
  relinked('backslashes', (host, path) => `https:\\\\${host}\\${path.slice(1)}`),
  relinked('tabs_in_scheme', (host, path) => `ht&#9;tps://${host.slice(0, 3)}&#10;${host.slice(3)}${path}`),
  relinked('entities_in_link', (_, __, url) =>
    Array.from(url)
      .map(one => `&#${one.codePointAt(0) ?? 63};`)
      .join(''),
  ),
  relinked(
    'escaped_host',
    (host, path) =>
      `http://${Array.from(host)
        .map(one => `%${one.charCodeAt(0).toString(16)}`)
        .join('')}${path}`,
  ),
  relinked('no_slashes', (host, path) => `https:${host}${path}`),
  relinked(
    'wide_host',
    (host, path) => `https://${host.replace(/[a-z]/g, one => String.fromCharCode(one.charCodeAt(0) + 0xfee0)).replace(/\./g, '。')}${path}`,
  ),
  relinked('scheme_relative', (host, path) => `//${host}${path}`),
];
