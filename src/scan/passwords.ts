// Passwords that a mail gives away in its own text, so that an archive which only its reader could open is looked into after all.
// "Password: X" and its like in the languages of the mails that we see, on the same line or the next.
const MOST = 10;
const MOST_TEXT = 200_000;
const MOST_WORDS = 200;
const MOST_LENGTH = 64;

/** Longer words first: `kata sandi` before `sandi`. Words of scripts without blanks stand anywhere; the others are whole words. */
const SPACED = [
  'pass\\s?words?',
  'pass\\s?code',
  'pass\\s?phrase',
  'passwd',
  'pwd',
  'pass',
  'psw',
  'pw',
  'pin',
  'access code',
  'kata\\s?sandi(?:nya)?',
  'sandi(?:nya)?',
  'kata kunci',
  'kata laluan',
  'passwort',
  'kennwort',
  'mot de passe',
  'mdp',
  'contrase(?:ñ|n)a',
  'clave',
  'senha',
  'palavra-passe',
  "parola(?: d'ordine)?",
  'wachtwoord',
  'hasło',
  'haslo',
  'heslo',
  'jelszó',
  'lösenord',
  'adgangskode',
  'passord',
  'salasana',
  'şifre(?:si)?',
  'sifre',
  'lozinka',
  'parolă',
  'пароль',
  'парол',
  'κωδικός',
  'mật khẩu',
  'mat khau',
];
const UNSPACED = [
  '解压缩密码',
  '解壓縮密碼',
  '解压密码',
  '解壓密碼',
  '解压码',
  '压缩包密码',
  '打开密码',
  '密码',
  '密碼',
  '口令',
  '提取码',
  'パスワード',
  '비밀번호',
  '암호',
  '패스워드',
  'รหัสผ่าน',
  'पासवर्ड',
  'كلمة المرور',
  'كلمة السر',
];
const WORD = new RegExp(`(?<![\\p{L}\\d_])(?:${SPACED.join('|')})(?![\\p{L}\\d_])|(?:${UNSPACED.join('|')})`, 'giu');

/** What stands between the word and the password: a colon and its like, or "is". */
const SIGN = /^[^\S\n]{0,20}(?:[:：=＝]|[-–—=]{1,2}>|[-–—→](?=\s))[^\S\n]{0,20}/u;
const IS =
  /^[^\S\n]{0,20}(?:is|are|was|adalah|ialah|yaitu|yakni|ist|lautet|est|es|è|é|jest|är|er|это|là|は|为|是|為)[^\S\n]{0,4}[:：=]?[^\S\n]{0,20}(?=\S)/iu;
