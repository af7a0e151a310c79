// Files of a draft: references to what the browser was given, read when the mail goes out; what a message has room for is told before. The names
// are the work of strangers.

export type Room = { readonly attachmentsPerEmail: number; readonly messageSize: number };
export type Refused = { readonly name: string; readonly why: 'many' | 'large' | 'name' | 'unread'; readonly bytes: number };
export type Files = { readonly kept: readonly File[]; readonly refused: readonly Refused[] };
export const NO_FILES: Files = { kept: [], refused: [] };

/** Bytes of a part's header without the name, which stands in it twice, each byte as `%41`. */
const PART_BYTES = 300;
const NAME_BYTES = 255;
const LINE_BYTES = 76;

type Measured = Pick<File, 'name' | 'size' | 'type'>;
const nameBytes = (name: string): number => new TextEncoder().encode(name).length;

/** What a file takes of the message, at most: base64 in lines. A message goes as it is. */
export function takenBytes({ name, size, type }: Measured): number {
  const encoded = Math.ceil(size / 3) * 4;
  const body = type.startsWith('message/') ? size : encoded + Math.ceil(encoded / LINE_BYTES) * 2;
  return body + PART_BYTES + nameBytes(name) * 6;
}
export const takenByAll = (files: readonly Measured[]): number => files.reduce((sum, one) => sum + takenBytes(one), 0);

/** The files with those that have room beside them; the others with why not. `room`: null = not known, the server will tell. */
export function withMore({ kept }: Files, more: readonly File[], room: Room | null): Files {
  return more.reduce<Files>(
    (now, file) => {
      const bytes = takenByAll([...now.kept, file]);
      const why = whyNot(now.kept.length, file, bytes, room);
      return why === null ? { ...now, kept: [...now.kept, file] } : { ...now, refused: [...now.refused, { name: file.name, why, bytes }] };
    },
    { kept, refused: [] },
  );
}

function whyNot(count: number, { name }: Measured, bytes: number, room: Room | null): Refused['why'] | null {
  if (nameBytes(name) > NAME_BYTES || /\p{Cc}/u.test(name)) return 'name';
  if (room === null) return null;
  if (count >= room.attachmentsPerEmail) return 'many';
  return bytes > room.messageSize ? 'large' : null;
}

/** A folder, or what is gone meanwhile, cannot be read. */
export const isReadable = (file: File): Promise<boolean> =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** As `POST /v1/emails` has them, or the place of the first file that cannot be read any more. */
export async function attachmentsOf(
  files: readonly File[],
): Promise<{ readonly attachments: readonly object[] } | { readonly unread: number }> {
  const contents = await Promise.all(files.map(file => base64Of(file).catch(() => null)));
  const unread = contents.indexOf(null);
  if (unread >= 0) return { unread };
  return {
    attachments: files.map(({ name, type }, n) => ({
      filename: name,
      content: contents[n],
      ...(type === '' ? {} : { contentType: type }),
    })),
  };
}
