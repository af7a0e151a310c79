// Where in the dialogue a reply was given, as reports tell it: Postfix, Exim, Sendmail, qmail, Yahoo, DragonFly, IONOS and others in their own words.
import type { Phase } from './reasons.ts';

const BY_WORD: readonly (readonly [RegExp, Phase])[] = [
  [/\(in reply to (?:end of )?data/i, 'data'],
  [/\(in reply to rcpt/i, 'rcpt'],
  [/\(in reply to mail/i, 'mail'],
  [/\(in reply to (?:ehlo|helo)/i, 'helo'],
  [/after (?:pipelined )?rcpt to/i, 'rcpt'],
  [/after (?:pipelined )?mail from/i, 'mail'],
  [/after (?:end of data|data|pipelined data|sending data|pipelined end of data)/i, 'data'],
  [/after (?:initial connection|connect)/i, 'connect'],
  [/after (?:ehlo|helo)/i, 'helo'],
  [/after rcpt command|for rcpt command/i, 'rcpt'],
  [/(?:for|after) (?:text|data) command/i, 'data'],
  [/(?:for|after) mail command/i, 'mail'],
  [/following rcpt command/i, 'rcpt'],
  [/following (?:data|end of data) command/i, 'data'],
  // Gmail's older reports number the steps of the session.
  [/\(state 1[3-5]\)/, 'rcpt'],
  [/\(state 1[78]\)/, 'data'],
  [/\(state 9\)/, 'mail'],
  [/did not like our rcpt|does not like recipient|rcpt to response|\[rcpt_to\]|smtp:rcpt/i, 'rcpt'],
  [/did not like our (?:final )?data|failed after i sent the message|failed on data command|\[(?:body|data)\]/i, 'data'],
  [/did not like our mail|sender was rejected|\[mail_from\]/i, 'mail'],
  [/my name was rejected|did not like our (?:ehlo|helo)/i, 'helo'],
  [/server has rejected address|\bbad-mailbox\b/i, 'rcpt'],
  [/transmission failure has occurred/i, 'data'],
  [/smtp command\s{1,4}data/i, 'data'],
];

/** `unknown` when the text does not tell. */
export function phaseOf(text: string): Phase {
  const head = text.slice(0, 8_192);
  const dialogue = phaseOfDialogue(head.split('\n'));
  if (dialogue !== null) return dialogue;
  for (const [pattern, phase] of BY_WORD) if (pattern.test(head)) return phase;
  // KDDI's servers leave the address out where the whole message was refused.
  return /(?:^|[\s;])5\d\d : user unknown/i.test(head) ? 'data' : 'unknown';
}

/** `>>> RCPT To:<a@b>` and the first refusal `<<< 550 ...` behind it, as Sendmail and its kin write a session down. */
function phaseOfDialogue(lines: readonly string[]): Phase | null {
  let command: Phase | null = null;
  for (const [at, line] of lines.entries()) {
    const said = /^\s{0,8}(?:>>>|in:) {0,4}([a-z]{4})/i.exec(line)?.[1]?.toLowerCase();
    if (said !== undefined) command = COMMANDS[said] ?? command;
    if (!/^\s{0,8}(?:<<<|out:) {0,4}[45]\d\d/i.test(line)) continue;
    if (command === 'data' && isPipelined(lines, at)) return 'rcpt';
    return command ?? 'connect';
  }
  return null;
}

const COMMANDS: Readonly<Record<string, Phase>> = { ehlo: 'helo', helo: 'helo', mail: 'mail', rcpt: 'rcpt', data: 'data' };

/** Commands sent in one go: a complaint about missing recipients right behind says that the refusal was meant for RCPT. */
function isPipelined(lines: readonly string[], at: number): boolean {
  const behind = lines.slice(at + 1, at + 6).filter(line => /^\s{0,8}<<</.test(line));
  return behind.some(line => /\brcpt\b|no valid recipients?|need recipient/i.test(line));
}
