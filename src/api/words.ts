// What recipients read on the pages of their links, in the languages of the filter's sentences. Values are HTML of ours; what comes from
// outside is escaped by `placeOf`.
import type { Language } from '../filter/rules/rule.ts';
import { splitAddress } from '../message/addresses.ts';
import { escaped } from './html.ts';

export type Place = { readonly who: string; readonly from: string; readonly group: string | null };
type Words = { readonly title: string; readonly text: (place: Place) => string };
type LinkWords = { readonly button: string } & Readonly<Record<'ask' | 'done' | 'gone' | 'off' | 'later', Words>>;

/** `a…@b.test`: enough for its owner to know it by. */
export function placeOf(address: string, fromDomain: string, group: string | null): Place {
  const { local = '', domain = '' } = splitAddress(address) ?? {};
  return {
    who: escaped(`${String.fromCodePoint(local.codePointAt(0) ?? 46)}…@${domain}`),
    from: escaped(fromDomain),
    group: group === null ? null : escaped(group),
  };
}

export const LINK_WORDS: Readonly<Record<Language, LinkWords>> = {
  en: {
    button: 'Unsubscribe',
    ask: {
      title: 'Unsubscribe?',
      text: ({ who, from, group }) =>
        `<b>${who}</b> would get no more ${group ? `mail of the kind <b>${group}</b>` : 'mail'} from <b>${from}</b>.`,
    },
    done: {
      title: 'Unsubscribed',
      text: ({ who, from, group }) =>
        `<b>${who}</b> gets no more ${group ? `mail of the kind <b>${group}</b>` : 'mail'} from <b>${from}</b>.`,
    },
    gone: { title: 'This link does not work', text: () => 'It is too old or not complete. Open it once more from the mail.' },
    off: { title: 'This link was switched off', text: () => 'Who sent it may not send mail at the moment.' },
    later: { title: 'Not now', text: () => 'Nothing was changed. Please try again in a moment.' },
  },
  id: {
    button: 'Berhenti berlangganan',
    ask: {
      title: 'Berhenti berlangganan?',
      text: ({ who, from, group }) =>
        `<b>${who}</b> tidak akan menerima email${group ? ` jenis <b>${group}</b>` : ''} lagi dari <b>${from}</b>.`,
    },
    done: {
      title: 'Langganan dihentikan',
      text: ({ who, from, group }) =>
        `<b>${who}</b> tidak lagi menerima email${group ? ` jenis <b>${group}</b>` : ''} dari <b>${from}</b>.`,
    },
    gone: { title: 'Tautan ini tidak berlaku', text: () => 'Tautan sudah terlalu lama atau tidak lengkap. Buka sekali lagi dari email.' },
    off: { title: 'Tautan ini dinonaktifkan', text: () => 'Pengirimnya saat ini tidak boleh mengirim email.' },
    later: { title: 'Belum bisa', text: () => 'Tidak ada yang berubah. Silakan coba lagi sebentar lagi.' },
  },
  zh: {
    button: '退订',
    ask: {
      title: '确认退订？',
      text: ({ who, from, group }) => `<b>${who}</b> 将不再收到 <b>${from}</b> 发送的${group ? `“<b>${group}</b>”类` : ''}邮件。`,
    },
    done: {
      title: '已退订',
      text: ({ who, from, group }) => `<b>${who}</b> 不再收到 <b>${from}</b> 发送的${group ? `“<b>${group}</b>”类` : ''}邮件。`,
    },
    gone: { title: '链接无效', text: () => '链接已过期或不完整，请从邮件中重新打开。' },
    off: { title: '链接已停用', text: () => '该发件人目前不能发送邮件。' },
    later: { title: '请稍后再试', text: () => '没有做任何更改，请稍后重试。' },
  },
};
