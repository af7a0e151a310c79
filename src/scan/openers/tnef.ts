// TNEF (winmail.dat) that the message walker has not opened by itself: in an archive, or under another type.
import { readTnef } from '../../message/tnef.ts';
import type { Opener } from '../opener.ts';

export const openTnef: Opener = function* (bytes) {
  const tnef = readTnef(bytes);
  if (!tnef) return;
  for (const { name, bytes: inner } of tnef.files) yield { see: 'member', name: name || null, bytes: inner };
  for (const { name, type, bytes: inner } of tnef.bodies) yield { see: 'member', name, type, bytes: inner };
  if (!tnef.complete) yield { see: 'unseen', name: null, why: 'damaged' };
};
