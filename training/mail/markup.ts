// The body of a core as plain text and as HTML in the dress of many senders: a webmail's bare divs, Word's paragraphs, a designed
// newsletter with tables, a receipt, a page of 2003. Wanted and unwanted mail wear the same dresses, or a model would learn the tailor.
import type { Random } from './random.ts';

export type Block =
  | { readonly kind: 'text' | 'heading' | 'item'; readonly text: string }
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  | { readonly kind: 'image'; readonly alt: string };

export function blocksOf(body: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const paragraph of body.split(/\n\s*\n/)) {
    let text: string[] = [];
    const flush = (): void => {
      if (text.join('').trim() !== '') blocks.push({ kind: 'text', text: text.join('\n') });
      text = [];
    };
    for (const line of paragraph.split('\n')) {
      const block = blockOf(line);
      if (block) {
        flush();
        blocks.push(block);
      } else text.push(line);
    }
    flush();
  }
  return blocks;
}

/** A line that is a block of its own; null for running text. */
function blockOf(line: string): Block | null {
  const image = /^!\[([^\]]*)\]\s*$/.exec(line);
  if (image) return { kind: 'image', alt: image[1] ?? '' };
  const row = /^\|(.+)\|\s*$/.exec(line);
  if (row) return { kind: 'row', cells: (row[1] ?? '').split('|').map(cell => cell.trim()) };
  if (line.startsWith('# ')) return { kind: 'heading', text: line.slice(2) };
  return line.startsWith('- ') ? { kind: 'item', text: line.slice(2) } : null;
}

/** `link(what)` answers a URL: `main` for `[[button]]`, `side` for `((small))`. */
export type Links = (what: string) => string;

export function plainText(blocks: readonly Block[], links: Links, random: Random): string {
  const style = random.below(4);
  const inline = (text: string): string =>
    text
      .replace(/\[\[([^\]]+)\]\]/g, (_, shown: string) =>
        style === 0
          ? `${shown}: ${links('main')}`
          : style === 1
            ? links('main')
            : style === 2
              ? `${shown} (${links('main')})`
              : `${shown}\n${links('main')}`,
      )
      .replace(/\(\(([^)]+)\)\)/g, (_, shown: string) => (style === 3 ? shown : `${shown}: ${links('side')}`));
  const wrap = random.chance(0.5) ? (text: string): string => wrapped(text, 72) : (text: string): string => text;
  return blocks
    .map(block => {
      if (block.kind === 'heading') return random.chance(0.5) ? inline(block.text) : inline(block.text).toUpperCase();
      if (block.kind === 'item') return `${style > 1 ? '*' : '-'} ${inline(block.text)}`;
      if (block.kind === 'row') return block.cells.map(inline).join(style > 1 ? ': ' : '   ');
      if (block.kind === 'image') return style === 0 && block.alt ? `[${block.alt}]` : '';
      return wrap(inline(block.text));
    })
    .filter((text, n, all) => text !== '' || n === all.length)
    .join('\n\n')
    .replace(/\n\n([-*] )/g, '\n$1');
}

function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .map(line => (line.startsWith('>') ? line : line.replace(new RegExp(`(.{1,${width}})(?: +|$)`, 'g'), '$1\n').trimEnd()))
    .join('\n');
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const FONTS = [
  'Arial, Helvetica, sans-serif',
  "'Helvetica Neue', Helvetica, Arial, sans-serif",
  'Verdana, sans-serif',
  'Calibri, sans-serif',
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, sans-serif",
  'Georgia, serif',
  "'Open Sans', sans-serif",
];
const COLORS = ['#1a73e8', '#0066cc', '#ff6600', '#d32f2f', '#2e7d32', '#111111', '#6c3baa', '#00a4bd', '#e4002b', '#0070ba'];
const GREYS = ['#333333', '#222', '#444444', '#555555', '#202124', '#3c4043'];

export type Dress = 'webmail' | 'word' | 'newsletter' | 'card' | 'bare' | 'old' | 'apple';

