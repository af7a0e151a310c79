// Named facts of a mail beside its wording: who says to send it, what its header and its parts are made of. Categories only, never values:
// a model that knew domains and mail programs by name would learn whose mailbox the training mail came from.
import { MAX_NAME } from './bounds.ts';
import { putFact, putGrams, putWords } from './evidence.ts';
import { isRandom, linkFacts } from './links.ts';
import type { Features } from './features.ts';

const FREE_MAIL = new Set(
  'gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.co.id yahoo.co.jp yahoo.com.br ymail.com rocketmail.com hotmail.com outlook.com live.com msn.com aol.com icloud.com me.com mail.com gmx.com gmx.de gmx.net web.de t-online.de freenet.de protonmail.com proton.me zoho.com yandex.com yandex.ru mail.ru inbox.ru bk.ru list.ru qq.com 163.com 126.com sina.com sohu.com 21cn.com foxmail.com yeah.net tom.com 139.com uol.com.br bol.com.br terra.com.br hotmail.fr orange.fr wanadoo.fr free.fr laposte.net libero.it virgilio.it tiscali.it netscape.net excite.com lycos.com rediffmail.com naver.com hanmail.net daum.net tutanota.com fastmail.com att.net comcast.net verizon.net'.split(
    ' ',
  ),
);
export const isFreeMail = (domain: string): boolean => FREE_MAIL.has(domain);

const bucket = (n: number, ...steps: readonly number[]): number => steps.filter(step => n >= step).length;

export function putSender(mail: Features): void {
  const { fromName, fromHost, fromLocal, fromDomain } = mail;
  // `ClassicPills Store`: words grown together are read apart.
  const name = fromName.replace(/([a-z])([A-Z])/g, '$1 $2');
  putWords(name, MAX_NAME);
  putGrams(name, MAX_NAME);
  if (fromName === '') putFact('no_name');
  else if (/@/.test(fromName)) putFact('address_in_name');
  if (/[^\x20-\x7e]/.test(fromName)) putFact('foreign_name');
  if (fromName !== '' && fromName === fromName.toUpperCase() && /[A-Z]{4}/.test(fromName)) putFact('name_capitals');
  if (fromHost === '') return putFact('no_from');
  putFact(`tld:${fromHost.split('.').at(-1) ?? ''}`);
  if (isFreeMail(fromDomain)) putFact('free_mail');
  else {
    const label = fromDomain.split('.')[0] ?? '';
    if (/\d/.test(label)) putFact('digit_domain');
    if (label.includes('-')) putFact('hyphen_domain');
    if (isRandom(label)) putFact('random_domain');
    putFact(`label:${bucket(label.length, 4, 7, 12, 18)}`);
    putFact(`depth:${bucket(fromHost.split('.').length - fromDomain.split('.').length, 1, 2, 3)}`);
  }
  if (/^(?:no-?reply|do-?not-?reply|noreply.*|mailer-daemon|postmaster|bounce.*)$/.test(fromLocal)) putFact('local_noreply');
  else if (
    /^(?:info|sales|support|service|admin|contact|news|newsletter|marketing|help|billing|notifications?|alerts?|hello|team|orders?)$/.test(
      fromLocal,
    )
  )
    putFact(`local:${fromLocal}`);
  else if (isRandom(fromLocal)) putFact('local_random');
  else if (/\d{3,}/.test(fromLocal)) putFact('local_digits');
  const reply = mail.replyDomain;
  if (reply !== '' && reply !== fromDomain) putFact(isFreeMail(reply) ? 'reply_free' : 'reply_other');
}

export function putLinks(mail: Features): void {
  const { links, fromDomain } = mail;
  putFact(`count:${bucket(links.length, 1, 2, 3, 6, 12, 30)}`);
  const domains = new Set(links.map(link => link.domain));
  putFact(`domains:${bucket(domains.size, 1, 2, 3, 5, 8)}`);
  for (const link of links) for (const fact of linkFacts(link, fromDomain)) putFact(fact);
  if (links.length > 0 && fromDomain !== '' && !domains.has(fromDomain)) putFact('none_own');
}

