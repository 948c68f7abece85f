/** What has changed when, by key: so that a reader can tell whether anything that it read is different by now. */
export interface Changes {
  /** The present: a change that comes later is after it. */
  readonly present: () => number;
  readonly touch: (key: string) => void;
  readonly isTouched: (keys: Iterable<string>, since: number) => boolean;
}

/** Objects come and go for as long as a cluster is watched, and anyone who may create some decides how fast. */
const MOST = 100_000;

/**
 * Nothing has changed yet.
 * @param most how many keys are remembered; of older changes it is only known that there were some
 */
export function noChanges(most = MOST): Changes {
  const touchedAt = new Map<string, number>();
  let present = 0;
  let forgotten = 0;
  return {
    present: () => present,
    touch: (key) => {
      touchedAt.delete(key);
      touchedAt.set(key, (present += 1));
      if (touchedAt.size <= most) return;
      for (const [oldest, at] of touchedAt) {
        touchedAt.delete(oldest);
        forgotten = at;
        return;
      }
    },
    isTouched: (keys, since) => {
      if (since < forgotten) return true;
      for (const key of keys) if ((touchedAt.get(key) ?? 0) > since) return true;
      return false;
    },
  };
}
