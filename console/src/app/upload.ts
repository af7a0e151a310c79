// Sending a file with its progress, which fetch cannot tell. The same headers and the same outcomes as every other call.
import { callHeaders, faultOf, type Outcome } from './api.ts';

/** `onProgress`: the share of 0 to 1 that has left. */
export function upload<T>(path: string, file: Blob, type: string, onProgress: (share: number) => void): Promise<Outcome<T>> {
  return new Promise(resolve => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries({ ...callHeaders('POST'), 'content-type': type })) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const { status, responseText } = request;
      const headers = new Headers(['request-id', 'retry-after'].flatMap(name => entry(name, request.getResponseHeader(name))));
      if (status >= 200 && status < 300) resolve({ ok: true, value: JSON.parse(responseText) as T });
      else resolve({ ok: false, fault: faultOf(status, responseText, headers) });
    };
    request.onerror = () =>
      resolve({ ok: false, fault: { code: 'unreachable', message: '', status: 0, requestId: null, retrySeconds: null } });
    request.send(file);
  });
}

const entry = (name: string, value: string | null): [string, string][] => (value === null ? [] : [[name, value]]);
