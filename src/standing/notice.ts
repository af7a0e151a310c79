// The mail about a change of standing, to the account and the operator, in three languages one below the other: who reads it is not known.
// It says what is, why, with which figures, what comes next and what can be done; nothing of any mail is in it.
import type { Change } from './account.ts';
import { LIMITED_PER_SECOND } from './bounds.ts';
import { RULES, type StandingState } from './rules.ts';

type Language = 'en' | 'id' | 'zh';

/** What happened, as the event of the change has it. */
export type Told = Pick<Change, 'from' | 'to' | 'by' | 'reason' | 'rules' | 'next'>;
type Who = { readonly id: string; readonly name: string };

type Words = {
  readonly states: Readonly<Record<StandingState, string>>;
  readonly subject: (state: string, name: string) => string;
  readonly effect: Readonly<Record<StandingState, string>>;
  readonly why: string;
  readonly operator: string;
  readonly figures: string;
  readonly of: (hits: number, among: number) => string;
  readonly next: (state: string, at: string) => string;
  readonly see: (id: string) => string;
  readonly appeal: (id: string) => string;
  readonly appealed: (state: string, name: string) => string;
  readonly answer: (id: string) => string;
};

const A_MINUTE = LIMITED_PER_SECOND * 60;

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    states: { active: 'active', warned: 'warned', limited: 'limited', suspended: 'suspended' },
    subject: (state, name) => `Account ${name} is ${state}`,
    effect: {
      active: 'Mail is sent as before.',
      warned: 'Nothing is kept back yet.',
      limited: `At most ${A_MINUTE} recipients a minute are taken.`,
      suspended: 'Sending is suspended. Waiting mail stays sealed.',
    },
    why: 'Reason',
    operator: 'the operator',
    figures: 'Figures',
    of: (hits, among) => `${hits} of ${among}`,
    next: (state, at) => `If nothing changes, the account will be ${state} at ${at}.`,
    see: id => `All figures and the evidence: GET /v1/accounts/${id}/standing`,
    appeal: id => `If this is wrong, appeal in your own words: POST /v1/accounts/${id}/appeal. It is open while the account is suspended.`,
    appealed: (state, name) => `Account ${name}, which is ${state}, appeals. In its own words:`,
    answer: id => `To let it send again: POST /v1/accounts/${id}/reinstate`,
  },
  id: {
    states: { active: 'aktif', warned: 'diperingatkan', limited: 'dibatasi', suspended: 'ditangguhkan' },
    subject: (state, name) => `Akun ${name} ${state}`,
    effect: {
      active: 'Email dikirim seperti biasa.',
      warned: 'Belum ada yang ditahan.',
      limited: `Paling banyak ${A_MINUTE} penerima per menit diterima.`,
      suspended: 'Pengiriman ditangguhkan. Email yang menunggu tetap tersegel.',
    },
    why: 'Alasan',
    operator: 'operator',
    figures: 'Angka',
    of: (hits, among) => `${hits} dari ${among}`,
    next: (state, at) => `Jika tidak ada perubahan, akun akan ${state} pada ${at}.`,
    see: id => `Semua angka dan bukti: GET /v1/accounts/${id}/standing`,
    appeal: id =>
      `Jika ini keliru, ajukan banding dengan kata-kata sendiri: POST /v1/accounts/${id}/appeal. Tetap terbuka selama akun ditangguhkan.`,
    appealed: (state, name) => `Akun ${name} (${state}) mengajukan banding. Dengan kata-katanya sendiri:`,
    answer: id => `Untuk memulihkannya: POST /v1/accounts/${id}/reinstate`,
  },
  zh: {
    states: { active: '正常', warned: '已警告', limited: '已限制', suspended: '已暂停发送' },
    subject: (state, name) => `账号 ${name} 的信誉状态：${state}`,
    effect: {
      active: '邮件照常发送。',
      warned: '目前没有邮件被暂存。',
      limited: `每分钟最多接受 ${A_MINUTE} 位收件人。`,
      suspended: '已暂停发送。等待中的邮件保持加密封存。',
    },
    why: '原因',
    operator: '运营者',
    figures: '数值',
    of: (hits, among) => `${among} 中的 ${hits}`,
    next: (state, at) => `如无变化，账号将于 ${at} 变为：${state}。`,
    see: id => `全部数值与依据：GET /v1/accounts/${id}/standing`,
    appeal: id => `如有误判，请用您自己的话申诉：POST /v1/accounts/${id}/appeal。暂停期间仍可申诉。`,
    appealed: (state, name) => `账号 ${name}（${state}）提出申诉，原文如下：`,
    answer: id => `恢复其发送：POST /v1/accounts/${id}/reinstate`,
  },
};

export function standingNotice(who: Who, told: Told): { readonly subject: string; readonly text: string } {
  const subject = WORDS.en.subject(WORDS.en.states[told.to], who.name);
  const text = (['en', 'id', 'zh'] as const).map(language => section(who, told, language)).join('\n\n---\n\n');
  return { subject, text: `${text}\n` };
}

/** To the operator: an account appeals. */
export function appealNotice(
  who: Who & { readonly state: StandingState },
  words: string,
): { readonly subject: string; readonly text: string } {
  const all = Object.values(WORDS);
  const said = all.map(one => one.appealed(one.states[who.state], `${who.name} (${who.id})`)).join('\n');
  const answers = all.map(one => one.answer(who.id)).join('\n');
  return { subject: `Appeal of account ${who.name}`, text: `${said}\n\n${words}\n\n${answers}\n` };
}

function section({ id, name }: Who, told: Told, language: Language): string {
  const words = WORDS[language];
  const { to, next } = told;
  return [
    `${words.subject(words.states[to], name)} (${id}).`,
    words.effect[to],
    ...(to === 'active' && told.reason === null ? [] : [`${words.why}: ${reasonOf(told, language)}`]),
    ...told.rules.map(one => `${words.figures}: ${one.id} ${figureOf(one, words)}`),
    ...(next ? [words.next(words.states[next.state], new Date(next.at).toISOString())] : []),
    words.see(id),
    ...(to === 'active' ? [] : [words.appeal(id)]),
  ].join('\n');
}

/** The rule's sentence, or the operator's words. */
function reasonOf({ by, reason }: Told, language: Language): string {
  const rule = RULES.find(one => one.id === reason);
  if (by === 'rules' && rule) return `${rule.id}. ${rule.sentence[language]}`;
  return `${reason ?? ''} (${WORDS[language].operator})`;
}

function figureOf({ value, hits, among }: Told['rules'][number], words: Words): string {
  return among === null ? String(Math.round(value * 10) / 10) : `${Math.round(value * 10_000) / 100} % (${words.of(hits, among)})`;
}