export function putHeaders(mail: Features): void {
  const { field, subject, message } = mail;
  const has = (name: string): boolean => field(name) !== undefined;
  for (const name of [
    'in-reply-to',
    'references',
    'list-unsubscribe',
    'list-unsubscribe-post',
    'list-id',
    'precedence',
    'x-priority',
    'importance',
    'x-mailer',
    'user-agent',
    'organization',
    'auto-submitted',
    'feedback-id',
    'x-php-originating-script',
    'sender',
    'cc',
    'errors-to',
    'mime-version',
    'message-id',
    'date',
  ])
    if (has(name)) putFact(`has:${name}`);
  const to = field('to');
  if (to === undefined) putFact('no_to');
  else if (/undisclosed|recipients?:/i.test(to)) putFact('to_undisclosed');
  else putFact(`to:${bucket(to.split('@').length - 1, 1, 2, 4, 10)}`);
  if (to !== undefined && mail.fromHost !== '' && to.toLowerCase().includes(`${mail.fromLocal}@${mail.fromHost}`)) putFact('to_self');
  const id = field('message-id') ?? '';
  if (mail.fromDomain !== '') putFact(id.toLowerCase().includes(mail.fromDomain) ? 'id_own' : 'id_other');
  const isReply = /^(?:re|aw|sv|antw|回复|答复|balas)\s*[:：]/i.test(subject);
  if (isReply) putFact(has('in-reply-to') || has('references') ? 'reply_true' : 'reply_claimed');
  if (/^(?:fwd?|wg|tr|转发)\s*[:：]/i.test(subject)) putFact('forward');
  putFact(`subject:${bucket(subject.length, 1, 10, 25, 50, 90)}`);
  if (subject.length > 8 && subject === subject.toUpperCase() && /[A-Z]{5}/.test(subject)) putFact('subject_capitals');
  if (/[!]{2}|[!?]$/.test(subject)) putFact('subject_marks');
  if (/\p{Extended_Pictographic}/u.test(subject)) putFact('subject_emoji');
  if (/^\[[^\]]{2,30}\]/.test(subject)) putFact('subject_tag');
  const rawSubject = field('subject') ?? '';
  if (/=\?[^?]*\?b\?/i.test(rawSubject) && /^[\x20-\x7e]*$/.test(subject)) putFact('subject_needless_base64');
  if (/ {4,}\S{2,12}$/.test(rawSubject.slice(-60))) putFact('subject_tail');
  if (message.headers.brokenAt !== null) putFact('broken_header');
}

export function putStructure(mail: Features): void {
  const { message, page, attachments, text, besides } = mail;
  const kinds = new Set(
    message.leaves
      .filter(leaf => leaf.reading === 'main')
      .map(leaf => (leaf.type.split('/')[0] === 'text' ? leaf.type : (leaf.type.split('/')[0] ?? ''))),
  );
  for (const kind of kinds) putFact(`part:${kind}`);
  putFact(`parts:${bucket(message.leaves.length, 1, 2, 3, 4, 7)}`);
  for (const leaf of message.leaves.slice(0, 6))
    if (leaf.type.startsWith('text/')) {
      putFact(`charset:${leaf.charset.toLowerCase().slice(0, 20)}`);
      putFact(`encoding:${leaf.encoding}`);
      if (leaf.encoding === 'base64' && /^[\t\r\n\x20-\x7e]*$/.test(leaf.text().slice(0, 2_000))) putFact('needless_base64');
    }
  for (const note of message.notes) putFact(`note:${note}`);
  for (const leaf of attachments.slice(0, 10)) {
    const ending = /\.([a-z0-9]{1,6})$/i.exec(leaf.fileName ?? '')?.[1]?.toLowerCase();
    putFact(`attached:${ending ?? leaf.type}`);
  }
  putFact(`length:${bucket(text.length, 1, 60, 200, 600, 1_500, 4_000, 12_000)}`);
  if (besides !== '') putFact(`besides:${bucket(besides.length / (text.length + 1), 0.1, 0.5, 1.5, 5)}`);
  if (page === null) return putFact('no_page');
  if (besides === '') putFact('page_only');
  putFact(`images:${bucket(page.images, 1, 2, 4, 10, 25)}`);
  putFact(`tags:${bucket(page.tags / (text.length / 100 + 1), 1, 3, 8, 20)}`);
  putFact(`hidden:${bucket(page.hidden, 1, 40, 200, 800)}`);
  if (page.images > 0 && text.trim().length < 120) putFact('image_only');
  for (const name of [
    'pixels',
    'inlineImages',
    'tables',
    'fonts',
    'comments',
    'forms',
    'passwords',
    'scripts',
    'splits',
    'styled',
  ] as const)
    if (page[name] > 0) putFact(`${name}:${bucket(page[name], 1, 3, 10, 40)}`);
  if (page.base) putFact('base');
}

/** Names and places as they are: who sends, where links lead, what program wrote it. Of use only where the same ones come again. */
export function putHome(mail: Features): void {
  const { field, message } = mail;
  if (mail.fromHost !== '') {
    putFact(`from:${mail.fromLocal}@${mail.fromHost}`);
    putFact(`host:${mail.fromHost}`);
    putFact(`domain:${mail.fromDomain}`);
  }
  if (mail.replyDomain !== '') putFact(`reply:${mail.replyDomain}`);
  for (const link of mail.links.slice(0, 30)) {
    putFact(`link:${link.domain}`);
    putFact(`at:${link.host}${/^\/[^/?#]{0,40}/.exec(link.path)?.[0] ?? ''}`);
  }
  const program = field('x-mailer') ?? field('user-agent');
  if (program !== undefined) putFact(`program:${program.slice(0, 60)}`);
  const list = field('list-id');
  if (list !== undefined) putFact(`list:${/<([^<>]{1,200})>/.exec(list)?.[1] ?? list.slice(0, 200)}`);
  putFact(`id:${(field('message-id') ?? '').replace(/^.*@/, '').replace(/>.*$/, '').slice(0, 80)}`);
  // The order of the fields is the handwriting of a program.
  putFact(
    `order:${message.headers.fields
      .map(one => one.name)
      .filter(name => !/^(?:received|delivered-to|return-path|authentication-results|dkim-signature|arc-.*|x-.*)$/.test(name))
      .join()}`.slice(0, 400),
  );
}
