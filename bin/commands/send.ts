// `send`: one email through the API, to try things out.
import { parseArgs } from 'node:util';
import { call, show } from '../client.ts';
import { Usage, type Command } from '../command.ts';

export const send: Command = {
  summary: 'send one email, to try things out',
  help: 'usage: sesame send --from ADDRESS --to ADDRESS [--subject TEXT] [--text TEXT] [--tls required] [--account ID] [--json]\n\nsuccess@simulator.sesame.test needs no network: bounce@, deferred@, complaint@, blocked@ and slow@ answer as they say.',
  run: async args => {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: text,
        to: { type: 'string', multiple: true },
        subject: text,
        text,
        tls: text,
        account: text,
        json: { type: 'boolean', default: false },
      },
    });
    if (!values.from || !values.to) throw new Usage('send needs --from and --to');
    const body = {
      from: values.from,
      to: values.to,
      subject: values.subject ?? 'Hello',
      text: values.text ?? 'Hello',
      ...(values.tls ? { tls: values.tls } : {}),
    };
    return show(await call({ method: 'POST', path: '/v1/emails', body, account: values.account }), values.json);
  },
};
