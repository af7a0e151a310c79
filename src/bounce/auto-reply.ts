// Mail that a machine answered: Auto-Submitted (RFC 3834), the fields of Exchange and others before it, and the subjects of absence notes.
import { firstOf } from '../message/headers.ts';
import type { Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';

const SUBJECT =
  /^(?:\[?auto(?:matic)?[ -]?(?:re(?:ply|sponse)|antwort)|automatische antwort|auto(?:matische)? ?(?:antwort|reactie)|out of (?:the )?office|i(?:'m| am) (?:away|out)|away (?:from|until)|on vacation|vacation|holiday|abwesenheit|ich bin (?:nicht|abwesend)|réponse automatique|absence du bureau|absent|risposta automatica|fuori (?:sede|ufficio)|respuesta automática|fuera de la oficina|resposta automática|ausência|automatisch antwoord|afwezig|autosvar|automatické odpov|автоматический ответ|автоответ|自動応答|自動返信|自动回复|自动答复|自動回覆|부재중|balasan otomatis)/iu;

/** True when the message says of itself that nobody wrote it as an answer. */
export function isAutoReply(message: Message): boolean {
  const value = (name: string): string => firstOf(message.raw, message.headers, name)?.slice(0, 500) ?? '';
  if (/^auto-(?:replied|notified)/i.test(value('auto-submitted').trim())) return true;
  if (/^(?:yes|1|true)/i.test(value('x-autoreply').trim()) || value('x-autorespond') !== '' || value('x-autoresponder') !== '') return true;
  if (/auto[_-]?reply/i.test(value('precedence')) || value('x-ms-exchange-inbox-rules-loop') !== '') return true;
  return SUBJECT.test(decodeWords(value('subject')).trim());
}
