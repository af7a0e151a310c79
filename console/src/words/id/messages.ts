// Kata-kata daftar pesan.
import type { messages as en } from '../en/messages.ts';
import type { Shape } from '../shape.ts';

export const messages: Shape<typeof en> = {
  title: 'Pesan',
  send: 'Kirim pesan',
  search: 'Cari pesan',
  searchHint: 'Alamat, id pesan, state:deferred tag:x since:2h',
  submit: 'Cari',
  quick: {
    'state:deferred': 'Ditunda',
    'state:bounced': 'Terpental',
    'state:held': 'Ditahan',
    'direction:in': 'Masuk',
    'since:24h': '24 jam terakhir',
  },
  unknown: ({ words }) => `Tidak dipahami: ${words}. Cari alamat atau id, atau gunakan state: tag: to: direction: since: until:.`,
  newer: ({ shown }) => `Lebih baru (${shown})`,
  shown: ({ shown, more }) => (more ? `${shown} ditampilkan, masih ada lagi` : `${shown} ditampilkan, itu semuanya`),
  releaseAll: ({ shown }) => `Lepaskan semua ${shown}`,
  releasing: ({ shown }) => `${shown} pesan yang ditahan akan dilanjutkan sebentar lagi.`,
  released: ({ done, all }) => `${done} dari ${all} dilepaskan.`,
  others: ({ shown }) => `dan ${shown} lainnya`,
  nullSender: 'pengirim kosong',
  nothing: 'Tidak ada pesan yang cocok. Catatan tentang email hanya disimpan selama waktu terbatas.',
  empty: 'Di sini tampil setiap pesan beserta statusnya. Kirim yang pertama ke simulator: tidak memerlukan jaringan.',
  columns: {
    recipient: 'Penerima',
    state: 'Status',
    time: 'Diterima',
    reply: 'Balasan terakhir',
    from: 'Dari',
    next: 'Percobaan berikutnya',
    tags: 'Tag',
    id: 'ID',
  },
  keys: { search: 'Cari', next: 'Pesan berikutnya', before: 'Pesan sebelumnya', open: 'Buka pesan' },
};
