// The quality score of a file, without server, network and data directory: the shipped filter, the built-in scanner, and no DNS facts.
import { filter } from '../src/inspect/examine.ts';
import { plainMessage } from '../src/inspect/inspect.ts';
import type { Scanner } from '../src/engines/scanner/scanner.ts';
import { NEW_ACCOUNT } from '../src/engines/store/control/accounts.ts';
import type { Model } from '../src/filter/model.ts';
import type { Language } from '../src/filter/rules/rule.ts';
import { walk } from '../src/message/walk.ts';
import { reportOf, score, type Report } from '../src/score/score.ts';
import { crlf } from './crlf.ts';

/** `now`: epoch ms that the Date of the mail is compared with. */
type Deps = { readonly model: Model; readonly scanner: Scanner; readonly now: number };

export async function scoreOffline({ model, scanner, now }: Deps, file: Buffer, language: Language): Promise<Report> {
  const raw = crlf(file);
  const plain = plainMessage(raw);
  const message = plain ?? walk(raw);
  const { spam } = filter(model, { raw, direction: 'out', facts: { direction: 'out' }, policy: NEW_ACCOUNT.policy }, message);
  const virus = await scanner.scan(raw, plain);
  return reportOf(score(message, { now, spam, virus }), language);
}
