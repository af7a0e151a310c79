// The pages of recipients’ links in Japanese.
import type { LinkWords } from './form.ts';

export const ja: LinkWords = {
  name: '日本語',
  direction: 'ltr',
  languages: '言語',
  button: '配信停止',
  choice: '受け取るメールを選ぶ',
  kinds: 'メールの種類',
  save: '保存',
  all: 'すべてのメールを停止',
  back: 'メールの受信を再開',
  ask: {
    title: '配信を停止しますか？',
    text: ({ who, from, group }) =>
      `<b>${who}</b> には、今後 <b>${from}</b> からの${group ? `「<b>${group}</b>」の` : ''}メールが届かなくなります。`,
  },
  done: {
    title: '配信を停止しました',
    text: ({ who, from, group }) => `<b>${who}</b> には、<b>${from}</b> からの${group ? `「<b>${group}</b>」の` : ''}メールは届きません。`,
  },
  choose: {
    title: 'どのメールを受け取りますか？',
    text: ({ who, from }) => `<b>${who}</b> には、<b>${from}</b> からチェックを付けた種類のメールが届きます。`,
  },
  saved: {
    title: '保存しました',
    text: ({ who, from }) => `今後 <b>${who}</b> には、<b>${from}</b> からチェックを付けた種類のメールが届きます。`,
  },
  none: {
    title: 'すべてのメールを停止しています',
    text: ({ who, from }) => `<b>${who}</b> には、<b>${from}</b> からのメールは届きません。`,
  },
  gone: { title: 'このリンクは使えません', text: () => 'リンクが古いか、不完全です。メールからもう一度開いてください。' },
  off: { title: 'このリンクは無効になっています', text: () => '送信者は現在メールを送信できません。' },
  later: { title: '今は処理できません', text: () => '何も変更されていません。しばらくしてからもう一度お試しください。' },
};
