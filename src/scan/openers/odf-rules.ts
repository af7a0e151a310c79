// Rules over the parts of OpenDocument files (ODF 1.3), in a zip or in one flat XML: macros, events that run them, DDE, objects that are
// loaded from elsewhere, encryption.
import { markupText } from './html-tags.ts';
import { isRemote } from './ole-objects.ts';
import type { Parts } from './ooxml-rules.ts';
import { attributesOf, xmlEvents } from './xml-events.ts';

/** Lists of modules, not modules. */
const LISTS = /(?:^|\/)(?:script|dialog)-l[bc]\.xml$/i;
/** What happens without anybody asking for it. */
const BY_ITSELF =
  /^(?:dom:load|dom:unload|dom:domfocusin|dom:domfocusout|office:(?:load-finished|new|start-app|view-created|prepare-unload|prepare-view-closing|load))/i;
const ELSEWHERE = new Set([
  'object',
  'object-ole',
  'floating-frame',
  'section-source',
  'applet',
  'plugin',
  'table-source',
  'cell-range-source',
]);

export type OdfRules = { readonly rules: readonly string[]; readonly encrypted: boolean };

export function odfRules(parts: Parts, names: readonly string[]): OdfRules {
  const rules = new Set<string>();
  let encrypted = false;
  for (const name of names) {
    const path = name.replaceAll('\\', '/');
    if (/^(?:Basic\/[^/]+\/[^/]+|Scripts\/.*[^/])$/i.test(path) && !LISTS.test(path)) rules.add('macro');
    if (!/\.xml$/i.test(path)) continue;
    const bytes = parts(name);
    if (!bytes) continue;
    const text = markupText(bytes);
    if (/(?:^|\/)manifest\.xml$/i.test(path)) encrypted ||= /<(?:[\w-]{1,40}:)?(?:encryption-data|encrypted-key)\b/i.test(text);
    else for (const rule of documentRules(text)) rules.add(rule);
  }
  if (rules.has('macro_autorun')) rules.delete('macro');
  return { rules: [...rules], encrypted };
}

/** Rules of one part, or of a whole flat document. */
export function documentRules(text: string): ReadonlySet<string> {
  const rules = new Set<string>();
  for (const event of xmlEvents(text)) {
    if (event.is !== 'open') continue;
    const { name, tag } = event;
    if (name === 'event-listener' || name === 'event') {
      const attributes = attributesOf(tag);
      const runs =
        /^(?:vnd\.sun\.star\.script:|macro:|script:)/i.test(attributes.get('href') ?? '') || (attributes.get('macro-name') ?? '') !== '';
      if (runs && BY_ITSELF.test(attributes.get('event-name') ?? '')) rules.add('macro_autorun');
    } else if (name === 'dde-connection-decl' || name === 'dde-source' || name === 'dde-link') rules.add('dde_link');
    else if (ELSEWHERE.has(name) && isRemote(attributesOf(tag).get('href') ?? '')) rules.add('remote_object');
    // A flat document has its modules in itself.
    else if (name === 'module' && attributesOf(tag).has('language')) rules.add('macro');
  }
  return rules;
}
