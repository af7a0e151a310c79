// What a peer's reply means, in few words (issue "Delivery" deepens it): by code and enhanced code (RFC 5321, 3463, IANA), then by text.

export type ReplyClass =
  | 'ok'
  | 'no_such_user'
  | 'mailbox_full'
  | 'rate_limited'
  | 'greylisted'
  | 'spam'
  | 'policy'
  | 'authentication'
  | 'too_large'
  | 'host'
  | 'tls'
  | 'connection'
  | 'temporary'
  | 'refused';

/** `enhanced` may be null; `text` is only looked at where the codes say too little. */
export function classify(code: number | null, enhanced: string | null, text: string): ReplyClass {
  if (code === null) return 'connection';
  if (code < 300) return 'ok';
  const detail = enhanced?.slice(2) ?? '';
  if (detail === '2.2') return 'mailbox_full';
  if (detail === '1.1' || detail === '1.6' || detail === '1.10' || detail === '1.3') return code >= 500 ? 'no_such_user' : 'temporary';
  if (detail === '1.2' || detail === '4.4') return 'host';
  if (detail === '3.4') return 'too_large';
  if (/grey ?list|gray ?list/i.test(text)) return 'greylisted';
  if (/rate|too many|throttl|limit exceeded/i.test(text) && code < 500) return 'rate_limited';
  if (/spam|blocked|blacklist|blocklist|reputation|spamhaus|rbl/i.test(text)) return 'spam';
  if (detail === '7.26' || detail === '7.23' || /dmarc|spf|dkim/i.test(text)) return 'authentication';
  if (detail.startsWith('7.')) return 'policy';
  if (
    code === 550 &&
    /user|mailbox|recipient|account|address/i.test(text) &&
    /unknown|no such|not exist|not found|invalid|unavailable|disabled/i.test(text)
  )
    return 'no_such_user';
  return code < 500 ? 'temporary' : 'refused';
}
