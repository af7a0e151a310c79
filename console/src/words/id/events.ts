// Kata-kata halaman peristiwa.
import type { events as en } from '../en/events.ts';
import type { Shape } from '../shape.ts';

export const events: Shape<typeof en> = {
  title: 'Peristiwa',
  note: 'Setiap perubahan pada setiap pesan adalah satu peristiwa. Yang sudah dibaca lewat kursor tidak pernah ditambahi, jadi program yang melanjutkan dari kursornya tidak melewatkan apa pun.',
  live: 'Langsung',
  past: 'Sebelumnya',
  allTypes: 'Semua jenis',
  of: 'Penerima atau ID pesan',
  ofExample: 'misalnya ana@example.com',
  filter: 'Saring',
  columns: { type: 'Kejadian', recipient: 'Penerima', message: 'Pesan', facts: 'Rincian', whole: 'Peristiwa', id: 'ID' },
  toMessage: 'Ke pesan',
  pause: 'Jeda',
  goOn: 'Lanjutkan',
  clear: 'Bersihkan',
  running: 'Peristiwa baru muncul di atas.',
  paused: ({ shown }) => `Dijeda. ${shown} peristiwa menunggu.`,
  gap: 'Yang terjadi lebih banyak daripada yang dapat diikuti browser, dan beberapa peristiwa terlewat di sini. “Sebelumnya” memuat semuanya.',
  nothingYet: 'Belum ada yang terjadi sejak Anda membuka halaman ini. Kirim pesan, dan peristiwanya muncul di sini saat terjadi.',
  sendOne: 'Tulis pesan',
  from: 'Sejak',
  spans: { hour: 'Satu jam terakhir', day: '24 jam terakhir', week: '7 hari terakhir', all: 'Yang paling lama disimpan' },
  noneInSpan: 'Tidak ada peristiwa yang cocok dalam waktu ini. Pilih waktu yang lebih panjang, atau baca lewat kursor.',
  cursor: 'Kursor setelah baris terakhir:',
};