/** "Password for the attached file (case sensitive): X" */
const FILLER = /^[^\n:：=?]{0,60}?(?:[:：=＝]|\s(?:is|adalah|ist|est|es|è|é|jest|это|là)\s)[^\S\n]{0,20}/iu;
const QUOTED = /^["'“”„‘’«»「『`<[(【]([^"'“”„‘’«»」』`>\])】\n]{1,64})["'“”‘’«»」』`>\])】]/u;
const TOKEN = /^[^\s，。；、！？「」『』【】（）]{1,80}/u;
const NO_PASSWORD = new Set(
  (
    'is are was the a an to of for and or in on at with your my our this that it its will be has have been can not no please protected ' +
    'required needed reset sent below above following attached file archive zip rar document here as by from if you we when which ' +
    'change changed expired expires manager adalah untuk yang di ke dan atau ini itu akan telah dengan dari pada file anda silakan ' +
    'ist für und der die das zum est pour le la les de du et es para el y o por da do e is het voor en van'
  ).split(' '),
);

/** At most ten, likeliest first. */
export function passwordsIn(text: string): readonly string[] {
  const scores = new Map<string, number>();
  const add = (token: string, score: number): void => {
    if (token.length < 1 || token.length > MOST_LENGTH || /^(?:https?:|mailto:|www\.)/i.test(token)) return;
    scores.set(token, Math.max(scores.get(token) ?? 0, score));
  };
  const read = text
    .slice(0, MOST_TEXT)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00a0\u3000]/g, ' ')
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '');
  let n = 0;
  for (const found of read.matchAll(WORD)) {
    if (++n > MOST_WORDS) break;
    behind(read.slice(found.index + found[0].length, found.index + found[0].length + 300), add);
    inFront(read.slice(Math.max(0, found.index - 100), found.index), add);
  }
  return [...scores]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([token]) => token);
}

type Add = (token: string, score: number) => void;

function behind(rest: string, add: Add): void {
  const direct = SIGN.exec(rest) ?? IS.exec(rest);
  if (direct) {
    const after = rest.slice(direct[0].length);
    if (/^\s{0,20}\n/.test(after) || after === '') return line(after.trimStart(), 7, add);
    if (!/[:：=＝>]/.test(direct[0])) {
      // "Password is in the next line: X"
      further(rest, 5, add);
      return tokens(after, 7, add);
    }
    // "Password: is X" has a second sign.
    const second = IS.exec(after);
    tokens(second && !/^["'“]/.test(after) ? after.slice(second[0].length) : after, 8, add);
    if (second) tokens(after, 4, add);
    return;
  }
  further(rest, 6, add);
  // "PIN 1234", "解压密码 abc", and the word alone on its line.
  const bare = /^[^\S\n]{0,20}/.exec(rest)?.[0].length ?? 0;
  if (rest[bare] === '\n') line(rest.slice(bare).trimStart(), 4, add);
  else {
    const token = TOKEN.exec(rest.slice(bare))?.[0] ?? '';
    if (QUOTED.test(rest.slice(bare)) || /\d/.test(token)) tokens(rest.slice(bare), 5, add);
    else if (!NO_PASSWORD.has(plain(token).toLowerCase())) tokens(rest.slice(bare), 1, add);
  }
}

/** Words stand between. */
function further(rest: string, score: number, add: Add): void {
  const near = FILLER.exec(rest);
  if (!near) return;
  const after = rest.slice(near[0].length);
  if (after.startsWith('\n') || after === '') line(after.trimStart(), score - 1, add);
  else tokens(after, score, add);
}

/** "use 1234 as password", "1234 is the password", `"1234" sebagai sandi` */
function inFront(before: string, add: Add): void {
  const found =
    /(\S{3,64})\s(?:is|as|adalah|sebagai|als|comme|como)\s(?:(?:the|your|its|a|kata|das|mot|la)\s)?(?:(?:zip|archive|file)\s)?$/iu.exec(
      before,
    );
  const token = found?.[1];
  if (token !== undefined && !NO_PASSWORD.has(plain(token).toLowerCase())) tokens(token, 3, add);
}

/** A line of its own: all of it may be the password. */
function line(rest: string, score: number, add: Add): void {
  const whole = /^[^\n]{0,80}/.exec(rest)?.[0].trim() ?? '';
  tokens(rest, /\s/.test(whole) ? score - 2 : score, add);
}

const plain = (token: string): string => token.replace(/^["'“”„‘’«»`*<([]+/u, '').replace(/[.,;:!?"'“”‘’«»`*>)\]]+$/u, '');

/** The token without quotes and what ends a sentence, and as it stands, since a password may end so. */
function tokens(rest: string, score: number, add: Add): void {
  const quoted = QUOTED.exec(rest)?.[1];
  if (quoted !== undefined && quoted.trim() !== '') add(quoted.trim(), score + 1.5);
  const token = TOKEN.exec(rest)?.[0] ?? '';
  const bare = plain(token);
  const likely = /\d/.test(bare) ? 0.5 : NO_PASSWORD.has(bare.toLowerCase()) ? -5 : 0;
  if (bare !== '') add(bare, score + likely);
  if (token !== bare) add(token, score + likely - 2.5);
}
