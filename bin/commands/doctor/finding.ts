// What a check of `doctor` says: what is, and what to do about it.

export type State = 'ok' | 'warn' | 'fail' | 'unknown';
export type Finding = {
  readonly group: string;
  readonly name: string;
  readonly state: State;
  readonly found: string;
  readonly fix: string | null;
};
