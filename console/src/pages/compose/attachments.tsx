// The files of a draft: chosen or dropped, listed with what they take, removed; what has no room is told with why, before anything is sent.
import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Fault } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { Button } from '../../parts/button.tsx';
import { Outside } from '../../parts/outside.tsx';
import { plainText } from '../../parts/plain-text.ts';
import { isReadable, takenByAll, withMore, type Files, type Refused, type Room } from './attached.ts';

type Props = {
  readonly files: Files;
  readonly onFiles: (change: (now: Files) => Files) => void;
  readonly room: Room | null;
  readonly fault: Fault | undefined;
};
const NAME = 80;

export function Attachments({ files: { kept, refused }, onFiles, room, fault }: Props): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.compose.attached;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const take = async (given: readonly File[]): Promise<void> => {
    const readable = await Promise.all(given.map(isReadable));
    onFiles(now => {
      const { kept, refused } = withMore(
        now,
        given.filter((_, n) => readable[n]),
        room,
      );
      const unread = given.filter((_, n) => !readable[n]).map(({ name }): Refused => ({ name, why: 'unread', bytes: 0 }));
      return { kept, refused: [...refused, ...unread] };
    });
  };
  useDrop(take);
  const whyNot = ({ name, why, bytes }: Refused): string =>
    w.refused[why]({
      name: plainText(name, NAME),
      most: format.number(room?.attachmentsPerEmail),
      size: format.bytes(bytes),
      room: format.bytes(room?.messageSize),
    });
  return (
    <section class="stack tight attached" aria-labelledby={id}>
      <p class="row">
        <span id={id} class="strong">
          {w.title}
        </span>
        <label class="button">
          {w.add}
          <input
            ref={input}
            class="hidden-visually"
            type="file"
            multiple
            onChange={event => {
              void take([...(event.currentTarget.files ?? [])]);
              // The same file may be chosen again.
              event.currentTarget.value = '';
            }}
          />
        </label>
        <span class="note">{w.drop}</span>
      </p>
      {kept.length > 0 && (
        <ul class="stack tight">
          {kept.map((file, n) => (
            <li key={`${n} ${file.name}`} class="row" data-file={n}>
              <Outside text={file.name} max={NAME} /> <span class="note">{format.bytes(file.size)}</span>
              <Button
                onPress={() => {
                  onFiles(now => ({ kept: now.kept.filter(one => one !== file), refused: [] }));
                  input.current?.focus();
                }}
              >
                {w.remove} <span class="hidden-visually">{plainText(file.name, NAME)}</span>
              </Button>
              <FileFault fault={fault} n={n} unread={whyNot({ name: file.name, why: 'unread', bytes: 0 })} />
            </li>
          ))}
        </ul>
      )}
      <div aria-live="polite">
        {kept.length > 0 && room && (
          <p class="note">
            {w.used({
              count: format.number(kept.length),
              most: format.number(room.attachmentsPerEmail),
              size: format.bytes(takenByAll(kept)),
              room: format.bytes(room.messageSize),
            })}
          </p>
        )}
        {refused.map((one, n) => (
          <p key={n} class="error">
            <span aria-hidden="true">✕</span> {whyNot(one)}
          </p>
        ))}
      </div>
    </section>
  );
}

/** What the server says of a file, or that it cannot be read any more. */
function FileFault({
  fault,
  n,
  unread,
}: {
  readonly fault: Fault | undefined;
  readonly n: number;
  readonly unread: string;
}): JSX.Element | null {
  const isOf = (field: string | undefined): boolean => field === `attachments[${n}]` || (field?.startsWith(`attachments[${n}].`) ?? false);
  const said = fault?.findings?.find(one => isOf(one.field))?.message ?? (isOf(fault?.field) ? fault?.message : undefined);
  if (said === undefined) return null;
  return (
    <span class="error">
      <span aria-hidden="true">✕</span> {said === '' ? unread : <Outside text={said} max={300} />}
    </span>
  );
}

/** Files that are dropped anywhere on the page, so that none is opened in its place; text that is dragged stays the browser's. */
function useDrop(take: (files: readonly File[]) => Promise<void>): void {
  const now = useRef(take);
  now.current = take;
  useEffect(() => {
    const files = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => void (files(event) && event.preventDefault());
    const drop = (event: DragEvent): void => {
      if (!files(event)) return;
      event.preventDefault();
      void now.current([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
}
