// Programs that are text, by what they say: for files and unpacked members, not for bodies. Few patterns, each of which honest texts do
// not have: shells by their first line, Windows' script hosts by the objects they create, and the markup that they run from.
import { markupText } from './html-tags.ts';
import { isProse } from './prose.ts';

/** What stands in front may be padding, so the end is read too. */
const MOST = 512 * 1024;
const MOST_TAIL = 64 * 1024;

/** Names of texts that no system runs and that often quote programs. */
const DOCUMENT = /\.(?:md|markdown|rst|tex|adoc|log|csv|json|ya?ml|eml|diff|patch)$/i;

/** The language, as in the rule `program_LANGUAGE`, or null. `name` only keeps documents out. */
export function scriptKind(name: string | null, bytes: Buffer): string | null {
  // A program in text has no zeros but those of UTF-16.
  if (bytes.length < 4 || isBinary(bytes)) return null;
  const head = markupText(bytes.subarray(0, MOST)).replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, '');
  const text = bytes.length > MOST ? `${head}\n${markupText(bytes.subarray(Math.max(MOST, bytes.length - MOST_TAIL)))}` : head;
  const first = text.trimStart();
  // `#!/bin/sh`; `#![allow]` is Rust.
  if (/^#!\s{0,8}\/\S/.test(first)) return 'shell_script';
  if (first.startsWith('#@~^')) return 'encoded_script';
  if (/^(?:GIF8[79]a\S{0,20}\s{0,20})?<\?(?:php\b|=)/i.test(first)) return 'php';
  if (first.startsWith('<')) return markupKind(text);
  if (isJson(first)) return null;
  const kind = codeKind(text);
  if (kind === null || isProse(text)) return null;
  return name !== null && DOCUMENT.test(name) && !isDense(text) ? null : kind;
}

function isBinary(bytes: Buffer): boolean {
  const some = bytes.subarray(0, 4_096);
  if (!some.includes(0)) return false;
  let zeros = 0;
  let controls = 0;
  for (const c of some) {
    if (c === 0) zeros++;
    else if (c < 9 || (c > 13 && c < 32 && c !== 27)) controls++;
  }
  return controls > some.length / 50 || zeros < some.length / 3;
}

/** Programs in markup: HTML applications, Windows script files, scriptlets, style sheets with scripts. */
function markupKind(text: string): string | null {
  if (/<hta:application\b/i.test(text)) return 'hta';
  const script = /<script\b[^>]{0,300}\blanguage\s{0,9}=/i;
  if (/^\s{0,200}(?:<\?xml[^>]{0,200}>|<\?job[^>]{0,200}>|<!--[^>]{0,500}-->|\s){0,20}<(?:job|package)\b/i.test(text) && script.test(text))
    return 'wsf';
  if (/<(?:scriptlet|component)\b/i.test(text) && /<(?:registration|public|implements)\b/i.test(text) && script.test(text))
    return 'scriptlet';
  if (
    /<(?:ms|msxsl|[a-z]{1,12}):script\b[^>]{0,300}\blanguage\s{0,9}=/i.test(text) &&
    /<xsl:stylesheet\b|urn:schemas-microsoft-com:xslt/i.test(text)
  )
    return 'xsl_script';
  return null;
}

