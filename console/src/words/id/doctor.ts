// Kata-kata pemeriksaan instalasi.
import type { doctor as en } from '../en/doctor.ts';
import type { Shape } from '../shape.ts';

export const doctor: Shape<typeof en> = {
  title: 'Pemeriksaan',
  run: 'Periksa lagi',
  running: 'Sedang memeriksa. Setiap temuan tampil begitu ada; semuanya dapat memakan waktu satu menit.',
  broken: 'Pemeriksaan berhenti lebih awal. Yang tampil didapat sebelumnya.',
  verdicts: { good: 'Tidak ada yang salah.', warn: 'Berjalan, tetapi ada yang perlu diperhatikan.', bad: 'Ada yang salah.' },
  counts: {
    fail: ({ shown }) => `${shown} kesalahan`,
    warn: ({ shown }) => `${shown} peringatan`,
    unknown: ({ shown }) => `${shown} tidak diperiksa`,
    ok: ({ shown }) => `${shown} beres`,
    aside: ({ shown }) => `${shown} dikesampingkan`,
  },
  states: { ok: 'Beres', warn: 'Peringatan', fail: 'Salah', unknown: 'Tidak dapat ditanya' },
  copy: 'Salin sebagai teks',
  mend: 'Yang harus dilakukan',
  setAside: 'Kesampingkan',
  setAsideOf: ({ name }) => `Kesampingkan: ${name}`,
  setAsideText: 'Tetap diperiksa, tetapi tidak lagi dihitung salah. Alasannya tercatat di log audit.',
  reason: 'Alasan',
  aside: 'Dikesampingkan',
  asideBy: ({ by, time }) => `oleh ${by}, ${time}`,
  asides: 'Yang dikesampingkan',
  noAsides: 'Tidak ada yang dikesampingkan.',
  takeBack: 'Tarik kembali',
  takenBack: 'Dihitung lagi.',
  groups: {
    'Names and DNS': 'Nama dan DNS',
    'Outgoing mail': 'Email keluar',
    'Sending IPs': 'IP pengirim',
    Mailboxes: 'Kotak surat Anda sendiri',
    Ports: 'Port jaringan',
    Certificates: 'Sertifikat',
    'MTA-STS': 'Kebijakan MTA-STS',
    Scanner: 'Pemindai',
    Countries: 'Negara alamat IP',
    Disk: 'Ruang disk',
  },
  keys: { run: 'Periksa lagi' },
};
