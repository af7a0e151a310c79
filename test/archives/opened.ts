// What an opener sees, as short lines for tests, and that it ends within its bounds on damaged bytes.
import assert from 'node:assert/strict';
import type { Opener, Opening } from '../../src/scan/opener.ts';
import { randomFrom } from '../random.ts';

const MOST = 1 << 24;

/** An opening like the scanner's own. */
export function openingOf(name: string | null = null, most = MOST, mostMembers = 1000): Opening {
  return { name, room: () => most, mostMembers, passwords: [] };
}

/** `NAME|OTHER:LENGTH` for a member, the reason for what is unseen. */
export function opened(opener: Opener, bytes: Buffer, opening: Opening = openingOf()): readonly string[] {
  return [...opener(bytes, opening)].map(sight => {
    if (sight.see === 'member') return `${sight.name}${sight.otherName == null ? '' : `|${sight.otherName}`}:${sight.bytes.length}`;
    if (sight.see === 'unseen') return sight.why;
    return sight.see;
  });
}

/** Some hundred mutations of good bytes: none throws, all end, and none gives more than it may. */
export function endsOnAnything(opener: Opener, good: Buffer, rounds = 300, seed = 1): void {
  const random = randomFrom(seed);
  for (let round = 0; round < rounds; round++) {
    const bytes = Buffer.from(round % 3 === 0 ? good.subarray(0, Math.floor(random() * good.length)) : good);
    for (let n = Math.floor(random() * 8); n > 0 && bytes.length > 0; n--) {
      const at = Math.floor((random() < 0.5 ? random() : random() ** 4) * bytes.length);
      bytes[at] = random() < 0.3 ? 0xff : Math.floor(random() * 256);
    }
    let room = 1 << 22;
    let members = 0;
    for (const sight of opener(bytes, { name: 'a.bin', room: () => room, mostMembers: 100, passwords: [] })) {
      if (sight.see !== 'member') continue;
      assert.ok(sight.bytes.length <= room, `round ${round}`);
      room -= sight.bytes.length;
      members++;
    }
    assert.ok(members <= 100, `round ${round}`);
  }
}
