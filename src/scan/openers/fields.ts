// Fields of Word (instructions, results, fields in fields) as a stream of pieces, whatever file they stand in: is one of them a DDE field?
// The word may be put together from other fields (QUOTE with numbers, SET and REF), so those are worked out.
const MOST_CODE = 8_192;
const MOST_DEPTH = 40;
const MOST_NAMES = 200;
const DDE = /^[\s"'\u201c\u201d]{0,40}dde(?:auto)?(?=[\s"'\\\u201c\u201d]|$)/i;

export type Fields = {
  readonly begin: () => void;
  /** Text of an instruction, or of a result behind `separate`. */
  readonly text: (piece: string) => void;
  readonly separate: () => void;
  readonly end: () => void;
  /** Asked when all is through. */
  readonly hasDde: () => boolean;
};

export const isDde = (code: string): boolean => DDE.test(code);

export function newFields(): Fields {
  const open: { code: string; result: string; inResult: boolean }[] = [];
  const names = new Map<string, string>();
  // Instructions outside of any field: a part of the story may hold the rest.
  let loose = '';
  let found = false;
  const add = (piece: string): void => {
    const top = open.at(-1);
    const short = piece.slice(0, MOST_CODE);
    if (!top) loose += loose.length < MOST_CODE ? short : '';
    else if (top.inResult) top.result += top.result.length < MOST_CODE ? short : '';
    else top.code += top.code.length < MOST_CODE ? short : '';
  };
  const close = (): void => {
    const field = open.pop();
    if (!field) return;
    found ||= isDde(field.code);
    const value = valueOf(field.code, field.result, names);
    if (open.length > 0) add(value);
  };
  return {
    begin: () => {
      found ||= isDde(loose);
      loose = '';
      if (open.length < MOST_DEPTH) open.push({ code: '', result: '', inResult: false });
    },
    text: add,
    separate: () => {
      const top = open.at(-1);
      if (top) top.inResult = true;
    },
    end: close,
    hasDde: () => {
      while (open.length > 0) close();
      return found || isDde(loose);
    },
  };
}

/** What a field gives to the one around it. */
function valueOf(code: string, result: string, names: Map<string, string>): string {
  const [, verb = '', rest = ''] = /^\s{0,99}(\w{1,20})\s([^]*)$/.exec(code) ?? [];
  if (/^quote$/i.test(verb)) return wordsOf(rest).join('');
  if (/^set$/i.test(verb)) {
    const [name, ...words] = wordsOf(rest);
    if (name !== undefined && names.size < MOST_NAMES) names.set(name.toLowerCase(), words.join(' '));
    return '';
  }
  const referred = names.get((/^ref$/i.test(verb) ? wordsOf(rest)[0] : code.trim())?.toLowerCase() ?? '');
  return referred ?? result;
}

/** Words and quoted texts; numbers are characters for QUOTE. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/["\u201c\u201d][^"\u201c\u201d]{0,4096}["\u201c\u201d]|[^\s"\u201c\u201d]{1,200}/g) ?? []).map(word => {
    if (/^["\u201c\u201d]/.test(word)) return word.slice(1, -1);
    const code = /^(?:\d{1,6}|0x[\da-f]{1,5})$/i.test(word) ? Number(word) : -1;
    return code > 0 && code < 0x11_0000 ? String.fromCodePoint(code) : word;
  });
}
