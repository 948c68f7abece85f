/** What waits, up to a number, of several of whom none must hold up the others. */
export interface FairQueue<T> {
  /**
   * Adds what waits under a key, as the newest, and drops what waits under it already.
   * @returns false if something had to be left out: the newest of whoever has the most waiting, who may be this one
   */
  readonly add: (of: string, key: string, item: T) => boolean;
  /** The oldest of whose turn it is, which is taken out. */
  readonly take: () => T | undefined;
  /** Puts back what was taken, as the oldest, unless the key has something newer. @returns as `add` does */
  readonly putBack: (of: string, key: string, item: T) => boolean;
}

/** Nothing waits. @param most how many may wait */
export function fairQueue<T>(most: number): FairQueue<T> {
  /** In the order of their turns; who has nothing waiting is not among them. */
  const queues = new Map<string, Map<string, T>>();
  let size = 0;
  const remove = (of: string, queue: Map<string, T>, key: string): void => {
    size -= 1;
    queue.delete(key);
    if (queue.size === 0) queues.delete(of);
  };
  const leaveOneOut = (): void => {
    let longest: [of: string, queue: Map<string, T>] | undefined;
    for (const [of, queue] of queues)
      if (longest === undefined || queue.size >= longest[1].size) longest = [of, queue];
    const newest = longest && [...longest[1].keys()].at(-1);
    if (longest !== undefined && newest !== undefined) remove(...longest, newest);
  };
  const keep = (of: string, queue: Map<string, T>): boolean => {
    queues.set(of, queue);
    if (size <= most) return true;
    leaveOneOut();
    return false;
  };
  return {
    add: (of, key, item) => {
      const queue = queues.get(of) ?? new Map<string, T>();
      if (!queue.delete(key)) size += 1;
      return keep(of, queue.set(key, item));
    },
    putBack: (of, key, item) => {
      const queue = queues.get(of) ?? new Map<string, T>();
      if (queue.has(key)) return true;
      size += 1;
      return keep(of, new Map([[key, item], ...queue]));
    },
    take: () => {
      const [next] = queues;
      if (next === undefined) return undefined;
      const [of, queue] = next;
      const [first] = queue;
      if (first === undefined) return undefined;
      const [key, item] = first;
      queues.delete(of);
      queues.set(of, queue);
      remove(of, queue, key);
      return item;
    },
  };
}
