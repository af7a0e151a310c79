// `serve`: bin/sesame execs the server itself; here only what was said wrong arrives.
import { Usage, type Command } from '../command.ts';

export const serve: Command = {
  summary: 'run the server',
  help: 'usage: sesame serve\n\nRuns the server with the settings of the environment (docs/settings.md). Prints one line of JSON on stdout when it is\nready; logs go to stderr. SIGTERM drains and ends.',
  run: () => Promise.reject(new Usage('serve takes no arguments: settings are environment variables, see docs/settings.md')),
};