/** `imageUrl` null = pictures are parts of the mail. */
export function htmlPage(
  dress: Dress,
  blocks: readonly Block[],
  links: Links,
  extra: { readonly preheader: string; readonly logo: string | null; readonly pixel: string | null; readonly image: (n: number) => string },
  random: Random,
): string {
  const color = random.pick(COLORS);
  const grey = random.pick(GREYS);
  const font = random.pick(FONTS);
  const designed = dress === 'newsletter' || dress === 'card';
  const anchor = (shown: string, what: string): string => {
    const href = escaped(links(what));
    if (what === 'main' && designed)
      return `<a href="${href}" style="background-color:${color};color:#ffffff;padding:12px 24px;border-radius:${random.below(8)}px;text-decoration:none;display:inline-block${random.chance(0.5) ? ';font-weight:bold' : ''}"${random.chance(0.6) ? ' target="_blank"' : ''}>${shown}</a>`;
    return random.chance(0.5)
      ? `<a href="${href}">${shown}</a>`
      : `<a href="${href}" style="color:${color}"${random.chance(0.4) ? ' target="_blank"' : ''}>${shown}</a>`;
  };
  const inline = (text: string): string =>
    escaped(text)
      .replace(/\[\[([^\]]+)\]\]/g, (_, shown: string) => anchor(shown, 'main'))
      .replace(/\(\(([^)]+)\)\)/g, (_, shown: string) => anchor(shown, 'side'))
      .replace(/(?<!["=(>])https?:\/\/[^\s<]+/g, url => (random.chance(0.8) ? `<a href="${url}">${url}</a>` : url))
      .replace(/\n/g, dress === 'word' ? '<o:p></o:p></p>\n<p class="MsoNormal">' : '<br>\n');
  const out: string[] = [];
  let images = 0;
  const rows: string[] = [];
  const closeRows = (): void => {
    if (rows.length > 0)
      out.push(
        `<table ${designed ? 'width="100%" cellpadding="8" cellspacing="0" border="0"' : 'border="1" cellpadding="4"'}>${rows.splice(0).join('')}</table>`,
      );
  };
  for (const block of blocks) {
    if (block.kind === 'row') {
      rows.push(`<tr>${block.cells.map(cell => `<td style="border-bottom:1px solid #eeeeee">${inline(cell)}</td>`).join('')}</tr>`);
      continue;
    }
    closeRows();
    if (block.kind === 'heading')
      out.push(
        designed
          ? `<h${1 + random.below(2)} style="font-family:${font};font-size:${20 + random.below(10)}px;color:${grey};margin:0 0 16px">${inline(block.text)}</h1>`.replace(
              /<(h\d)(.*)<\/h1>/s,
              '<$1$2</$1>',
            )
          : `<b>${inline(block.text)}</b><br>`,
      );
    else if (block.kind === 'item')
      out.push(
        dress === 'bare' || designed ? `<li style="margin-bottom:6px">${inline(block.text)}</li>` : `<div>- ${inline(block.text)}</div>`,
      );
    else if (block.kind === 'image')
      out.push(
        `<img src="${extra.image(images++)}" alt="${escaped(block.alt)}"${random.chance(0.7) ? ` width="${200 + random.below(5) * 100}"` : ''} style="display:block;max-width:100%">`,
      );
    else if (dress === 'webmail')
      out.push(
        block.text
          .split('\n')
          .map(line => `<div>${inline(line) || '<br>'}</div>`)
          .join(''),
        '<div><br></div>',
      );
    else if (dress === 'word')
      out.push(`<p class="MsoNormal">${inline(block.text)}<o:p></o:p></p>`, '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>');
    else if (dress === 'old')
      out.push(`<p><font face="${font.split(',')[0]?.replace(/'/g, '')}" size="${1 + random.below(3)}">${inline(block.text)}</font></p>`);
    else if (designed)
      out.push(
        `<p style="font-family:${font};font-size:${14 + random.below(3)}px;line-height:1.${4 + random.below(3)};color:${grey};margin:0 0 16px">${inline(block.text)}</p>`,
      );
    else out.push(`<p>${inline(block.text)}</p>`);
  }
  closeRows();
  const body = out.join('\n');
  const logo = extra.logo === null ? '' : `<img src="${extra.logo}" alt="" width="${100 + random.below(100)}" border="0">`;
  const pixel = extra.pixel === null ? '' : `<img src="${extra.pixel}" width="1" height="1" alt="" style="display:block">`;
  const pre = extra.preheader === '' ? '' : `<div style="display:none;max-height:0;overflow:hidden">${escaped(extra.preheader)}</div>`;
  switch (dress) {
    case 'webmail':
      return random.chance(0.5)
        ? `<div dir="ltr">${body}</div>`
        : `<html><body><div style="font-family:${font};font-size:12pt;color:rgb(0,0,0)">${body}</div>${pixel}</body></html>`;
    case 'apple':
      return `<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">${body}${pixel}</body></html>`;
    case 'word':
      return `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head><meta name="Generator" content="Microsoft Word 15 (filtered medium)"><style><!--\np.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;}\n--></style></head><body lang="EN-US" link="#0563C1" vlink="#954F72"><div class="WordSection1">${body}</div></body></html>`;
    case 'bare':
      return `${random.chance(0.4) ? '<!DOCTYPE html>\n' : ''}<html><body>${logo}${body}${pixel}</body></html>`;
    case 'old':
      return `<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=utf-8"></HEAD>\n<BODY bgColor=#ffffff>${logo}${body}${pixel}</BODY></HTML>`;
    default: {
      const ground = random.pick(['#f4f4f4', '#ffffff', '#f6f6f6', '#eeeeee', '#f5f7fa']);
      const style = random.chance(0.6)
        ? `<style type="text/css">body{margin:0;padding:0}table{border-collapse:collapse}@media only screen and (max-width:600px){.container{width:100%!important}}</style>`
        : '';
      return `<!DOCTYPE html${random.chance(0.4) ? ' PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"' : ''}><html${random.chance(0.5) ? ' lang="en"' : ''}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${style}</head><body style="margin:0;background-color:${ground}">${pre}<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:24px">${dress === 'card' ? '' : logo}<table class="container" role="presentation" width="600" cellpadding="0" cellspacing="0" style="background-color:#ffffff;border-radius:${random.below(9)}px"><tr><td style="padding:32px">${dress === 'card' ? logo : ''}${body}</td></tr></table></td></tr></table>${pixel}</body></html>`;
    }
  }
}
