// Words of the list of messages.
export const messages = {
  title: 'Messages',
  send: 'Send a message',
  search: 'Search messages',
  searchHint: 'Address, message id, state:deferred tag:x since:2h',
  submit: 'Search',
  quick: {
    'state:deferred': 'Deferred',
    'state:bounced': 'Bounced',
    'state:held': 'Held',
    'direction:in': 'Received',
    'since:24h': 'Last 24 hours',
  },
  unknown: ({ words }: { words: string }) =>
    `Not understood: ${words}. Search for an address or an id, or use state: tag: to: direction: since: until:.`,
  newer: ({ shown }: { shown: string }) => `Newer (${shown})`,
  shown: ({ shown, more }: { shown: string; more: boolean }) => (more ? `${shown} shown, there are more` : `${shown} shown, that is all`),
  releaseAll: ({ shown }: { shown: string }) => `Release all ${shown}`,
  releasing: ({ shown }: { shown: string }) => `${shown} held messages go on in a moment.`,
  released: ({ done, all }: { done: string; all: string }) => `${done} of ${all} released.`,
  others: ({ shown }: { shown: string }) => `and ${shown} more`,
  nullSender: 'null sender',
  nothing: 'No message fits this search. What is kept of mail is kept for a limited time only.',
  empty: 'Here stands every message with its state, once there is one. Send the first to the simulator: it needs no network.',
  columns: { recipient: 'Recipient', state: 'State', time: 'Accepted', from: 'From', next: 'Next attempt', tags: 'Tags', id: 'Id' },
  keys: { search: 'Search', next: 'Next message', before: 'Message before', open: 'Open the message' },
} as const;
