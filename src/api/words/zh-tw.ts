// The pages of recipients’ links in Traditional Chinese.
import type { LinkWords } from './form.ts';

export const zhTw: LinkWords = {
  name: '繁體中文',
  direction: 'ltr',
  languages: '語言',
  button: '取消訂閱',
  choice: '選擇要接收的郵件',
  kinds: '郵件類別',
  save: '儲存',
  all: '取消訂閱所有郵件',
  back: '重新接收郵件',
  ask: {
    title: '確定要取消訂閱嗎？',
    text: ({ who, from, group }) => `<b>${who}</b> 將不再收到 <b>${from}</b> 寄送的${group ? `「<b>${group}</b>」類` : ''}郵件。`,
  },
  done: {
    title: '已取消訂閱',
    text: ({ who, from, group }) => `<b>${who}</b> 不再收到 <b>${from}</b> 寄送的${group ? `「<b>${group}</b>」類` : ''}郵件。`,
  },
  choose: { title: '您想接收哪些郵件？', text: ({ who, from }) => `<b>${who}</b> 會收到 <b>${from}</b> 寄送的已勾選類別的郵件。` },
  saved: { title: '已儲存', text: ({ who, from }) => `從現在起，<b>${who}</b> 會收到 <b>${from}</b> 寄送的已勾選類別的郵件。` },
  none: { title: '您已取消訂閱所有郵件', text: ({ who, from }) => `<b>${who}</b> 不再收到 <b>${from}</b> 寄送的任何郵件。` },
  gone: { title: '連結無效', text: () => '連結已過期或不完整，請從郵件中重新開啟。' },
  off: { title: '連結已停用', text: () => '該寄件者目前不能寄送郵件。' },
  later: { title: '請稍後再試', text: () => '沒有做任何變更，請稍後重試。' },
};
