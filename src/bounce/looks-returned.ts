// Signs of a return that has no status fields: who sent it, its subject, what it says first, in many languages.
import { firstOf } from '../message/headers.ts';
import type { Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';
import { isAutoReply } from './auto-reply.ts';

const MAILER = /mailer-daemon|mail delivery (?:sub)?system|mail deliver system|post_?master|system administrator/i;
/** People answer mail about deliveries, too. */
const ANSWER = /^(?:re|aw|antw|sv|vs|res|rif|odp|ha|回复|答复|回覆|ответ|balas)(?:\[\d+\])? ?[:：]/iu;
const SUBJECT = new RegExp(
  [
    'undeliver|error sending your mail|delivery (?:status|failure|has failed|failed|report|notification|problem)|returned mail|return(?:ed)? to sender',
    'returning message|failure notice|mail (?:system error|failure|failed|could not be delivered)|message (?:delayed|not delivered|delivery)|are not member',
    'unzustellbar|nicht zustellbar|zustellung fehlgeschlagen|non remis|échec de (?:la )?remise|non recapitabil|mancata consegna',
    'no se (?:puede|pudo) entregar|correo devuelto|no entregado|não (?:foi )?entregue|falha na entrega|devolução',
    'недоставлен|не доставлено|ошибка доставки|配信不能|配信エラー|送信エラー|退信|退件|未送达|投递失败|無法傳遞',
    'gagal terkirim|gagal dikirim|tidak terkirim|không gửi được|gửi thất bại',
  ].join('|'),
  'iu',
);
const SAID = new RegExp(
  [
    "could not be delivered|had trouble delivering|cannot be delivered|couldn't be delivered|unable to deliver|failed to deliver|was not delivered",
    'delivery (?:has )?failed|did not reach the following|had permanent fatal errors|送信できませんでした|配信できません|无法投递|無法投遞|投递失败',
    "не может быть доставлено|не удалось доставить|(?:konnte|wurde) nicht zugestellt|n'a pas pu être remis|no se (?:ha podido|pudo) entregar",
    'não pôde ser entregue|non è stato possibile consegnare|tidak dapat dikirim|không thể gửi',
  ].join('|'),
  'iu',
);

/**
 * `lines`: the text of the server that reports. An automatic answer may say that a mail was not
 * delivered to somebody who is away, and mailers call their own reports automatic answers: there the sender decides.
 */
export function looksReturned(message: Message, lines: readonly string[]): boolean {
  const header = (name: string): string => firstOf(message.raw, message.headers, name)?.slice(0, 2_000) ?? '';
  if (MAILER.test(header('from'))) return true;
  if (isAutoReply(message)) return false;
  const subject = decodeWords(header('subject')).trim();
  if (ANSWER.test(subject)) return false;
  if (SUBJECT.test(subject)) return true;
  return SAID.test(lines.slice(0, 60).join(' ').replace(/\s+/g, ' ').slice(0, 6_000));
}
