// Bounds of recipient lists, each with its reason (docs/lists.md).

/** Recipients of one import: more goes in several. */
export const MAX_CALL = 20_000;
/** Recipients of one list: a run of it takes an hour or so. */
export const MAX_LIST = 1_000_000;
/** Lists of one account. */
export const MAX_LISTS = 1_000;
/** Bad lines that an import tells. */
export const MAX_TOLD = 100;
/** JSON values of one import: each recipient may have twenty variables. */
export const MAX_VALUES = 24 * MAX_CALL;
