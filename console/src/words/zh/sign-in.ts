// 登录页的文字。
import type { signIn as en } from '../en/sign-in.ts';
import type { Shape } from '../shape.ts';

export const signIn: Shape<typeof en> = {
  title: '登录',
  lead: '使用运营者密钥或您账号的密钥。密钥只发送一次，不会保存在此浏览器中。',
  key: '密钥',
  hint: '以 sk_sesame_ 开头。运营者密钥位于数据目录的 operator.key 文件中。',
  submit: '登录',
  wrong: '此密钥无效。请检查是否完整复制，以及是否已被吊销。',
  tooMany: '来自您地址的错误密钥过多，请一分钟后再试。',
  ended: '您的会话已结束。重新登录后可继续之前的操作。',
};
