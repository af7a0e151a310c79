// The shape of one conformance suite: where its vectors lie below the given folder, and how the product answers each of them.

/** One vector: what the suite wants, what the product said. `skipped` only where the suite's own manifest says so. */
export type Case = {
  readonly suite: string;
  readonly id: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
  readonly skipped?: boolean;
};

/** A suite lives in `FOLDER/<folder>`; `names` are the lines that it prints (docs/operating.md). */
export type Suite = {
  readonly folder: string;
  readonly names: readonly string[];
  readonly run: (folder: string) => AsyncIterable<Case>;
};
