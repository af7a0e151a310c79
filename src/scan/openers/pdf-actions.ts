// What a PDF does by itself or lets be done: JavaScript, programs started, other documents fetched, Flash. Only what its dictionaries say;
// what is embedded is judged by itself. JavaScript that Acrobat writes for the fields of a form, and printing, is honest.
import { resolve, valueOf, type Found, type PdfFile, type Place } from './pdf-file.ts';
import { allOf, isArray, isDict, isRef, isText, type Dict, type Value } from './pdf-objects.ts';
import { stringsOf } from './pdf-streams.ts';
import { textFrom } from './pdf-strings.ts';

/** Text of a string or of a stream, decoded. */
export type Script = { readonly text: string; readonly object: number };
export type Actions = { readonly rules: ReadonlySet<string>; readonly scripts: readonly Script[] };
/** The text of the stream that is this object, as all ways read it; none: it is no stream. */
export type StreamTexts = (place: Place) => readonly string[];

/** What opens with the document, a page or under the pointer. A form's field has its own `C`, which computes. */
const BY_ITSELF = new Set('O C WC WS DS WP DP PO PC PV PI E X Fo Bl'.split(' '));
const MAX_ACTIONS = 10_000;
const MAX_NAME = 4096;

export function judgeActions(file: PdfFile, streamTexts: StreamTexts): Actions {
  const rules = new Set<string>();
  const scripts = new Map<string, Script>();
  const steps = { left: MAX_ACTIONS };
  const sourcesOf = (dict: Dict, place: Place): readonly string[] =>
    allOf(dict, 'JS').flatMap(value => [...resolve(file, value, place)].flatMap(found => textsOf(file, found, streamTexts)));
  const isScripted = (dict: Dict, place: Place): boolean => {
    const bad = sourcesOf(dict, place).filter(text => !isHonest(text));
    for (const text of bad) if (!scripts.has(text)) scripts.set(text, { text, object: place.number });
    return bad.length > 0;
  };
  for (const { dict, place } of file.marked) {
    // A dictionary of resources may call something JS; an action says what it is.
    if (dict.has('JS') && (dict.has('S') || isText(dict.get('JS'))) && isScripted(dict, place)) rules.add('pdf_javascript');
    if (allOf(dict, 'S').some(value => valueOf(file, value, place) === '/Launch') && launches(file, dict, place)) rules.add('pdf_launch');
    if (allOf(dict, 'Subtype').includes('/Flash')) rules.add('pdf_richmedia');
  }
  for (const root of rootsOf(file)) {
    for (const { dict, place } of actionsFrom(file, root, steps)) {
      const kinds = allOf(dict, 'S').map(value => valueOf(file, value, place));
      if (dict.has('JS') && isScripted(dict, place)) rules.add('pdf_open_action_javascript').delete('pdf_javascript');
      if (kinds.includes('/Launch') && targetsOf(file, dict, place).length > 0) rules.add('pdf_launch_open_action').delete('pdf_launch');
      if (kinds.some(kind => kind === '/GoToR' || kind === '/GoToE' || kind === '/URI') && targetsOf(file, dict, place).some(isRemote))
        rules.add('pdf_remote');
    }
  }
  if (steps.left <= 0) file.trouble.add('too_many_parts');
  return { rules, scripts: [...scripts.values()] };
}

/** Values that open by themselves. */
function* rootsOf(file: PdfFile): Generator<Found> {
  for (const { dict, place } of file.marked) {
    for (const value of allOf(dict, 'OpenAction')) yield { value, place };
    const isField = dict.has('FT') || dict.has('T') || dict.get('Subtype') === '/Widget';
    for (const value of allOf(dict, 'AA')) {
      for (const found of resolve(file, value, place)) {
        if (!isDict(found.value)) continue;
        for (const [key, action] of found.value) {
          const name = key.replace('\0', '');
          if (BY_ITSELF.has(name) && !(isField && name === 'C')) yield { value: action, place: found.place };
        }
      }
    }
  }
}

/** An action and those that follow it. */
function* actionsFrom(file: PdfFile, root: Found, steps: { left: number }): Generator<{ readonly dict: Dict; readonly place: Place }> {
  const todo: Found[] = [root];
  const seen = new Set<number>();
  for (let one = todo.pop(); one; one = todo.pop()) {
    if (--steps.left <= 0) return;
    if (isRef(one.value)) {
      if (seen.has(one.value.ref)) continue;
      seen.add(one.value.ref);
    }
    for (const { value, place } of resolve(file, one.value, one.place)) {
      if (isArray(value)) todo.push(...value.slice(0, MAX_ACTIONS).map(inner => ({ value: inner, place })));
      if (!isDict(value)) continue;
      yield { dict: value, place };
      for (const next of allOf(value, 'Next')) todo.push({ value: next, place });
    }
  }
}

function textsOf(file: PdfFile, { value, place }: Found, streamTexts: StreamTexts): readonly string[] {
  if (isText(value)) return [...stringsOf(file, value, place)].map(textFrom);
  return isDict(value) ? streamTexts(place) : [];
}

/** A link to another PDF beside this one is what old writers made of a link. */
function launches(file: PdfFile, dict: Dict, place: Place): boolean {
  return targetsOf(file, dict, place).some(target => dict.has('Win') || !/^[^\\:]{1,250}\.pdf$/i.test(target) || target.startsWith('//'));
}

/** Files and addresses that an action names: /F, /URI and the older /Win, /Unix, /Mac, as strings or as file specifications. */
function targetsOf(file: PdfFile, dict: Dict, place: Place): readonly string[] {
  const targets: string[] = [];
  const add = (value: Value, at: Place): void => {
    if (isText(value)) for (const text of stringsOf(file, value, at)) targets.push(textFrom(text.slice(0, MAX_NAME)));
  };
  for (const key of ['F', 'URI', 'Win', 'Unix', 'Mac', 'DOS']) {
    for (const told of allOf(dict, key)) {
      for (const { value, place: at } of resolve(file, told, place)) {
        add(value, at);
        if (!isDict(value)) continue;
        for (const inner of ['UF', 'F', 'DOS', 'Unix', 'Mac'])
          for (const name of allOf(value, inner)) for (const found of resolve(file, name, at)) add(found.value, found.place);
      }
    }
  }
  return targets;
}

const isRemote = (target: string): boolean => /^\s{0,8}(?:[\\/]{2}|https?:|ftp:|file:|smb:)/i.test(target);

const MAX_HONEST = 2_000;
const CALL =
  /^(?:(?:this\.)?print|AF[A-Z][A-Za-z]{2,20}_[A-Za-z]{2,20})\s{0,8}\((?:[\s\d.,+\-{}[\]]|true|false|null|new Array\s{0,2}\(|\)|b[A-Z]\w{1,20}\s?:)*\)$/;
const SUM = /^event\.value\s?=(?:[\s\d.+\-*/(),]|AFMakeNumber|(?:this\.)?getField\s?\(0\)\.value)*$/;

/** Calls of Acrobat's own functions with plain values, its sums of fields, and printing. */
export function isHonest(script: string): boolean {
  if (script.length > MAX_HONEST) return false;
  const plain = script.replace(/\/\*[^]*?\*\//g, ' ').replace(/"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/g, '0');
  return plain.split(';').every(piece => piece.trim() === '' || CALL.test(piece.trim()) || SUM.test(piece.trim()));
}
