// One mail read whole: its sparse evidence and the rules that hold for it. Training and judging go through this one function, so that the
// model sees in use what it learned from.
import type { Message } from '../message/walk.ts';
import { closeEvidence, openEvidence, openView, putFact, putGrams, putWords, VIEWS, type Evidence, type View } from './evidence.ts';
import { featuresOf, type Facts, type Features } from './features.ts';
import { MATTERS, phrasesOf, type Matter } from './phrases.ts';
import type { Read } from './rules/rule.ts';
import { RULES } from './rules/rules.ts';
import { putHeaders, putHome, putLinks, putSender, putStructure } from './shape.ts';

/** Characters of the text that become words, and runs of characters: what spam has to say stands in front. */
const MAX_WORDS = 12_000;
const MAX_GRAMS = 6_000;
const MAX_SUBJECT = 300;

export type Seen = { readonly mail: Read; readonly evidence: Evidence; /** Indices into RULES. */ readonly held: readonly number[] };

export function readMail(message: Message, facts: Facts): Seen {
  const said = new Map<Matter, number>();
  const mail: Read = { ...featuresOf(message, facts), said: matter => said.get(matter) ?? 0 };
  openEvidence();
  for (const [n, view] of VIEWS.entries()) {
    openView(n);
    if (view === 'matters') for (const matter of MATTERS) said.set(matter, putMatter(matter));
    else PUT[view](mail);
  }
  const held: number[] = [];
  for (const [n, rule] of RULES.entries()) if (rule.holds(mail)) held.push(n);
  return { mail, evidence: closeEvidence(), held };
}

/** How often the mail speaks of a matter, as evidence that holds across languages. */
function putMatter(matter: Matter): number {
  const count = phrasesOf(matter);
  for (let least = 1; least <= Math.min(count, 4); least++) putFact(`${matter}:${least}`);
  return count;
}

const PUT: Readonly<Record<Exclude<View, 'matters'>, (mail: Features) => void>> = {
  words: mail => putWords(mail.text, MAX_WORDS),
  grams: mail => putGrams(mail.text, MAX_GRAMS),
  subject: mail => {
    putWords(mail.subject, MAX_SUBJECT);
    putGrams(mail.subject, MAX_SUBJECT);
  },
  sender: putSender,
  links: putLinks,
  headers: putHeaders,
  structure: putStructure,
  home: putHome,
};
