// Files that make a system fetch or run something when they are opened, and are nothing else: shortcuts of all desktops, queries of
// spreadsheets, registry and remote desktop files. By content first; the name decides only where the content is weak.
import { markupText } from './html-tags.ts';
import { isProse } from './prose.ts';

const MOST = 256 * 1024;
const LNK = '4c0000000114020000000000c000000000000046';
const RUNS =
  'exe|hta|js|jse|vbs|vbe|wsf|wsh|lnk|bat|cmd|cpl|msi|scr|ps1|dll|zip|jar|iso|img|vhdx?|library-ms|search-ms|settingcontent-ms|url';

type Test = { readonly rule: string; readonly test: (text: string, name: string) => boolean };

/** The second somewhere behind the first: two searches, where one pattern of both would begin anew at each first. */
function follows(text: string, first: RegExp, second: RegExp): boolean {
  const found = first.exec(text);
  return found !== null && second.test(text.slice(found.index));
}

/** A value of a section of an INI file: `[Section]`, then `key=` on a line of its own. */
const inSection = (text: string, name: string, key: string): boolean =>
  follows(text, new RegExp(`^[ \\t]{0,20}\\[${name}\\]`, 'im'), new RegExp(`^[ \\t]{0,20}(?:${key})[ \\t]{0,9}=[ \\t]{0,9}[^\\s]`, 'im'));

const OUTSIDE = `(?:file:|\\\\\\\\|//|smb:|search-ms:|ms-|mhtml:|vbscript:|javascript:)`;

const TESTS: readonly Test[] = [
  {
    rule: 'shortcut_url',
    test: text =>
      /^[ \t]{0,20}\[InternetShortcut/im.test(text) &&
      (new RegExp(`^[ \\t]{0,20}(?:URL|IconFile|WorkingDirectory|BASEURL)[ \\t]{0,9}=[ \\t"']{0,9}${OUTSIDE}`, 'im').test(text) ||
        new RegExp(`^[ \\t]{0,20}URL[ \\t]{0,9}=[^\\n]{0,2000}\\.(?:${RUNS})[ \\t"']{0,9}\\r?$`, 'im').test(text)),
  },
  { rule: 'shortcut_desktop', test: text => inSection(text, 'Desktop Entry', 'Exec|TryExec') },
  {
    rule: 'shortcut_scf',
    test: text => inSection(text, 'Shell', 'IconFile|Command') && /^[ \t]{0,20}(?:\[Taskbar\]|IconFile[ \t]{0,9}=)/im.test(text),
  },
  {
    rule: 'shortcut_autorun',
    test: text => inSection(text, 'autorun(?:\\.[a-z0-9]{1,9})?', 'open|shellexecute|shell\\\\[^=\\n]{1,60}command'),
  },
  {
    rule: 'setup_inf',
    test: text =>
      inSection(
        text,
        '(?:DefaultInstall|DefaultInstall_SingleUser)[^\\]\\n]{0,40}',
        'RunPreSetupCommands|RunPostSetupCommands|RegisterOCXs|UnRegisterOCXs',
      ),
  },
  { rule: 'registry_file', test: text => /^\s{0,99}(?:Windows Registry Editor Version \d|REGEDIT4\s)/i.test(text) },
  { rule: 'shortcut_rdp', test: text => /^[ \t]{0,20}(?:full address|alternate full address):s:\S/im.test(text) },
  {
    rule: 'query_iqy',
    test: (text, name) =>
      /^\s{0,20}WEB\s*\n\s{0,20}\d{1,3}\s*\n\s{0,20}\S/i.test(text) ||
      (/\.iqy$/i.test(name) && /^\s{0,20}(?:https?|file|\\\\)/im.test(text)),
  },
  { rule: 'query_odbc', test: text => /^\s{0,20}XLODBC\s*\n/.test(text) || /^\s{0,20}QueryType=OLEDB\s*\n/.test(text) },
  {
    rule: 'sylk_formula',
    test: text =>
      /^\s{0,20}ID;P/.test(text) &&
      (/^NN;N_?(?:xlnm\.)?Auto_?open/im.test(text) ||
        /^C;[^\n]{0,400}?;E(?:[^\n]{0,2000}?[^A-Z.\n])?(?:(?:EXEC|CALL|REGISTER|RUN|FOPEN|DDE)\(|\|['"])/im.test(text)),
  },
  {
    rule: 'dde_formula',
    test: text =>
      /(?:^|[,;\t"])[=+@-][^,;\n]{0,200}?\b(?:cmd|powershell|mshta|rundll32|regsvr32|certutil|wscript|cscript|msexcel)(?:\.exe)?['"]?\|['" ]/im.test(
        text,
      ),
  },
];

const MARKUP: readonly (readonly [rule: string, pattern: RegExp, behind?: RegExp])[] = [
  ['shortcut_library', /<libraryDescription\b/i],
  ['shortcut_search', /<persistedQuery\b/i],
  ['shortcut_settings', /<PCSettings\b|<SearchableContent\b/i],
  ['shortcut_console', /<MMC_ConsoleFile\b/i],
  ['shortcut_clickonce', /<(?:\w{1,12}:)?assembly\b/i, /<(?:\w{1,12}:)?deployment(?:Provider)?\b/i],
  ['shortcut_inetloc', /<plist\b/i, /<key>URL<\/key>\s{0,99}<string>\s{0,99}(?:file:|smb:|afp:)/i],
];

/** The rule that refuses the file, or null. */
export function shortcutKind(name: string | null, bytes: Buffer): string | null {
  if (bytes.toString('hex', 0, 20) === LNK) return 'shortcut_lnk';
  const text = markupText(bytes.subarray(0, MOST)).replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, '');
  if (/^\s{0,200}</.test(text))
    return MARKUP.find(([, pattern, behind]) => (behind ? follows(text, pattern, behind) : pattern.test(text)))?.[0] ?? null;
  // `http://host/x.application#x, Culture=neutral, PublicKeyToken=0123456789abcdef, …`
  if (/^\s{0,20}(?:https?|file):[^\n]{1,2000}#[^\n]{1,500},\s?Culture=[^\n]{1,100},\s?PublicKeyToken=/i.test(text))
    return 'shortcut_appref';
  const found = TESTS.find(({ test }) => test(text, name ?? ''));
  return found && !isProse(text) ? found.rule : null;
}
