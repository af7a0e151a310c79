// The hash lists as one thread has them now: attached to memory that all threads share, changed when the main thread tells of newer ones.
import { letGo } from '../garbage.ts';
import { bytesGone, type SegmentDescription } from '../segments/open.ts';
import { attachHashLists, type HashLists, type HashListsDescription } from './hashes.ts';

export type HashShelf = {
  /** null: none was imported. */
  readonly now: () => HashLists | null;
  readonly set: (description: HashListsDescription) => void;
};

export function newHashShelf(description: HashListsDescription): HashShelf {
  let lists = attachHashLists(description);
  return {
    now: () => (lists.entries > 0 || lists.faults.length > 0 ? lists : null),
    set: next => {
      const before = lists;
      lists = attachHashLists(next);
      before.close();
      letGo(bytesGone(segmentsOf(before), segmentsOf(lists)));
    },
  };
}

const segmentsOf = ({ description }: HashLists): SegmentDescription[] => description.lists.flatMap(one => one.segments);
