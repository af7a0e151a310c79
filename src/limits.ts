// Every bound of the product, with its reason. Settings may lower or raise some (config.ts); nothing else invents a number.
export const KiB = 1024;
export const MiB = 1024 * 1024;
