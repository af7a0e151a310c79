// A call as one types it: curl and fetch. The server and the key come from the environment, as with bin/sesame.
import { callOf, recorded, type Operation } from './document.ts';

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

function asked(name: string, operation: Operation): Asked {
  const { call } = callOf(name);
  const [method = '', route = ''] = name.split(' ');
  const path = recorded[name]?.path ?? route;
  const type = call?.type ?? 'application/json';
  const body = call?.body === undefined ? null : typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const key = operation['x-access'] === 'public' ? {} : { Authorization: 'Bearer $SESAME_API_KEY' };
  return { method, path, headers: { ...key, ...(body === null ? {} : { 'Content-Type': type }) }, body };
}

/** For a POSIX shell; a message goes in from a file. */
export function curlOf(name: string, operation: Operation): string {
  const { method, path, headers, body } = asked(name, operation);
  const isFile = body !== null && headers['Content-Type'] !== 'application/json';
  const lines = [
    `curl ${method === 'GET' || (method === 'POST' && body !== null) ? '' : `-X ${method} `}"$SESAME_URL${path}"`,
    ...Object.entries(headers).map(([header, value]) => `-H "${header}: ${value}"`),
    ...(body === null
      ? []
      : isFile
        ? [`--data-binary @${headers['Content-Type'] === 'text/csv' ? 'entries.csv' : 'message.eml'}`]
        : [`-d '${body.replaceAll("'", "'\\''")}'`]),
  ];
  return lines.join(' \\\n  ');
}

export function fetchOf(name: string, operation: Operation): string {
  const { method, path, headers, body } = asked(name, operation);
  const { SESAME_URL, key } = { SESAME_URL: '${process.env.SESAME_URL}', key: '${process.env.SESAME_API_KEY}' };
  const told = Object.entries(headers).map(
    ([header, value]) => `${/\W/.test(header) ? `'${header}'` : header}: \`${value.replace('$SESAME_API_KEY', key)}\``,
  );
  const parts = [
    ...(method === 'GET' ? [] : [`method: '${method}'`]),
    ...(told.length > 0 ? [`headers: { ${told.join(', ')} }`] : []),
    ...(body === null ? [] : [headers['Content-Type'] === 'application/json' ? `body: JSON.stringify(${body})` : 'body: message']),
  ];
  return `const answer = await fetch(\`${SESAME_URL}${path}\`${parts.length > 0 ? `, {\n${parts.map(one => `  ${one},\n`).join('')}}` : ''});`;
}
