// What a VBA source does, by its words: whether some procedure of it runs when the document is opened or used, and whether it starts
// programs, fetches or writes files, or hides what it says. Words in comments do not count, words put together from pieces do.
const OPENING =
  'auto_?(?:open|exec|close|exit|new)|document_?(?:open|new|close|beforeclose|change)|newdocument|workbook_(?:open|activate|close|beforeclose|deactivate|windowactivate)|presentation_?open|onslideshowpagechange|slideshowbegin|slideshownextslide|worksheet_(?:activate|calculate|selectionchange)';
/** Events of forms and controls that come without anybody asking for them. `_Click` and `_Change` need a hand. */
const EVENTS =
  '(?:userform|[a-z]\\w{0,60})_(?:initialize|painted|painting|layout|resize|gotfocus|lostfocus|mousemove|mousehover|mouseenter|mouseleave|beforenavigate2|beforescriptexecute|documentcomplete|downloadbegin|downloadcomplete|filedownload|navigatecomplete2|navigateerror|progresschange|propertychange|setsecurelockicon|statustextchange|titlechange|onconnecting|contentcontrolonenter)';
const PROCEDURE = new RegExp(
  `^[ \\t]{0,200}(?:(?:public|private|friend|static)[ \\t]{1,40}){0,3}(?:sub|function)[ \\t]{1,40}(?:${OPENING}|${EVENTS})(?![\\w])`,
  'im',
);
/** A module of such a name runs its Sub Main. */
const MODULE = /^[ \t]{0,20}attribute[ \t]{1,20}vb_name[ \t]{0,20}=[ \t]{0,20}"auto_?(?:open|exec|close|exit|new)"/im;
const MAIN = /^[ \t]{0,200}(?:public[ \t]{1,40})?(?:sub|function)[ \t]{1,40}main(?!\w)/im;

/** The surest of these names, wherever they stand. */
export const AUTORUN_NAMES =
  /(?<![a-z_0-9])(?:auto_?(?:open|exec|close)|document_(?:open|close|new)|workbook_(?:open|activate|beforeclose))(?![a-z_0-9])/gi;

const OBJECT =
  /(?:create|get)object\s?\(\s?"(?:wscript\.shell|shell\.application|(?:microsoft|msxml2)\.(?:server)?xmlhttp|winhttp\.winhttprequest|adodb\.stream|schedule\.service|wbemscripting|mmc20\.application|htmlfile|msscriptcontrol|winmgmts|script:|new:)/i;
/** Names of programs and interfaces, in texts too. */
const WORDS =
  /\bwinmgmts:|\bwin32_process\b|\burldownloadtofile|\bpowershell(?:\.exe)?\b|\bcmd(?:\.exe)?["\s]{1,4}\/[ckv]|\b(?:mshta|certutil|bitsadmin|regsvr32|rundll32|wscript|cscript|msbuild|installutil|schtasks)(?:\.exe)?\b|\bwscript\.shell\b|\bshellexecute(?:ex)?[aw]?\b|\bmsxml2\.(?:server)?xmlhttp|\bmicrosoft\.xmlhttp|\badodb\.stream\b/i;
const MEMORY =
  /\bdeclare\s{1,9}(?:ptrsafe\s{1,9})?(?:sub|function)\s[^\n]{0,400}?(?:virtualalloc|virtualprotect|rtlmovememory|rtlcopymemory|createthread|createremotethread|writeprocessmemory|ntallocatevirtualmemory|heapcreate|heapalloc|queueuserapc|enumsystemlocales|createprocess|winexec|loadlibrary|getprocaddress|shellexecute|urldownload|callwindowproc|settimer)/i;
/** In code, where texts are emptied: `Shell(x)`, `Shell "x"`, `= Shell x`; not `Dim Shell As Object`. */
const SHELL = /(?:^|[^\w.]|\b(?:vba|interaction)\.)shell\$?[ \t]{0,20}(?:\(|"|(?!as\b|then\b|and\b|or\b|is\b)[a-z_])/im;
const CALLS = /\bcallbyname\b|\bexecuteexcel4macro\b|\bapplication\.run\b[^\n]{0,200}\bchr/i;
const CHARACTERS = /\bchr[wb]?\$?\s?\(/gi;
const MANY_CHARACTERS = 20;
const PROGRAM_FILE = /\.(?:exe|dll|scr|bat|cmd|vbs|vbe|js|jse|wsf|hta|ps1|lnk|msi|cpl)["'\s]/i;
const WRITES =
  /\benviron\$?\s?\(?\s?"(?:temp|tmp|appdata|public|userprofile|localappdata|programdata)|\bspecialfolders\b|\bgetspecialfolder\b/i;

/** Rules that the source meets: `vba_autorun`, `vba_suspicious`. */
export function judgeVba(source: string): readonly string[] {
  const { text, code } = cleaned(source);
  const rules: string[] = [];
  if (PROCEDURE.test(code) || (MODULE.test(text) && MAIN.test(code))) rules.push('vba_autorun');
  const odd =
    OBJECT.test(text) ||
    WORDS.test(text) ||
    MEMORY.test(text) ||
    SHELL.test(code) ||
    CALLS.test(code) ||
    (PROGRAM_FILE.test(text) && WRITES.test(text)) ||
    (code.match(CHARACTERS)?.length ?? 0) >= MANY_CHARACTERS;
  if (odd) rules.push('vba_suspicious');
  return rules;
}

/** More than what every empty module has. */
export function hasCode(source: string): boolean {
  return cleaned(source)
    .code.split('\n')
    .some(line => !/^[ \t]*(?:(?:attribute|option)[ \t][^\n]*)?$/i.test(line));
}

/** Lines joined where they go on, comments left out, pieces of texts put together; `code` has its texts emptied. */
function cleaned(source: string): { readonly text: string; readonly code: string } {
  const lines = source
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]_[ \t]{0,20}\n/g, ' ')
    .replace(/\n\s+/g, '\n')
    .split('\n');
  const text: string[] = [];
  const code: string[] = [];
  for (const line of lines) {
    if (/^[ \t]{0,200}rem(?:[ \t]|$)/i.test(line)) continue;
    // Texts stand at odd places; a quote within one is doubled and opens an empty one. A comment begins outside of them.
    const pieces = line.split('"');
    const comment = pieces.findIndex((piece, n) => n % 2 === 0 && piece.includes("'"));
    const kept = comment < 0 ? pieces : [...pieces.slice(0, comment), (pieces[comment] as string).split("'", 1)[0] as string];
    text.push(kept.join('"'));
    code.push(kept.map((piece, n) => (n % 2 === 0 ? piece : '')).join('"'));
  }
  return { text: text.join('\n').replace(/"[ \t]{0,40}[&+][ \t]{0,40}"/g, ''), code: code.join('\n') };
}
