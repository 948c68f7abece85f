/** Characters by which texts are found; each has at least as many. */
const LENGTH = 12;
const SLOTS = 1 << 16;

/** Texts that are looked for in others, all of them in the time that it takes to look for one. */
export class TextIndex {
  readonly #counts = new Map<string, number>();
  readonly #byBeginning = new Map<string, Set<string>>();
  /** How many beginnings there are of a kind: most characters of a text are told to begin none by this alone. */
  readonly #slots = new Uint32Array(SLOTS);

  /** @param text of at least 12 characters; one that is added twice has to be removed twice */
  add(text: string): void {
    const count = this.#counts.get(text) ?? 0;
    this.#counts.set(text, count + 1);
    if (count > 0) return;
    const beginning = text.slice(0, LENGTH);
    const same = this.#byBeginning.get(beginning);
    if (same !== undefined) return void same.add(text);
    this.#byBeginning.set(beginning, new Set([text]));
    this.#count(beginning, 1);
  }

  remove(text: string): void {
    const count = this.#counts.get(text) ?? 0;
    if (count > 1) return void this.#counts.set(text, count - 1);
    this.removeAll(text);
  }

  /** However often it was added. */
  removeAll(text: string): void {
    if (!this.#counts.delete(text)) return;
    const beginning = text.slice(0, LENGTH);
    const same = this.#byBeginning.get(beginning);
    same?.delete(text);
    if (same?.size !== 0) return;
    this.#byBeginning.delete(beginning);
    this.#count(beginning, -1);
  }

  /** Those whose beginning is in a text, the longest first; whether all of one is there is not said. */
  beginningIn(text: string): readonly string[] {
    if (this.#counts.size === 0) return [];
    const found = new Set<string>();
    const slots = this.#slots;
    const bytes = bytesOf(text);
    for (let at = 0; at + LENGTH <= text.length; at += 1) {
      if (slots[slotOf(bytes, at)] === 0) continue;
      for (const one of this.#byBeginning.get(text.slice(at, at + LENGTH)) ?? []) found.add(one);
    }
    return [...found].toSorted((one, other) => other.length - one.length);
  }

  #count(beginning: string, change: number): void {
    const slot = slotOf(bytesOf(beginning), 0);
    this.#slots[slot] = (this.#slots[slot] ?? 0) + change;
  }
}

/** By the lower bytes of five characters, so that a text is read as bytes: a third of the time of asking for its characters. */
function slotOf(bytes: Uint8Array, at: number): number {
  const first = (bytes[at] ?? 0) ^ ((bytes[at + 3] ?? 0) << 4) ^ ((bytes[at + 6] ?? 0) << 9);
  return (first ^ ((bytes[at + 9] ?? 0) << 2) ^ ((bytes[at + 11] ?? 0) << 7)) & (SLOTS - 1);
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
