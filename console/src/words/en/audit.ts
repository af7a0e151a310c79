// Words of the audit log.
export const audit = {
  title: 'Audit log',
  note: 'What operators did, newest first. It cannot be changed here.',
  empty: 'Each change that an operator makes will stand here, with the key that made it.',
  nothing: 'Nothing fits.',
  actor: 'Who',
  actorHint: 'operator: and the name of the key',
  action: 'What',
  actionHint: 'key.create, or key for all of its kind',
  account: 'For account',
  find: 'Find',
  all: 'Show all',
  columns: { time: 'Time', actor: 'Who', action: 'What', object: 'On', detail: 'How', request: 'Request' },
} as const;
