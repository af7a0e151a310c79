// Frames and objects, which are not shown.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const iframeOrObject: Check = {
  id: 'iframe-or-object',
  part: 'compatibility',
  severity: 'high',
  points: 1.5,
  title: says('A frame or object in the mail', 'Ada bingkai atau objek di dalam email', '邮件中含框架或对象'),
  detail: says(
    '<{}> is not shown by mail clients and is refused by some.',
    '<{}> tidak ditampilkan klien email dan ditolak sebagian.',
    '<{}> 不会被邮件客户端显示，部分还会拒收。',
  ),
  fix: says('Show a picture with a link instead.', 'Tampilkan gambar dengan tautan.', '改用带链接的图片。'),
  find: mail => {
    const element = mail.markup.elements.find(one => ['iframe', 'object', 'embed', 'applet', 'frameset'].includes(one.name));
    return mail.elementHit(element, element?.name);
  },
  examples: { yes: [page('<iframe src="https://a.example/v"></iframe>'), page('<object data="x"></object>')], no: [page('<p>object</p>')] },
};
