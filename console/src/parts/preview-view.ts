// How a mail is changed to be looked at without pictures, or with its colours turned, pure. Only looks: that nothing runs and nothing is loaded is
// kept by the policy that the server sends with the preview.

/** Programs that turn colours turn those of pictures back. */
const DARK = '<style>html{background:#fff;filter:invert(1) hue-rotate(180deg)}img{filter:invert(1) hue-rotate(180deg)}</style>';
const TAG = /<(?:img|source|input|table|td|body)\b(?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const PICTURE = /\s(?:src|srcset|background)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)/gi;

export const viewed = (html: string, view: string): string =>
  view === 'dark' ? `${html}${DARK}` : view === 'plain' ? html.replace(TAG, tag => tag.replace(PICTURE, '')) : html;
