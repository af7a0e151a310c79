// 邮件列表的文字。
import type { messages as en } from '../en/messages.ts';
import type { Shape } from '../shape.ts';

export const messages: Shape<typeof en> = {
  title: '邮件',
  send: '发送邮件',
  search: '搜索邮件',
  searchHint: '地址、邮件 ID、state:deferred tag:x since:2h',
  submit: '搜索',
  quick: {
    'state:deferred': '已延迟',
    'state:bounced': '已退信',
    'state:held': '已暂存',
    'direction:in': '已收到',
    'since:24h': '最近 24 小时',
  },
  unknown: ({ words }) => `无法理解：${words}。请搜索地址或 ID，或使用 state: tag: to: direction: since: until:。`,
  newer: ({ shown }) => `新邮件（${shown}）`,
  shown: ({ shown, more }) => (more ? `已显示 ${shown} 封，还有更多` : `已显示全部 ${shown} 封`),
  releaseAll: ({ shown }) => `全部放行（${shown}）`,
  releasing: ({ shown }) => `${shown} 封暂存邮件即将放行。`,
  released: ({ done, all }) => `已放行 ${all} 封中的 ${done} 封。`,
  others: ({ shown }) => `等 ${shown} 人`,
  nullSender: '空发件人',
  nothing: '没有符合搜索条件的邮件。邮件记录只保留有限的时间。',
  empty: '每封邮件及其状态都会显示在这里。先向模拟器发送第一封：不需要网络。',
  columns: {
    recipient: '收件人',
    state: '状态',
    time: '接受时间',
    reply: '最近回复',
    from: '发件人',
    next: '下次尝试',
    tags: '标签',
    id: 'ID',
  },
  keys: { search: '搜索', next: '下一封', before: '上一封', open: '打开邮件' },
};
