/** True if a value of whatever source is among those of a narrower type. */
export function isAmong<T extends string>(value: string, list: readonly T[]): value is T {
  return list.some((one) => one === value);
}
