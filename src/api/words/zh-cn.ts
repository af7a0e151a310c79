// The pages of recipients’ links in Simplified Chinese.
import type { LinkWords } from './form.ts';

export const zhCn: LinkWords = {
  name: '简体中文',
  direction: 'ltr',
  languages: '语言',
  button: '退订',
  choice: '选择要接收的邮件',
  kinds: '邮件类别',
  save: '保存',
  all: '退订全部邮件',
  back: '重新接收邮件',
  ask: {
    title: '确认退订？',
    text: ({ who, from, group }) => `<b>${who}</b> 将不再收到 <b>${from}</b> 发送的${group ? `“<b>${group}</b>”类` : ''}邮件。`,
  },
  done: {
    title: '已退订',
    text: ({ who, from, group }) => `<b>${who}</b> 不再收到 <b>${from}</b> 发送的${group ? `“<b>${group}</b>”类` : ''}邮件。`,
  },
  choose: { title: '您想接收哪些邮件？', text: ({ who, from }) => `<b>${who}</b> 会收到 <b>${from}</b> 发送的已勾选类别的邮件。` },
  saved: { title: '已保存', text: ({ who, from }) => `从现在起，<b>${who}</b> 会收到 <b>${from}</b> 发送的已勾选类别的邮件。` },
  none: { title: '您已退订全部邮件', text: ({ who, from }) => `<b>${who}</b> 不再收到 <b>${from}</b> 发送的任何邮件。` },
  gone: { title: '链接无效', text: () => '链接已过期或不完整，请从邮件中重新打开。' },
  off: { title: '链接已停用', text: () => '该发件人目前不能发送邮件。' },
  later: { title: '请稍后再试', text: () => '没有做任何更改，请稍后重试。' },
};
