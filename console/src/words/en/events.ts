// Words of the page of events.
import { plural } from '../shape.ts';

export const events = {
  title: 'Events',
  note: 'Each change of each message is one event. What was read by a cursor is never added to later, so a program that goes on from its cursor misses nothing.',
  live: 'Live',
  past: 'Past',
  allTypes: 'All types',
  of: 'Recipient or message id',
  ofExample: 'ana@example.com',
  filter: 'Filter',
  columns: { type: 'What', recipient: 'Recipient', message: 'Message', facts: 'Details', whole: 'Event', id: 'Id' },
  toMessage: 'To the message',
  pause: 'Pause',
  goOn: 'Go on',
  clear: 'Clear',
  running: 'New events come at the top.',
  paused: ({ count, shown }: { count: number; shown: string }) =>
    plural(count, `Paused. ${shown} event waits.`, `Paused. ${shown} events wait.`),
  gap: 'More happened than a browser can follow, and some events were passed over here. “Past” has them all.',
  nothingYet: 'Nothing has happened since you opened this page. Send a message, and its events appear here as they happen.',
  sendOne: 'Write a message',
  from: 'From',
  spans: { hour: 'The last hour', day: 'The last 24 hours', week: 'The last 7 days', all: 'The oldest kept' },
  noneInSpan: 'No event fits in this time. Choose a longer time, or read them by cursor.',
  cursor: 'Cursor behind the last row:',
} as const;
