// The levels of TLS as requests name them.
import { Type } from 'typebox';

export const TlsLevel = Type.Union([Type.Literal('opportunistic'), Type.Literal('required'), Type.Literal('verified')], {
  description: 'opportunistic: secure if it can. required: encrypted or not at all. verified: and the peer proves its name.',
});
