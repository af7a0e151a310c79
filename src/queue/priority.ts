// Transactional or bulk: what the sender says, else whether it has a way to leave, or says itself what it is (RFC 2369 List-Unsubscribe, RFC 2919 List-Id, and the
// Precedence field that list managers set). A receipt must not wait behind a newsletter.
import type { Decided, Priority } from '../mail.ts';
import { allOf, readHeaders } from '../message/headers.ts';

/** Mail that comes in is somebody's correspondence, whoever sends it: transactional. */
export function priorityOf(mail: Pick<Decided, 'direction' | 'options' | 'sealedForm'>): Priority {
  if (mail.options.priority) return mail.options.priority;
  if (mail.direction === 'in') return 'transactional';
  if (mail.options.personal?.unsubscribe) return 'bulk';
  const block = readHeaders(mail.sealedForm);
  const marked = block.fields.some(field => field.name === 'list-unsubscribe' || field.name === 'list-id');
  const precedence = allOf(mail.sealedForm, block, 'precedence').some(value => /^\s*(?:bulk|list|junk)\s*$/i.test(value));
  return marked || precedence ? 'bulk' : 'transactional';
}
