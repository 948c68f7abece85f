/** What has changed when, by key: so that a reader can tell whether anything that it read is different by now. */
export interface Changes {
  /** The present: a change that comes later is after it. */
  readonly present: () => number;
  readonly touch: (key: string) => void;
  readonly isTouched: (keys: Iterable<string>, since: number) => boolean;
}

/** Nothing has changed yet. */
export function noChanges(): Changes {
  const touchedAt = new Map<string, number>();
  let present = 0;
  return {
    present: () => present,
    touch: (key) => void touchedAt.set(key, (present += 1)),
    isTouched: (keys, since) => {
      for (const key of keys) if ((touchedAt.get(key) ?? 0) > since) return true;
      return false;
    },
  };
}
