// 事件页面的文字。
import type { events as en } from '../en/events.ts';
import type { Shape } from '../shape.ts';

export const events: Shape<typeof en> = {
  title: '事件',
  note: '每封邮件的每次变化都是一个事件。用游标读过的部分以后不会再增加，因此从游标处继续读取的程序不会遗漏任何事件。',
  live: '实时',
  past: '历史',
  allTypes: '全部类型',
  of: '收件人或邮件 ID',
  ofExample: '例如 ana@example.com',
  filter: '筛选',
  columns: { type: '类型', recipient: '收件人', message: '邮件', facts: '详情', whole: '事件', id: '编号' },
  toMessage: '查看邮件',
  pause: '暂停',
  goOn: '继续',
  clear: '清空',
  running: '新事件显示在最上方。',
  paused: ({ shown }) => `已暂停。有 ${shown} 个事件在等待。`,
  gap: '发生的事件超过浏览器能跟上的数量，此处略过了一部分。“历史”中有全部事件。',
  nothingYet: '打开此页面后还没有发生任何事件。发送一封邮件，它的事件会实时出现在这里。',
  sendOne: '写邮件',
  from: '起始',
  spans: { hour: '最近一小时', day: '最近 24 小时', week: '最近 7 天', all: '保留的最早事件' },
  noneInSpan: '这段时间内没有符合条件的事件。请选择更长的时间，或用游标读取。',
  cursor: '最后一行之后的游标：',
};
