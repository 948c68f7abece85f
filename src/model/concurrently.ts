/**
 * Works on many things side by side, `most` of them at once; the answers come in the order of the things. The first
 * that throws ends it, once what is under way has come to its end.
 */
export async function concurrently<T, R>(
  things: readonly T[],
  most: number,
  work: (thing: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers = new Map<number, R>();
  const waiting = [...things.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, thing] = next;
      try {
        answers.set(index, await work(thing));
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: most }, worker));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return things.map((_, index) => answers.get(index) as R);
}
