// What who signs up reads: the mail with the link and the pages behind it, in three languages. The mail holds no word of who asked for it: it
// may go to somebody who did not. Values of pages are HTML of ours; what comes from outside is escaped by the caller.
import type { Language } from '../filter/rules/rule.ts';

type Mail = {
  readonly subject: string;
  readonly text: (place: { readonly host: string; readonly link: string }) => string;
};
type Page = {
  readonly title: string;
  readonly text: (place: { readonly name: string; readonly contact: string; readonly key: string }) => string;
};
type SignUpWords = {
  readonly button: string;
  readonly link: Mail;
  readonly known: Mail;
} & Readonly<Record<'ask' | 'made' | 'before' | 'gone' | 'off' | 'insecure' | 'later', Page>>;

export const SIGN_UP_WORDS: Readonly<Record<Language, SignUpWords>> = {
  en: {
    button: 'Make the account',
    link: {
      subject: 'Confirm your new account',
      text: ({ host, link }) =>
        `Somebody, probably you, asked for an account at ${host} with this address.\n\nTo make it and see its key, open within a day:\n${link}\n\nIf it was not you, do nothing: no account is made.\n`,
    },
    known: {
      subject: 'You have an account already',
      text: ({ host }) =>
        `Somebody, probably you, asked for another account at ${host} with this address. There is one already, and it stays as it is.\n\nIf its key is lost, ask the operator for a new one.\n`,
    },
    ask: {
      title: 'Make this account?',
      text: ({ name, contact }) => `The account <b>${name}</b> with the contact <b>${contact}</b> would be made, and its key shown once.`,
    },
    made: {
      title: 'Your account is ready',
      text: ({ name, key }) =>
        `The key of <b>${name}</b> is<p><code>${key}</code><p>It is shown this once: copy it now. The account is in the sandbox: 200 recipients a day, to your own address and your verified domains, until the operator lifts it.`,
    },
    before: {
      title: 'This account was made already',
      text: () => 'Its key was shown once. If it is lost, ask the operator for a new one.',
    },
    gone: { title: 'This link does not work', text: () => 'It is too old or not complete. Ask for a new one.' },
    off: { title: 'No new accounts', text: () => 'Accounts are made by the operator here.' },
    insecure: { title: 'Not over this connection', text: () => 'A key is shown over HTTPS only. Open the link with https:// in front.' },
    later: { title: 'Not now', text: () => 'Nothing was changed. Please try again in a moment.' },
  },
  id: {
    button: 'Buat akun',
    link: {
      subject: 'Konfirmasi akun baru Anda',
      text: ({ host, link }) =>
        `Seseorang, mungkin Anda, meminta akun di ${host} dengan alamat ini.\n\nUntuk membuatnya dan melihat kuncinya, buka dalam satu hari:\n${link}\n\nJika bukan Anda, abaikan saja: tidak ada akun yang dibuat.\n`,
    },
    known: {
      subject: 'Anda sudah memiliki akun',
      text: ({ host }) =>
        `Seseorang, mungkin Anda, meminta akun lain di ${host} dengan alamat ini. Akun sudah ada dan tidak berubah.\n\nJika kuncinya hilang, mintalah yang baru kepada operator.\n`,
    },
    ask: {
      title: 'Buat akun ini?',
      text: ({ name, contact }) => `Akun <b>${name}</b> dengan kontak <b>${contact}</b> akan dibuat, dan kuncinya ditampilkan satu kali.`,
    },
    made: {
      title: 'Akun Anda siap',
      text: ({ name, key }) =>
        `Kunci <b>${name}</b> adalah<p><code>${key}</code><p>Kunci hanya ditampilkan kali ini: salin sekarang. Akun berada di sandbox: 200 penerima sehari, ke alamat Anda sendiri dan domain Anda yang terverifikasi, sampai operator membukanya.`,
    },
    before: {
      title: 'Akun ini sudah dibuat',
      text: () => 'Kuncinya sudah ditampilkan satu kali. Jika hilang, mintalah yang baru kepada operator.',
    },
    gone: { title: 'Tautan ini tidak berlaku', text: () => 'Tautan sudah terlalu lama atau tidak lengkap. Mintalah yang baru.' },
    off: { title: 'Tidak ada akun baru', text: () => 'Di sini akun dibuat oleh operator.' },
    insecure: {
      title: 'Tidak melalui koneksi ini',
      text: () => 'Kunci hanya ditampilkan melalui HTTPS. Buka tautan dengan https:// di depannya.',
    },
    later: { title: 'Belum bisa', text: () => 'Tidak ada yang berubah. Silakan coba lagi sebentar lagi.' },
  },
  zh: {
    button: '创建账号',
    link: {
      subject: '请确认您的新账号',
      text: ({ host, link }) =>
        `有人（可能是您本人）用此地址在 ${host} 申请了账号。\n\n如需创建账号并查看密钥，请在一天内打开：\n${link}\n\n如果不是您本人操作，请忽略：不会创建任何账号。\n`,
    },
    known: {
      subject: '您已有账号',
      text: ({ host }) =>
        `有人（可能是您本人）用此地址在 ${host} 再次申请账号。该地址已有账号，账号保持不变。\n\n如果密钥丢失，请向管理员申请新密钥。\n`,
    },
    ask: {
      title: '创建此账号？',
      text: ({ name, contact }) => `将创建账号 <b>${name}</b>，联系地址为 <b>${contact}</b>，密钥只显示一次。`,
    },
    made: {
      title: '账号已创建',
      text: ({ name, key }) =>
        `<b>${name}</b> 的密钥为<p><code>${key}</code><p>密钥只显示这一次，请立即复制。账号处于沙箱中：每天 200 个收件人，只能发往您自己的地址和已验证的域名，直到管理员解除限制。`,
    },
    before: { title: '此账号已创建', text: () => '密钥已显示过一次。如果丢失，请向管理员申请新密钥。' },
    gone: { title: '链接无效', text: () => '链接已过期或不完整，请重新申请。' },
    off: { title: '不接受新账号', text: () => '此处的账号由管理员创建。' },
    insecure: { title: '此连接不安全', text: () => '密钥只通过 HTTPS 显示，请用 https:// 打开链接。' },
    later: { title: '请稍后再试', text: () => '没有做任何更改，请稍后重试。' },
  },
};
