// Rules over the parts of Office files in XML (ECMA-376): what is loaded from elsewhere, fields and links that start programs, macro sheets,
// controls. Parts are told by their content where that is possible, as their names are the writer's choice.
import { isDde, newFields, type Fields } from './fields.ts';
import { markupText } from './html-tags.ts';
import { isRemote } from './ole-objects.ts';
import { attributesOf, textOfEvent, xmlEvents } from './xml-events.ts';

export type Parts = (name: string) => Buffer | null;

const RELATION = /\/relationships\/(\w{1,60})$/;
/** What is loaded and looked at without a click. Links to books, pictures and films are honest. */
const LOADED = [
  'oleobject',
  'package',
  'frame',
  'subdocument',
  'afchunk',
  'control',
  'activexcontrolbinary',
  'officedocument',
  'settings',
  'websettings',
  'customxml',
  'vbaproject',
  'externaloleobject',
];
/** Addresses that hand over to a program, in place of a page. */
const HANDLERS =
  /^(?:mhtml|mk|script|javascript|vbscript|x-usc|ldap|search|search-ms|ms-msdt|ms-officecmd|ms-appinstaller|ms-search|ms-cxh|ms-cxh-full|shell|res|its|ms-its):|!x-usc:|\bms-msdt:/i;
const MACRO_TYPE = /(?:macrosheet|intlmacrosheet)\b/i;
const AUTO_NAME = /^(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)/i;
const WIDE_AUTO = /a\0u\0t\0o\0_\0(?:o\0p\0e\0n\0|c\0l\0o\0s\0e\0)/i;

/** The name as a zip has it, whatever slashes and case. */
const plain = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/** Rules that a package meets. */
export function packageRules(parts: Parts, names: readonly string[]): readonly string[] {
  const rules = new Set<string>();
  const all = names.map(plain);
  const types = markupText(
    all.includes('[content_types].xml') ? (parts(names[all.indexOf('[content_types].xml')] as string) ?? Buffer.alloc(0)) : Buffer.alloc(0),
  );
  const macros = all.some(name => /vbaproject[^/]*\.bin$/.test(name)) || /ms-office\.vbaproject/i.test(types);
  let sheets = all.some(name => /(?:^|\/)(?:intl)?macrosheets\//.test(name)) || MACRO_TYPE.test(types);
  let auto = false;
  if (all.some(name => /(?:^|\/)activex\/[^/]+\.(?:bin|xml)$/.test(name)) || /ms-office\.activex/i.test(types)) rules.add('activex');
  for (const [n, name] of all.entries()) {
    const isBook = name.endsWith('/workbook.bin');
    if (!/\.(?:xml|rels)$/.test(name) && !isBook) continue;
    const bytes = parts(names[n] as string);
    if (!bytes) continue;
    if (isBook) auto ||= WIDE_AUTO.test(bytes.toString('latin1'));
    else if (name.endsWith('.rels')) for (const rule of relationRules(markupText(bytes))) rules.add(rule);
    else {
      const found = partRules(markupText(bytes));
      for (const rule of found) if (!rule.startsWith('?')) rules.add(rule);
      sheets ||= found.has('?macro_sheet');
      auto ||= found.has('?auto_name');
      if (macros && found.has('?on_load')) rules.add('macro_autorun');
    }
  }
  if (sheets) rules.add(auto ? 'xlm_macro_autorun' : 'xlm_macro');
  return [...rules];
}

/** What the relations of one part lead to (ECMA-376 part 2, 8.5). */
export function relationRules(text: string): ReadonlySet<string> {
  const rules = new Set<string>();
  for (const event of xmlEvents(text)) {
    if (event.is !== 'open' || event.name !== 'relationship') continue;
    const attributes = attributesOf(event.tag);
    const target = (attributes.get('target') ?? '').trim();
    const type = RELATION.exec(attributes.get('type') ?? '')?.[1]?.toLowerCase() ?? '';
    if (HANDLERS.test(target)) rules.add(type === 'attachedtemplate' ? 'remote_template' : 'remote_object');
    else if (type === 'attachedtemplate' && isRemote(target)) rules.add('remote_template');
    else if (LOADED.includes(type) && isRemote(target)) rules.add('remote_object');
  }
  return rules;
}

/** Elements whose texts are read. Texts between the marks of a field belong to it, whatever they stand in. */
const TEXTS = new Set(['instrtext', 't', 'f']);
/** `cmd|'/c calc'!A1`: a bar is no operator of Excel. */
const DDE_FORMULA = /^[\s=+@-]{0,9}["']?[\w.]{1,60}["']?\|\s{0,9}['"]/;

/** Rules of one part. With a question mark: what only counts together with other parts. */
export function partRules(text: string): ReadonlySet<string> {
  const rules = new Set<string>();
  const fields = newFields();
  let depth = 0;
  let inside = '';
  for (const event of xmlEvents(text)) {
    if (event.is === 'text') {
      if (inside === 'f') {
        if (DDE_FORMULA.test(textOfEvent(event).slice(0, 200))) rules.add('dde_link');
      } else if (inside === 'instrtext' || (inside === 't' && depth > 0)) fields.text(textOfEvent(event));
    } else if (event.is === 'close') inside = '';
    else {
      inside = TEXTS.has(event.name) && !event.closed ? event.name : '';
      if (event.name === 'fldchar') depth = Math.max(0, depth + mark(fields, attributesOf(event.tag).get('fldchartype') ?? ''));
      else {
        const rule = elementRule(event.name, event.tag);
        if (rule !== null) rules.add(rule);
      }
    }
  }
  if (fields.hasDde()) rules.add('dde_link');
  return rules;
}

function mark(fields: Fields, type: string): number {
  if (type === 'begin') {
    fields.begin();
    return 1;
  }
  if (type === 'separate') fields.separate();
  else if (type === 'end') fields.end();
  return type === 'end' ? -1 : 0;
}

function elementRule(name: string, tag: string): string | null {
  const attribute = (key: string): string => attributesOf(tag).get(key) ?? '';
  switch (name) {
    case 'fldsimple':
      return isDde(attribute('instr')) ? 'dde_link' : null;
    case 'ddelink':
      return 'dde_link';
    case 'macrosheet':
      return '?macro_sheet';
    case 'definedname':
      return AUTO_NAME.test(attribute('name')) ? '?auto_name' : null;
    case 'customui':
      return attribute('onload') === '' ? null : '?on_load';
    case 'attachedtemplate':
      return isRemote(attribute('val')) ? 'remote_template' : null;
    // A slide that starts a program when it is clicked, or only pointed at.
    case 'hlinkclick':
    case 'hlinkmouseover':
    case 'hlinkhover':
      return /^ppaction:\/\/program/i.test(attribute('action')) ? 'shortcut_program_action' : null;
    default:
      return null;
  }
}
