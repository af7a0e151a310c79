// The pages behind a recipient's links, in his language: by Accept-Language, or as he chose at the foot of the page. No script, no picture.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Engagement } from '../engines/store/control/engagement.ts';
import { escaped, sendPage } from './html.ts';
import { preferredOf } from './language.ts';
import { placeOf, type LinkWords, type PageState } from './words/form.ts';
import { languageFor, LINK_WORDS, type PageLanguage } from './words/words.ts';

/** What a recipient may choose of: `left` are those of `groups` that he gets no more. */
export type Choice = { readonly groups: readonly string[]; readonly left: readonly string[] };

type Asked = { readonly by?: string; readonly page?: string; readonly lang?: string };
export const askedOf = (request: FastifyRequest): Asked => request.query as Asked;

function languageOf(request: FastifyRequest): PageLanguage {
  const { lang } = askedOf(request);
  return (typeof lang === 'string' ? languageFor(lang) : null) ?? preferredOf(request, languageFor) ?? 'en';
}

/** A page. Who holds the link may not be whom it was sent to: the address is shown in part. */
export function told(
  request: FastifyRequest,
  reply: FastifyReply,
  what: PageState,
  { known, choice }: { readonly known?: Engagement; readonly choice?: Choice } = {},
): FastifyReply {
  const language = languageOf(request);
  const words = LINK_WORDS[language];
  const group = known?.personal?.unsubscribe?.group ?? null;
  const place = known ? placeOf(known.address, known.fromDomain, group) : { who: '', from: '', group: null };
  const page = known ? askedOf(request).page : undefined;
  const body = `<p>${words[what].text(place)}</p>${known ? inputs(words, what, language, choice) : ''}${languages(words, language, page)}`;
  return sendPage(reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex'), words[what].title, body, {
    language,
    direction: words.direction,
  });
}

const form = (by: string, language: PageLanguage, inside: string): string =>
  `<form method="post" action="?by=${by}&amp;lang=${language}">${inside}</form>`;

/** What can be done on the page of somebody whose link is good. */
function inputs(words: LinkWords, what: PageState, language: PageLanguage, choice: Choice | undefined): string {
  const more = `<p><a href="?page=choice&amp;lang=${language}">${words.choice}</a></p>`;
  if (what === 'ask') return `${form('page', language, `<button>${words.button}</button>`)}${more}`;
  if (what === 'done') return more;
  if (what === 'none') return form('back', language, `<button>${words.back}</button>`);
  if (!choice) return '';
  const boxes = choice.groups.map(
    group =>
      `<input type="hidden" name="shown" value="${escaped(group)}"><label><input type="checkbox" name="want" value="${escaped(group)}"${
        choice.left.includes(group) ? '' : ' checked'
      }> <bdi>${escaped(group)}</bdi></label>`,
  );
  const list = `<fieldset><legend>${words.kinds}</legend>${boxes.join('')}</fieldset><button>${words.save}</button>`;
  return `${boxes.length > 0 ? form('choice', language, list) : ''}${form('all', language, `<button>${words.all}</button>`)}`;
}

/** Each language in itself, and which one is shown. */
function languages(words: LinkWords, current: PageLanguage, page: string | undefined): string {
  const at = page === 'choice' ? 'page=choice&amp;' : '';
  const all = Object.entries(LINK_WORDS).map(([tag, { name, direction }]) =>
    tag === current
      ? `<b lang="${tag}" dir="${direction}" aria-current="true">${name}</b>`
      : `<a href="?${at}lang=${tag}" lang="${tag}" hreflang="${tag}" dir="${direction}">${name}</a>`,
  );
  return `<hr><nav aria-label="${words.languages}">${all.join(' ')}</nav>`;
}
