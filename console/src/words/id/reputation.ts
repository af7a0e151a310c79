// Kata-kata reputasi.
import type { reputation as en } from '../en/reputation.ts';
import type { Shape } from '../shape.ts';

export const reputation: Shape<typeof en> = {
  title: 'Reputasi',
  all: 'Reputasi semuanya',
  whole: 'Semua bagian, per penyedia',
  of100: 'dari 100',
  basis: ({ shown }) => `Dari ${shown} penerima yang percobaannya selesai dalam lima minggu.`,
  tooFew: ({ shown, least }) => `Terlalu sedikit untuk dinilai: ${shown} dari ${least} penerima dalam lima minggu.`,
  costs: 'Yang mengurangi nilai',
  nothingCosts: 'Tidak ada yang mengurangi nilai.',
  fine: 'Yang baik',
  unjudged: 'Belum dinilai',
  counted: ({ hits, of }) => `${hits} dari ${of}`,
  times: ({ shown }) => `${shown} kali`,
  between: ({ low, high }) => `antara ${low} dan ${high} dengan keyakinan 95%`,
  week: ({ shown }) => `minggu ini ${shown}`,
  minimum: ({ shown }) => `dinilai mulai ${shown}`,
  takes: ({ cost, weight }) => `−${cost} dari ${weight}`,
  good: ({ shown }) => `baik ${shown}`,
  bad: ({ shown }) => `buruk ${shown}`,
  mend: 'Yang membantu',
  providers: 'Menurut penyedia email',
  noProviders: 'Tidak ada email ke penyedia yang dikenal dalam lima minggu.',
  list: 'Satu per satu',
  kind: 'Daftar',
  kinds: { account: 'Akun', domain: 'Domain pengirim', ip: 'IP pengirim' },
  none: 'Belum ada.',
  columns: { name: 'Nama', provider: 'Penyedia', score: 'Skor', grade: 'Nilai', ended: 'Penerima', worst: 'Yang mengurangi nilai' },
};
