// Kata-kata log audit.
import type { audit as en } from '../en/audit.ts';
import type { Shape } from '../shape.ts';

export const audit: Shape<typeof en> = {
  title: 'Log audit',
  note: 'Yang dilakukan operator, terbaru lebih dulu. Tidak dapat diubah di sini.',
  empty: 'Setiap perubahan oleh operator akan tampil di sini, beserta kunci yang melakukannya.',
  nothing: 'Tidak ada yang cocok.',
  actor: 'Siapa',
  actorHint: 'operator: lalu nama kuncinya',
  action: 'Tindakan',
  actionHint: 'key.create, atau key untuk semua jenisnya',
  account: 'Untuk akun',
  find: 'Cari',
  all: 'Tampilkan semua',
  columns: { time: 'Waktu', actor: 'Siapa', action: 'Tindakan', object: 'Pada', detail: 'Rincian', request: 'Permintaan' },
};
