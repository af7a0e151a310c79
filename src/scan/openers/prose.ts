// Whether a text is written for people (a letter, a manual that quotes commands, minutes) or for a machine, line by line.
const MOST_LINES = 3_000;
const COMMENT = /^(?:'|rem\b|::|#|\/\/|\/?\*|;|--|<#|<!--)/i;
/** Commands whose argument is a sentence. */
const SPEAKS = /^@?(?:echo|title|msg|wscript\.echo|msgbox|write-(?:host|output)|print|printf)\b/i;
const WORD = /^["'(]?\p{L}[\p{L}'\u2019-]{0,40}["')]?[.,;:!?]{0,3}["')]?$/u;
const LEAST_WORDS = 6;

/** More than a fifth of the lines are sentences, or the text is a document with fenced quotes. Comments of programs are not counted. */
export function isProse(text: string): boolean {
  let lines = 0;
  let sentences = 0;
  let fences = 0;
  for (const raw of text
    .slice(0, 400_000)
    .replace(/\/\*[^]*?\*\/|<#[^]*?#>/g, '')
    .split(/\r\n|\n|\r/, MOST_LINES)) {
    const line = raw.slice(0, 1_000).trim();
    if (line === '') continue;
    if (line.startsWith('```') || line.startsWith('~~~')) fences++;
    if (COMMENT.test(line)) continue;
    lines++;
    if (!SPEAKS.test(line) && isSentence(line)) sentences++;
  }
  return fences >= 2 || sentences > lines / 5;
}

function isSentence(line: string): boolean {
  // Chinese and Japanese have no blanks.
  if (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}\d\s]{12,}$/u.test(line)) return true;
  const words = line.split(/\s+/, 60);
  return words.length >= LEAST_WORDS && words.filter(word => WORD.test(word)).length >= words.length * 0.8;
}
