/** Work that has something in common with other work, by a name for it, and waits until that has ended, well or not. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work after all that was given before for the same name. */
  take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const own = (this.#last.get(name) ?? Promise.resolve()).then(work);
    this.#last.set(
      name,
      own.catch(() => undefined),
    );
    return own;
  }
}
