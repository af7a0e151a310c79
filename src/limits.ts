// Units of sizes. Bounds stand with their reasons in the bounds.ts of each folder; settings may lower or raise some (config.ts).
export const KiB = 1024;
export const MiB = 1024 * 1024;
