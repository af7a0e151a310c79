// Elements and pictures that widely used mail clients do not show.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { ELEMENTS, toldFeature } from '../clients.ts';

export const elementNotShown: Check = {
  id: 'element-not-shown',
  part: 'compatibility',
  severity: 'low',
  points: 0.3,
  title: says(
    'Elements that some mail clients do not show',
    'Elemen yang tidak ditampilkan sebagian klien email',
    '部分邮件客户端不显示的元素',
  ),
  detail: says('{}.', '{}.', '{}。'),
  fix: says(
    'Use a JPEG, PNG or GIF picture with a link in its place.',
    'Pakai gambar JPEG, PNG, atau GIF dengan tautan.',
    '改用带链接的 JPEG、PNG 或 GIF 图片。',
  ),
  find: mail => {
    for (const element of mail.markup.elements) {
      const told = (name: string | undefined): string => element.attributes.get(name ?? '') ?? '';
      const feature = ELEMENTS.find(
        ({ names, attribute, value, except }) =>
          names.includes(element.name) && (value?.test(told(attribute)) ?? true) && except?.value.test(told(except.attribute)) !== true,
      );
      if (feature) return mail.elementHit(element, toldFeature(feature));
    }
    return null;
  },
  examples: {
    yes: [
      page('<video src="https://a.example/v.mp4"></video>'),
      page('<img src="https://a.example/x.svg" alt="x">'),
      page('<img src="data:image/png;base64,AA==" alt="x">'),
    ],
    no: [
      page('<img src="https://a.example/x.png" alt="x">'),
      page('<link href="https://fonts.example.com/css?family=Ubuntu:300,400" rel="stylesheet" type="text/css"><p>x</p>'),
    ],
  },
};
