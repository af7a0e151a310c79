// What strangers wrote, made harmless to read: control characters and marks that turn the direction of text are shown as their number, long text
// is cut. Pure; escaping is done where it is drawn.

const MARKS = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

export function plainText(text: string, max = 500): string {
  const cut = text.length > max ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut.replace(MARKS, mark =>
    mark === '\n' || mark === '\t' ? mark : `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
