// Kata-kata halaman masuk.
import type { signIn as en } from '../en/sign-in.ts';
import type { Shape } from '../shape.ts';

export const signIn: Shape<typeof en> = {
  title: 'Masuk',
  lead: 'Dengan kunci operator atau kunci akun Anda. Kunci dikirim satu kali dan tidak disimpan di peramban ini.',
  key: 'Kunci',
  hint: 'Diawali sk_sesame_. Kunci operator ada di berkas operator.key pada direktori data.',
  submit: 'Masuk',
  wrong: 'Kunci ini tidak berlaku. Periksa apakah tersalin utuh dan tidak dicabut.',
  tooMany: 'Terlalu banyak kunci salah dari alamat Anda. Coba lagi satu menit lagi.',
  ended: 'Sesi Anda berakhir. Masuk lagi untuk melanjutkan.',
};
