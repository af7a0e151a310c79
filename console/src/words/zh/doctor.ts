// 安装检查页面的文字。
import type { doctor as en } from '../en/doctor.ts';
import type { Shape } from '../shape.ts';

export const doctor: Shape<typeof en> = {
  title: '安装检查',
  run: '重新检查',
  running: '正在检查。每项结果一得出就会显示，全部完成可能需要一分钟。',
  broken: '检查提前结束。所示为此前得到的结果。',
  verdicts: { good: '一切正常。', warn: '可以运行，但有需要留意之处。', bad: '存在问题。' },
  counts: {
    fail: ({ shown }) => `${shown} 项错误`,
    warn: ({ shown }) => `${shown} 项警告`,
    unknown: ({ shown }) => `${shown} 项未检查`,
    ok: ({ shown }) => `${shown} 项正常`,
    aside: ({ shown }) => `${shown} 项已搁置`,
  },
  states: { ok: '正常', warn: '警告', fail: '错误', unknown: '无法查询' },
  copy: '复制为文本',
  mend: '处理方法',
  setAside: '搁置',
  setAsideOf: ({ name }) => `搁置：${name}`,
  setAsideText: '仍会继续检查，但不再计为错误。原因会记入审计日志。',
  reason: '原因',
  aside: '已搁置',
  asideBy: ({ by, time }) => `操作者 ${by}，${time}`,
  asides: '已搁置的项目',
  noAsides: '没有搁置任何项目。',
  takeBack: '收回',
  takenBack: '已重新计入。',
  groups: {
    'Names and DNS': '名称与 DNS',
    'Outgoing mail': '外发邮件',
    'Sending IPs': '发信 IP',
    Mailboxes: '自有邮箱',
    Ports: '端口',
    Certificates: '证书',
    'MTA-STS': 'MTA-STS 策略',
    Scanner: '扫描器',
    Countries: 'IP 地址所属国家或地区',
    Disk: '磁盘',
  },
  keys: { run: '重新检查' },
};
