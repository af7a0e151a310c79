// Where the mail leads.
import { borrowedBrand, isFreeHost, isShortener, showsOther } from '../links.ts';
import { mail, page, type Rule } from './rule.ts';

export const LINKS: readonly Rule[] = [
  {
    id: 'link_other_host',
    family: 'links',
    says: {
      en: 'A link shows one site and leads to another',
      id: 'Tautan menampilkan satu situs tetapi menuju situs lain',
      zh: '链接显示的网站与实际去向不同',
    },
    holds: read => read.links.some(link => showsOther(link) && link.domain !== read.fromDomain),
    examples: {
      yes: [page('<a href="https://evil.test/x">https://bank.com/login</a>')],
      no: [page('<a href="https://bank.com/x">https://www.bank.com</a>'), page('<a href="https://bank.com">our site</a>')],
    },
  },
  {
    id: 'link_borrows_brand',
    family: 'links',
    says: {
      en: 'A link bears the name of a brand that does not own it',
      id: 'Tautan memakai nama merek yang bukan pemiliknya',
      zh: '链接冒用品牌名称',
    },
    holds: read => read.links.some(link => link.domain !== read.fromDomain && borrowedBrand(link) !== null),
    examples: {
      yes: [mail('https://paypal-secure.example/login'), mail('https://paypa1.com/x')],
      no: [mail('https://www.paypal.com/login'), mail('https://payments.example/login')],
    },
  },
  {
    id: 'link_to_number',
    family: 'links',
    says: { en: 'A link leads to a bare IP address', id: 'Tautan menuju alamat IP tanpa nama', zh: '链接指向裸 IP 地址' },
    holds: read => read.links.some(link => link.isIp),
    examples: { yes: [page('<a href="http://192.0.2.7/pay">pay</a>')], no: [page('<a href="http://pay.test/192.0.2.7">pay</a>')] },
  },
  {
    id: 'link_userinfo',
    family: 'links',
    says: {
      en: 'A link hides its host behind a name and @',
      id: 'Tautan menyembunyikan host di balik nama dan @',
      zh: '链接用 @ 隐藏真实主机',
    },
    holds: read => read.links.some(link => link.userinfo),
    examples: { yes: [mail('http://www.paypal.com@evil.test/x')], no: [mail('http://evil.test/a@b')] },
  },
  {
    id: 'link_punycode',
    family: 'links',
    says: { en: 'A link is written in look-alike letters', id: 'Tautan ditulis dengan huruf yang mirip', zh: '链接使用形近字符' },
    holds: read => read.links.some(link => link.host.includes('xn--')),
    examples: { yes: [mail('http://xn--pypal-4ve.com/')], no: [mail('http://paypal.com/')] },
  },
  {
    id: 'link_shortener',
    family: 'links',
    says: { en: 'A link hides behind a shortener', id: 'Tautan disamarkan oleh penyingkat URL', zh: '链接经短网址隐藏' },
    holds: read => read.links.some(isShortener),
    examples: { yes: [mail('https://bit.ly/abc')], no: [mail('https://example.com/bit.ly')] },
  },
  {
    id: 'link_free_host',
    family: 'links',
    says: {
      en: 'A link leads to a page that anybody can put up',
      id: 'Tautan menuju halaman yang bisa dibuat siapa saja',
      zh: '链接指向任何人都能搭建的免费页面',
    },
    holds: read => read.links.some(link => isFreeHost(link) && link.domain !== read.fromDomain),
    examples: { yes: [mail('https://login-x.weebly.com/')], no: [mail('https://example.com/weebly')] },
  },
  {
    id: 'link_code',
    family: 'links',
    says: {
      en: 'A link is a program or a page inside the mail',
      id: 'Tautan berupa program atau halaman di dalam email',
      zh: '链接本身是脚本或内嵌页面',
    },
    holds: read => read.links.some(link => link.host === ''),
    examples: { yes: [page('<a href="data:text/html,x">x</a>')], no: [page('<a href="mailto:a@b.test">x</a>')] },
  },
  {
    id: 'link_site_inside',
    family: 'links',
    says: {
      en: 'A link leads into the innards of some website',
      id: 'Tautan menuju bagian dalam suatu situs',
      zh: '链接指向某网站的内部目录',
    },
    holds: read =>
      read.links.some(
        link => link.domain !== read.fromDomain && /\/(?:wp-content|wp-includes|wp-admin|\.well-known|cgi-bin)\//i.test(link.path),
      ),
    examples: { yes: [mail('http://bakery.test/wp-content/plugins/x/login.php')], no: [mail('http://bakery.test/bread/')] },
  },
  {
    id: 'link_prefilled',
    family: 'links',
    says: {
      en: 'A link carries the address of the reader to another site',
      id: 'Tautan membawa alamat pembaca ke situs lain',
      zh: '链接把收件人地址带往其他网站',
    },
    holds: read =>
      read.links.some(
        link =>
          link.domain !== read.fromDomain &&
          /[?#&=/][\w.+-]{1,40}(?:@|%40)[\w-]{1,40}\.[a-z]{2,}/i.test(link.path) &&
          !/unsub|opt|remove|preferences/i.test(link.path),
      ),
    examples: { yes: [mail('https://x.test/login#ann@example.com')], no: [mail('https://x.test/unsubscribe?e=ann@example.com')] },
  },
];
