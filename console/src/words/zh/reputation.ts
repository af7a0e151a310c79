// 信誉页面的文字。
import type { reputation as en } from '../en/reputation.ts';
import type { Shape } from '../shape.ts';

export const reputation: Shape<typeof en> = {
  title: '信誉',
  all: '整体信誉',
  whole: '全部组成及各服务商',
  of100: '满分 100',
  basis: ({ shown }) => `依据五周内投递结束的 ${shown} 位收件人。`,
  tooFew: ({ shown, least }) => `数量太少，无法判断：五周内 ${shown} 位收件人，至少需要 ${least} 位。`,
  costs: '扣分项',
  nothingCosts: '没有扣分项。',
  fine: '良好的方面',
  unjudged: '尚未评判',
  counted: ({ hits, of }) => `${of} 中有 ${hits}`,
  times: ({ shown }) => `${shown} 倍`,
  between: ({ low, high }) => `95% 置信区间 ${low} 至 ${high}`,
  week: ({ shown }) => `本周 ${shown}`,
  minimum: ({ shown }) => `满 ${shown} 才评判`,
  takes: ({ cost, weight }) => `−${cost}（最多 ${weight}）`,
  good: ({ shown }) => `良好 ${shown}`,
  bad: ({ shown }) => `差 ${shown}`,
  mend: '改进方法',
  providers: '按邮箱服务商',
  noProviders: '五周内没有发往已知服务商的邮件。',
  list: '逐项',
  kind: '列表',
  kinds: { account: '账号', domain: '发信域名', ip: '发信 IP' },
  none: '暂时没有。',
  columns: { name: '名称', provider: '服务商', score: '评分', grade: '等级', ended: '收件人', worst: '扣分项' },
};
