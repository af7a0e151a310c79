// 订阅源和 DNS 黑名单的文字。
import type { feeds as en } from '../en/feeds.ts';
import type { Shape } from '../shape.ts';

export const feeds: Shape<typeof en> = {
  title: '订阅源',
  note: '订阅源按计划拉取到同名列表，列表整体替换。无论出现什么问题，上次拉取的内容继续有效。',
  none: '由他人维护的不良发件人列表在此按计划拉取。请先阅读其条款。',
  add: '添加订阅源',
  change: '修改',
  name: '名称',
  nameHint: '字母、数字、点、连字符。列表使用同一名称。',
  url: '网址',
  urlHint: 'HTTPS。不跟随重定向；60 秒内最多 64 MiB。',
  every: '拉取间隔',
  enabled: '按计划拉取',
  saved: ({ name }) => `已保存 ${name}，正在拉取。`,
  pull: '立即拉取',
  pulled: ({ name }) => `正在拉取 ${name}。`,
  force: '照原样采用',
  pulledAt: '上次拉取',
  nextAt: '下次拉取',
  states: { off: '已停用', due: '正在拉取', failed: '未采用', taken: '有效' },
  kept: ({ shown }) => `已失败 ${shown} 次；之前的内容继续有效。`,
  remove: '移除订阅源',
  removeText: '其列表一并移除，所有条目立即失效。',
  removed: ({ name }) => `已移除订阅源 ${name}。`,
  zones: {
    title: 'DNS 黑名单',
    note: '在 MX 处按对方服务器或发件域名查询。名单由 SESAME_MX_DNSBLS 和 SESAME_MX_DOMAIN_DNSBLS 设定。不应答的名单不会拒绝任何人。',
    none: '未查询任何名单。',
    again: '再试一次',
    zone: '名单',
    asks: '查询对象',
    asked: { peer: '对方服务器', domain: '发件域名' },
    states: { works: '正常', none: '无 IPv6 数据', no_answer: '无应答', refused: '拒绝此解析器', broken: '异常' },
  },
};
