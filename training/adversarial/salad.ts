// Harmless text that spam wraps itself in, of no meaning: in the language of the mail, from our own ham cores' kind of talk.
import type { Random } from '../mail/random.ts';

const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  en: [
    'The meeting notes from last week are attached and the minutes have been corrected.',
    'We walked along the river and the children fed the ducks until it began to rain.',
    'Please find the agenda for the committee, with the draft of the report by Tom.',
    'Thanks for the patch, I tested it on my machine and the build is green again.',
    'My sister asked whether you could bring the salad on Sunday, she will bake bread.',
    'The library will be closed on Monday because the heating is being repaired.',
  ],
  id: [
    'Terlampir notulen rapat minggu lalu, mohon diperiksa sebelum hari Senin.',
    'Anak-anak bermain di taman sampai sore, lalu kami makan soto bersama.',
    'Terima kasih atas bantuannya kemarin, laporannya sudah saya perbaiki.',
    'Ibu titip salam, katanya kapan-kapan main ke rumah lagi ya.',
    'Jadwal kuliah hari Kamis pindah ke ruang B, dosennya sama.',
    'Perpustakaan tutup hari Senin karena listrik sedang diperbaiki.',
  ],
  zh: [
    '附件是上周会议的纪要，请大家看看有没有遗漏。',
    '昨天我们沿着河边走了很久，孩子们玩得很开心。',
    '谢谢你的帮助，程序已经可以正常编译运行了。',
    '妈妈问你周末回不回家吃饭，她准备包饺子。',
    '下周四的课改到二楼教室，老师不变。',
    '图书馆周一闭馆，因为暖气正在维修。',
  ],
};

export function salad(lang: string, sentences: number, random: Random): string {
  const of = SENTENCES[lang.slice(0, 2)] ?? SENTENCES['en'] ?? [];
  return Array.from({ length: sentences }, () => random.pick(of)).join(' ');
}
