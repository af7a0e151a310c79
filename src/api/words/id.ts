// The pages of recipients’ links in Indonesian.
import type { LinkWords } from './form.ts';

export const id: LinkWords = {
  name: 'Indonesia',
  direction: 'ltr',
  languages: 'Bahasa',
  button: 'Berhenti berlangganan',
  choice: 'Pilih email yang Anda terima',
  kinds: 'Jenis email',
  save: 'Simpan',
  all: 'Berhenti dari semua email',
  back: 'Terima email lagi',
  ask: {
    title: 'Berhenti berlangganan?',
    text: ({ who, from, group }) =>
      `<b>${who}</b> tidak akan menerima email${group ? ` jenis <b>${group}</b>` : ''} lagi dari <b>${from}</b>.`,
  },
  done: {
    title: 'Langganan dihentikan',
    text: ({ who, from, group }) => `<b>${who}</b> tidak lagi menerima email${group ? ` jenis <b>${group}</b>` : ''} dari <b>${from}</b>.`,
  },
  choose: {
    title: 'Email apa yang Anda inginkan?',
    text: ({ who, from }) => `<b>${who}</b> menerima jenis email yang dicentang dari <b>${from}</b>.`,
  },
  saved: {
    title: 'Tersimpan',
    text: ({ who, from }) => `Mulai sekarang <b>${who}</b> menerima jenis email yang dicentang dari <b>${from}</b>.`,
  },
  none: { title: 'Anda berhenti dari semua email', text: ({ who, from }) => `<b>${who}</b> tidak menerima email dari <b>${from}</b>.` },
  gone: { title: 'Tautan ini tidak berlaku', text: () => 'Tautan sudah terlalu lama atau tidak lengkap. Buka sekali lagi dari email.' },
  off: { title: 'Tautan ini dinonaktifkan', text: () => 'Pengirimnya saat ini tidak boleh mengirim email.' },
  later: { title: 'Belum bisa', text: () => 'Tidak ada yang berubah. Silakan coba lagi sebentar lagi.' },
};
