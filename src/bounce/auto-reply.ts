// Mail that a machine answered: Auto-Submitted (RFC 3834), the fields of Exchange and others before it, and the subjects of absence notes.
import { firstOf } from '../message/headers.ts';
import type { Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';

/** How subjects of absence notes begin. */
const BEGINNINGS: readonly string[] = [
  String.raw`\[?auto(?:matic)?[ -]?(?:re(?:ply|sponse)|antwort)|out of (?:the )?office|i(?:'m| am) (?:away|out)|away (?:from|until)|(?:on )?vacation|(?:on )?holiday`,
  'automatische antwort|abwesenheit|ich bin (?:nicht|abwesend|im urlaub)|außer haus|im urlaub',
  'réponse automatique|absence du bureau|absent|je suis absent|en congés?',
  'risposta automatica|fuori (?:sede|ufficio)|assenza',
  'respuesta automática|fuera de la oficina|ausente|estoy (?:fuera|de vacaciones)',
  'resposta automática|ausência|fora do escritório|estou (?:de férias|ausente)',
  'automatisch antwoord|auto(?:matische)? ?reactie|afwezig|autosvar|frånvaro|automatické odpov|automatyczna odpowied|otomatik (?:yanıt|cevap)',
  'автоматический ответ|автоответ|вне офиса|в отпуске|я в отпуске|отсутствую',
  '自動応答|自動返信|不在(?:通知|の)|休暇|自动回复|自动答复|自動回覆|外出|休假|不在办公室|不在辦公室',
  '부재중|자동 ?(?:응답|회신)|balasan otomatis|(?:sedang )?cuti(?![a-z])|di luar kantor|trả lời tự động|vắng mặt',
];
const SUBJECT = new RegExp(`^(?:${BEGINNINGS.join('|')})`, 'iu');

/** True when the message says of itself that nobody wrote it as an answer. */
export function isAutoReply(message: Message): boolean {
  const value = (name: string): string => firstOf(message.raw, message.headers, name)?.slice(0, 500) ?? '';
  if (/^auto-(?:replied|notified)/i.test(value('auto-submitted').trim())) return true;
  if (/^(?:yes|1|true)/i.test(value('x-autoreply').trim()) || value('x-autorespond') !== '' || value('x-autoresponder') !== '') return true;
  if (/auto[_-]?reply/i.test(value('precedence')) || value('x-ms-exchange-inbox-rules-loop') !== '') return true;
  return SUBJECT.test(decodeWords(value('subject')).trim());
}
