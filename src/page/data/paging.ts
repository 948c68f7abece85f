/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where it begins and ends, counted from 1; 0 and 0 for an empty list. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  /** Counted from 1, within what there is. */
  readonly number: number;
  readonly pages: number;
}

/** One page of so many items; a number beyond the last page gives the last. */
export function pageOf<T>(all: readonly T[], wanted: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const number = Math.min(wanted, pages);
  const items = all.slice((number - 1) * size, number * size);
  const first = items.length === 0 ? 0 : (number - 1) * size + 1;
  return { items, first, last: Math.max(0, first + items.length - 1), total: all.length, number, pages };
}
