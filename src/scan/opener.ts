// What all ways of looking into a container share. An opener is pure: bytes in, what it sees out, one thing at a time, so that a member is
// looked at and let go before the next one is unpacked.

/** Why something was not seen. Each makes a finding `unscannable_WHY` (encrypted: `encrypted_archive`): never clean. */
export type Why =
  | 'encrypted'
  | 'damaged'
  | 'method'
  | 'too_large'
  | 'too_many_parts'
  | 'too_deep'
  | 'time'
  | 'memory'
  | 'message_too_complex'
  | 'split_archive'
  | 'split_message'
  | 'too_large_for_signatures';

export type Sight =
  /** Something with bytes of its own. `otherName`: a second name it goes by, where two places disagree. */
  | {
      readonly see: 'member';
      readonly name: string | null;
      readonly bytes: Buffer;
      readonly otherName?: string | null;
      readonly type?: string;
    }
  /** Something is there and could not be read. */
  | { readonly see: 'unseen'; readonly name: string | null; readonly why: Why }
  /** A rule about the container itself. `heuristic`: it looks like an attack. `refused_type`: a program or a refused kind. */
  | { readonly see: 'finding'; readonly class: 'heuristic' | 'refused_type'; readonly rule: string }
  /** Packed in a way that only the archive library knows (engines/scanner/libarchive.ts): the whole container is handed to it. */
  | { readonly see: 'foreign' };

export type Opening = {
  /** The container's own name, if it has one: a packed single file is called after it. */
  readonly name: string | null;
  /** Bytes that may come out of so many packed ones; shrinks as members are taken. Ask before each stream. */
  readonly room: (packed: number) => number;
  /** Members that may still be shown; an opener that stops here says `too_many_parts`. */
  readonly mostMembers: number;
  /** Passwords that the mail itself gives away, likeliest first. */
  readonly passwords: readonly string[];
};

export type Opener = (bytes: Buffer, opening: Opening) => Iterable<Sight>;

/** What a codec gives back: what came out, packed bytes used, and why it ended early (what came out before that is there). */
export type Unpacked = { readonly bytes: Buffer; readonly used: number; readonly why: 'damaged' | 'too_large' | 'method' | null };

/** A codec never gives more than `most` bytes and never allocates much more than what it gives. */
export type Codec = (packed: Buffer, most: number) => Unpacked;
