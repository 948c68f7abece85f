/** Which changes may be made: those whose prerequisites are done, the plan's first ones first. */
export class FreeChanges {
  /** How many of a change's prerequisites are not done. */
  readonly #undone: number[];
  /** The changes that wait for a change. */
  readonly #waiting: number[][];
  /** In the plan's order. */
  readonly #free: number[];

  /** @param prerequisites of each change, by index */
  constructor(prerequisites: readonly (readonly number[])[]) {
    this.#undone = prerequisites.map(({ length }) => length);
    this.#waiting = prerequisites.map(() => []);
    prerequisites.forEach((before, index) => before.forEach((one) => this.#waiting[one]?.push(index)));
    this.#free = prerequisites.flatMap(({ length }, index) => (length === 0 ? [index] : []));
  }

  /** Takes so many at most; each is given once. */
  take(most: number): readonly number[] {
    return this.#free.splice(0, Math.max(0, most));
  }

  /** Frees what waited for this change alone. */
  done(index: number): void {
    for (const one of this.#waiting[index] ?? []) {
      const left = (this.#undone[one] ?? 0) - 1;
      this.#undone[one] = left;
      if (left === 0) this.#insert(one);
    }
  }

  #insert(index: number): void {
    const at = this.#free.findIndex((one) => one > index);
    this.#free.splice(at === -1 ? this.#free.length : at, 0, index);
  }
}
