// Answers of a question that costs something, kept for a time: who asks while it is asked waits for the same answer. What went in first goes out first.

export function remembered<R>(
  most: number,
  ms: number,
  monotonic: () => number,
  ask: (key: string) => Promise<R>,
): (key: string) => Promise<R> {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<R> }>();
  return key => {
    const there = kept.get(key);
    if (there && monotonic() - there.at < ms) return there.answer;
    kept.delete(key);
    if (kept.size >= most) kept.delete(kept.keys().next().value as string);
    const answer = ask(key);
    kept.set(key, { at: monotonic(), answer });
    // A failure is no answer.
    answer.catch(() => kept.delete(key));
    return answer;
  };
}
