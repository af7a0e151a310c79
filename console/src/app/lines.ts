// Reading an answer line by line as it comes (NDJSON): for what takes seconds and has something to say before it ends.
import { faultOf, type Fault } from './api.ts';
import { languageNow } from './language.ts';
import { endSession } from './session.ts';
import { TAGS } from '../words/languages.ts';

/** Cuts text that comes in pieces into whole lines; `end` gives what stands behind the last line end. */
export function newLines(): { readonly add: (piece: string) => readonly string[]; readonly end: () => readonly string[] } {
  let rest = '';
  const whole = (line: string): boolean => line.trim() !== '';
  return {
    add: piece => {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      return lines.filter(whole);
    },
    end: () => [rest].filter(whole),
  };
}

/** Calls `told` with each line's value. null: all of it came. */
export async function getLines(path: string, told: (value: unknown) => void, signal: AbortSignal): Promise<Fault | null> {
  try {
    const response = await fetch(path, {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { accept: 'application/x-ndjson', 'accept-language': TAGS[languageNow()] },
      signal,
    });
    if (response.status === 401) endSession();
    if (!response.ok || !response.body) return faultOf(response.status, await response.text(), response.headers);
    const lines = newLines();
    const text = response.body.pipeThrough(new TextDecoderStream());
    const reader = text.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      for (const line of done ? lines.end() : lines.add(value)) told(JSON.parse(line));
      if (done) return null;
    }
  } catch (error) {
    return { code: 'unreachable', message: String(error), status: 0, requestId: null, retrySeconds: null };
  }
}