function isJson(text: string): boolean {
  if (!/^[[{]/.test(text) || text.length > MOST) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const OBJECTS =
  'WScript\\.(?:Shell|Network)|Scripting\\.FileSystemObject|ADODB\\.Stream|Shell\\.Application|WbemScripting\\.|WinHttp\\.WinHttpRequest|MSXML2\\.(?:Server)?XMLHTTP|Microsoft\\.XMLHTTP';
const CREATES_JS = /\bnew\s+ActiveXObject\s?\(\s?["'](?:WScript\.|Scripting\.|ADODB\.Stream|Shell\.Application|WbemScripting|WinHttp)/i;
const HOST_JS = /\bWScript(?:\.(?:CreateObject|Echo|Sleep|Quit|Arguments|ScriptFullName|ScriptName|StdOut|StdErr|Shell)\b|["']\s?\])/i;
const CREATES_VB = new RegExp(`\\b(?:Create|Get)Object\\s?\\(?\\s?"(?:${OBJECTS}|winmgmts:|script:|new:)`, 'i');
const IS_VB =
  /^\s{0,99}(?:dim|set|sub|function|on error resume next|end (?:if|sub|function)|next|loop|wend|const|option explicit|private|public)\b/im;
const IS_JS = /\b(?:var|let|const)\s+[\w$]+\s?=|\bfunction\b[^(\n]{0,60}\(|\};?|\)\s?;\s{0,9}$/m;

function codeKind(text: string): string | null {
  // Words in pieces: `"WSc" + "ript"`, `"WSc" & "ript"`.
  const joined = text.replace(/(["'])\s{0,20}[+&]\s{0,20}["']/g, '');
  if (CREATES_JS.test(joined)) return 'jscript';
  const vb = IS_VB.test(text);
  if (vb && CREATES_VB.test(joined)) return 'vbscript';
  if (HOST_JS.test(joined) && (vb || IS_JS.test(text))) return vb && !/;\s{0,9}$/m.test(text) ? 'vbscript' : 'jscript';
  if (/\bExecute(?:Global)?\b/i.test(text) && (text.match(/\bChrW?\s?\([^()\n]{1,60}\)\s{0,20}&/gi)?.length ?? 0) >= 8) return 'vbscript';
  if (isPowerShell(text)) return 'powershell';
  if (isBatch(text)) return 'batch';
  if (/^\s{0,40}tell application "/im.test(text) && /^\s{0,40}end tell\b/im.test(text)) return 'applescript';
  if (/^\s{0,40}do shell script "/im.test(text)) return 'applescript';
  return null;
}

const VERBS =
  'Add|ConvertFrom|ConvertTo|Copy|Export|ForEach|Get|Import|Invoke|Move|New|Out|Register|Remove|Select|Set|Start|Stop|Test|Where|Write';
const NOUNS =
  'Command|Content|ChildItem|CimInstance|Command|Date|Expression|File|Host|Item|ItemProperty|Job|Location|Member|Module|Null|Object|Output|Path|Process|Random|RestMethod|ScheduledTask|Service|Sleep|String|Type|Variable|WebRequest|WmiObject';
/** `add-on` and `new-style` are words: a noun of any case has to be a known one. */
const COMMAND = new RegExp(`\\b(?:${VERBS})-[A-Z][A-Za-z]{2,30}\\b`, 'g');
const KNOWN_COMMAND = new RegExp(`\\b(?:${VERBS})-(?:${NOUNS})\\b`, 'gi');
const STRONG =
  /\[(?:System\.)?Convert\]::FromBase64String|\[(?:System\.)?Reflection\.Assembly\]::Load|\b(?:IEX|Invoke-Expression)\b\s{0,9}[($"']|\.DownloadString\s?\(|\.DownloadFile\s?\(|\|\s{0,9}(?:IEX|Invoke-Expression)\b/i;

/** Sources of other languages that hold a script as a string. */
const OTHER =
  /^(?:from [\w.]+ import |import [\w.]+(?: as \w+)?\r?$|(?:async )?def \w+\(|class \w+.{0,99}:\r?$|#include\s{0,9}[<"]|#ifndef |typedef |package [\w.]+;?\r?$)/m;

function isPowerShell(text: string): boolean {
  // A protocol of a session shows the prompt.
  const prompts = text.match(/^PS [A-Z]:\\/gm)?.length ?? 0;
  if (prompts > 2 || OTHER.test(text)) return false;
  const variables = /\$(?:[a-z]{2,8}:)?[a-z_]\w{0,60}\s{0,9}[+-]?=[^=]/i.test(text);
  if (STRONG.test(text) && (variables || /^\s{0,40}(?:IEX|Invoke-Expression|\(?New-Object|\$|&|powershell)/im.test(text))) return true;
  const commands = new Set(
    [...(text.match(COMMAND) ?? []).slice(0, 200), ...(text.match(KNOWN_COMMAND) ?? []).slice(0, 200)].map(word => word.toLowerCase()),
  );
  // Header names of mail and web have the same shape as commands; variables and pipes they have not.
  return (
    variables &&
    commands.size >= 2 &&
    /^\s{0,99}(?:\$[\w:]{1,60}\s{0,9}[+-]?=|param\s?\(|function\s+\w+-\w+|(?:Import|Set|Get|Write|New|Start|Add)-[A-Z]\w+\s)/im.test(text)
  );
}

const BATCH_LINE =
  /^\s{0,40}@?(?:set|if|for|goto|call|start|del|copy|xcopy|move|reg|powershell|cmd|cd|pause|exit|mkdir|md|curl|certutil|bitsadmin|schtasks|net|taskkill|mshta|rundll32|regsvr32|wscript|cscript|timeout|ping|attrib|setlocal|endlocal|python|java|node|msg)(?:\.exe)?\b/im;

function isBatch(text: string): boolean {
  return /^\s{0,40}@?echo\s{1,9}(?:off|on)\b/im.test(text.slice(0, 64 * 1024)) && BATCH_LINE.test(text);
}

/** In a file that is called a document: nothing but code. */
function isDense(text: string): boolean {
  const lines = text
    .slice(0, 100_000)
    .split(/\r?\n/, 500)
    .filter(line => line.trim() !== '');
  const code = lines.filter(line => /[;{}$%=()]|^\s{0,40}(?:@|dim|set|end|if|for|next)\b/i.test(line)).length;
  return lines.length > 0 && code >= lines.length * 0.8;
}
