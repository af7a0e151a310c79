// Passwords in mails' own words: the right one among the first, in each language, and few others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../test/processor.ts';
import { passwordsIn } from './passwords.ts';

for (const [text, password] of [
  ['The password is: Inv0ice!', 'Inv0ice'],
  ['Password: 1234.', '1234'],
  ['Password:1234', '1234'],
  ['PASSWORD = "a b c"', 'a b c'],
  ['Archive password - 778899', '778899'],
  ['Password for the attached file (case sensitive): Xy_9', 'Xy_9'],
  ['Please use the password to open the archive is 5521', '5521'],
  ['the pass is infected', 'infected'],
  ['Password:\r\n\r\nhunter2\r\n', 'hunter2'],
  ['Password\nhunter2', 'hunter2'],
  ['pw: x9', 'x9'],
  ['PIN 1234', '1234'],
  ['Please use 9981 as the password.', '9981'],
  ['"s3cret" is the password', 's3cret'],
  ['Kata sandi: rahasia123', 'rahasia123'],
  ['Kata sandinya adalah rahasia', 'rahasia'],
  ['gunakan sandi 4455 untuk membuka', '4455'],
  ['sandi: “abc def”', 'abc def'],
  ['密码：abc123', 'abc123'],
  ['解压密码 2026xyz', '2026xyz'],
  ['附件密码为：8866，请查收。', '8866'],
  ['密码是1234。', '1234'],
  ['解壓密碼：「abc」', 'abc'],
  ['Das Passwort lautet: Geheim7', 'Geheim7'],
  ['Le mot de passe est : Soleil9', 'Soleil9'],
  ['La contraseña es sol123', 'sol123'],
  ['A senha é praia2026', 'praia2026'],
  ['Пароль: тест123', 'тест123'],
  ['Hasło to: jest1', 'jest1'],
  ['パスワードは abc99 です', 'abc99'],
  ['비밀번호: 7788', '7788'],
  ['Mật khẩu là xyz1', 'xyz1'],
  ['Şifre: 55aa', '55aa'],
] as const)
  test(`in ${JSON.stringify(text)}`, () => {
    const found = passwordsIn(text);
    assert.ok(found.slice(0, 2).includes(password), JSON.stringify(found));
  });

test('both with and without what ends a sentence', () => {
  const found = passwordsIn('Password: abc!');
  assert.deepEqual(found.slice(0, 2), ['abc', 'abc!']);
});

test('likeliest first, ten at most, and none where none is given', () => {
  assert.equal(passwordsIn('Reset your password now.\nPassword: right1')[0], 'right1');
  const many = Array.from({ length: 50 }, (_, n) => `password: p${n}`).join('\n');
  assert.equal(passwordsIn(many).length, 10);
  assert.deepEqual(passwordsIn('We met at the passage, and he spoke of a compass.'), []);
  assert.deepEqual(passwordsIn(''), []);
  assert.ok(!passwordsIn('Password: https://example.org/reset').some(one => one.startsWith('http')));
});

test('hostile texts end soon', () => {
  for (const piece of ['password ', 'password: ', 'password\n', 'pass', ' ', '密码', '"', 'is ', 'a b ', 'kata ', 'password:"']) {
    const started = spentMs();
    assert.ok(passwordsIn(piece.repeat(1_000_000 / piece.length)).length <= 10);
    assert.ok(spentMs() - started < SOON_MS, `${piece} ${spentMs() - started}`);
  }
});
