// Kata-kata umpan dan daftar blokir DNS.
import type { feeds as en } from '../en/feeds.ts';
import type { Shape } from '../shape.ts';

export const feeds: Shape<typeof en> = {
  title: 'Umpan',
  note: 'Umpan diambil ke dalam daftar dengan nama yang sama, yang diganti seluruhnya. Yang terakhir diambil tetap berlaku, apa pun yang gagal.',
  none: 'Daftar pengirim buruk yang dikelola pihak lain diambil di sini secara terjadwal. Baca ketentuannya dahulu.',
  add: 'Tambah umpan',
  change: 'Ubah',
  name: 'Nama',
  nameHint: 'Huruf, angka, titik, tanda hubung. Daftarnya bernama sama.',
  url: 'Alamat URL',
  urlHint: 'HTTPS. Pengalihan tidak diikuti; paling banyak 64 MiB dalam 60 detik.',
  every: 'Diambil setiap',
  enabled: 'Ambil sesuai jadwal',
  saved: ({ name }) => `${name} disimpan dan diambil sekarang.`,
  pull: 'Ambil sekarang',
  pulled: ({ name }) => `${name} diambil sekarang.`,
  force: 'Ambil apa adanya',
  pulledAt: 'Pengambilan terakhir',
  nextAt: 'Pengambilan berikutnya',
  states: { off: 'nonaktif', due: 'sedang diambil', failed: 'tidak diambil', taken: 'berlaku' },
  kept: ({ failures, shown }) => `Gagal ${failures === 1 ? 'sekali' : `${shown} kali`}; isi sebelumnya tetap berlaku.`,
  remove: 'Hapus umpan',
  removeText: 'Daftarnya ikut terhapus, dan semua entrinya langsung hilang.',
  removed: ({ name }) => `Umpan ${name} dihapus.`,
  zones: {
    title: 'Daftar blokir DNS',
    note: 'Ditanya di MX tentang setiap server pengirim atau domain pengirim. Namanya diatur dengan SESAME_MX_DNSBLS dan SESAME_MX_DOMAIN_DNSBLS. Daftar yang tidak menjawab tidak menolak siapa pun.',
    none: 'Tidak ada yang ditanya.',
    again: 'Coba lagi',
    zone: 'Daftar',
    asks: 'Ditanya tentang',
    asked: { peer: 'server pengirim', domain: 'domain pengirim' },
    states: {
      works: 'berfungsi',
      none: 'tanpa IPv6',
      no_answer: 'tidak menjawab',
      refused: 'menolak resolver ini',
      broken: 'rusak',
    },
  },
};
