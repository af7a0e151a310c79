// The form in which a message leaves: conversion for the peer, Feedback-ID, then DKIM over the result, then the dots and the end of DATA.
import type { Job } from '../mail.ts';
import { hasLongLine, toTransportable } from '../message/seven-bit.ts';
import { dkimSign, type SigningKey } from './dkim/sign.ts';

export type FormAsk = {
  readonly job: Job;
  readonly content: Buffer;
  readonly eightBit: boolean;
  readonly keys: readonly SigningKey[];
  readonly feedbackId: string | null;
  readonly at: number;
};

/** The bytes for DATA with doubled dots and `CRLF.CRLF`. */
export function outgoing({ job, content, eightBit, keys, feedbackId, at }: FormAsk): Buffer {
  const mustConvert = (job.eightBit && !eightBit) || hasLongLine(content);
  const converted = mustConvert ? toTransportable(content, eightBit) : content;
  const marked = feedbackId ? Buffer.concat([Buffer.from(`Feedback-ID: ${feedbackId}:sesame\r\n`), converted]) : converted;
  const signature = keys.length > 0 ? dkimSign(marked, keys, at) : '';
  return stuffed(Buffer.from(signature, 'latin1'), marked);
}

const DOTTED = Buffer.from('\r\n.');
const DOT = 46;

/** Front and message as DATA wants them (RFC 5321 section 4.5.2). */
export function stuffed(front: Buffer, raw: Buffer): Buffer {
  const pieces: Buffer[] = [front];
  let from = 0;
  if (front.length === 0 && raw[0] === DOT) pieces.push(Buffer.from('.'));
  for (let at = raw.indexOf(DOTTED); at >= 0; at = raw.indexOf(DOTTED, at + 3)) {
    pieces.push(raw.subarray(from, at + 3));
    from = at + 2;
  }
  pieces.push(raw.subarray(from));
  const ended = raw.length >= 2 && raw[raw.length - 2] === 13 && raw[raw.length - 1] === 10;
  pieces.push(Buffer.from(ended ? '.\r\n' : '\r\n.\r\n'));
  return Buffer.concat(pieces);
}
