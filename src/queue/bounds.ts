// Bounds of the dispatcher, each with its reason.

/** Jobs of one door that are under way: enough to keep two cores busy, few enough to be forgotten in a crash. */
export const WINDOW = 256;
/** Places of the window that bulk mail leaves free when it is offered at once. */
export const KEPT_FOR_TRANSACTIONAL = 64;
/** Jobs of one claim: about 10 ms of the writer, which accepts wait for. */
export const A_CLAIM = 64;
/** Jobs of one lane in one claim. */
export const PER_LANE = 32;
/** A job that takes longer waits for a slow peer: it costs a socket and no work, and gives its place to others. */
export const SLOW_MS = 2_000;
/** As many slow jobs at most; more count in the window again. */
export const SLOW_PLACES = 768;
/** A door with nothing to do asks so often. */
export const IDLE_MS = 250;
/** While the queue has something, a job that ended lets the door ask again after this: those that end meanwhile are one claim. */
export const SOON_MS = 5;
/** A claim that found something says that there may be more, for so long. */
export const FRUITFUL_MS = 2_000;
/** Mail that was not leased at once found its lane full or behind other mail: asked for after this. */
export const FULL_MS = 20;
