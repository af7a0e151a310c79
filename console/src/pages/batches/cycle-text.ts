// A cycle in words: `Every day 09:00 (Asia/Jakarta)`.
import type { Formats } from '../../app/formats.ts';
import type { Words } from '../../words/en.ts';
import type { Cycle } from './batch.ts';

export function cycleText(words: Words, format: Formats, { everySeconds, at, timeZone = 'UTC', days, times, until }: Cycle): string {
  const w = words.batches;
  const how =
    everySeconds !== undefined
      ? format.duration(everySeconds * 1000)
      : `${days ? format.list(days.map(day => w.dayNames[day])) : w.repeats.daily} ${at} (${timeZone})`;
  const ends = [
    ...(times === undefined ? [] : [`${w.times}: ${format.number(times)}`]),
    ...(until === undefined ? [] : [`→ ${format.time(until)}`]),
  ];
  return [how, ...ends].join(' · ');
}
