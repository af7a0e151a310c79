// 审计日志页面的文字。
import type { audit as en } from '../en/audit.ts';
import type { Shape } from '../shape.ts';

export const audit: Shape<typeof en> = {
  title: '审计日志',
  note: '运营者的操作，最新的在前。此处无法修改。',
  empty: '运营者的每次更改都会显示在此，并注明所用的密钥。',
  nothing: '没有符合条件的记录。',
  actor: '操作者',
  actorHint: 'operator: 加密钥名称',
  action: '操作',
  actionHint: 'key.create，或用 key 表示该类全部操作',
  account: '所属账号',
  find: '查找',
  all: '显示全部',
  columns: { time: '时间', actor: '操作者', action: '操作', object: '对象', detail: '详情', request: '请求' },
};
