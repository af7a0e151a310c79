// A Word file as an honest program writes it: the parts that every such file has, a text, pictures.
import { zipOf } from './zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const W =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

export type Docx = {
  readonly text: string;
  readonly pictures?: readonly Buffer[];
  /** More parts, or others in place of those that are made. */
  readonly parts?: Readonly<Record<string, string | Buffer>>;
};

export function docxOf({ text, pictures = [], parts = {} }: Docx): Buffer {
  const media = Object.fromEntries(pictures.map((bytes, n) => [`word/media/image${n + 1}.jpeg`, bytes]));
  const relations = pictures.map(
    (_, n) => `<Relationship Id="rId${n + 10}" Type="${OFFICE}/relationships/image" Target="media/image${n + 1}.jpeg"/>`,
  );
  const styles = Array.from(
    { length: 120 },
    (_, n) =>
      `<w:style w:type="paragraph" w:styleId="Style${n}"><w:name w:val="Style ${n}"/><w:rPr><w:sz w:val="${20 + (n % 20)}"/></w:rPr></w:style>`,
  );
  const fonts = Array.from(
    { length: 20 },
    (_, n) => `<w:font w:name="Font ${n}"><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>`,
  );
  const all: Readonly<Record<string, string | Buffer>> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="jpeg" ContentType="image/jpeg"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/_rels/document.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/hyperlink" Target="https://example.test/terms" TargetMode="External"/>${relations.join('')}</Relationships>`,
    'word/document.xml': `${XML}<w:document ${W}><w:body>${text
      .split('. ')
      .map(one => `<w:p><w:r><w:t xml:space="preserve">${one}. </w:t></w:r></w:p>`)
      .join('')}</w:body></w:document>`,
    'word/styles.xml': `${XML}<w:styles ${W}>${styles.join('')}</w:styles>`,
    'word/fontTable.xml': `${XML}<w:fonts ${W}>${fonts.join('')}</w:fonts>`,
    'word/settings.xml': `${XML}<w:settings ${W}><w:zoom w:percent="100"/></w:settings>`,
    'word/theme/theme1.xml': `${XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office">${'<a:srgbClr val="4472C4"/>'.repeat(200)}</a:theme>`,
    'docProps/core.xml': `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties"/>`,
    'docProps/app.xml': `${XML}<Properties xmlns="${OFFICE}/extended-properties"><Application>Writer</Application></Properties>`,
    ...media,
    ...parts,
  };
  return zipOf(
    Object.entries(all).map(([name, content]) => ({ name, bytes: typeof content === 'string' ? Buffer.from(content) : content })),
  );
}
