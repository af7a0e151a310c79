// The words of a text, as those who compare two texts take them: letters of Chinese one by one, of other scripts from two a word on.

/** Lower case, in order. Links are no words. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .replace(/https?:\/\/\S+/g, ' ')
    .toLowerCase()
    .match(/\p{Script=Han}|[\p{L}--\p{Script=Han}]{2,}/gv) ?? [];
