import { excerpt } from "./excerpt.ts";
import { Failure } from "./failure.ts";
import { LIMITS } from "./limits.ts";
import { derived, type FromOperator } from "./source.ts";

/** A value parsed at the edge, or what is wrong with it and what would be right. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** The parsed value. */
export function valid<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** What is wrong, as half a sentence that follows the flag's name and the value. */
export function invalid(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/** A text of the operator's, and where it was given: a flag, or a place in a file. */
export interface Given {
  readonly where: string;
  readonly text: FromOperator<string>;
}

/** One wrong input: where it was given, its value and what is wrong with it. */
export interface Problem {
  readonly where: string;
  readonly value: string;
  readonly problem: string;
}

/** Collects every problem of the input, so that the user sees all of them together. */
export class Problems {
  readonly #list: Problem[] = [];

  /** The parsed value, or `undefined` after noting the problem. */
  take<T>(where: string, text: string, parse: (text: string) => Parsed<T>): T | undefined {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    this.note(where, text, parsed.problem);
    return undefined;
  }

  /** As `take`, for a flag that may be absent. */
  maybe<T>(where: string, text: string | undefined, parse: (text: string) => Parsed<T>): T | undefined {
    return text === undefined ? undefined : this.take(where, text, parse);
  }

  /** As `take`, for a list; only the right ones come back. */
  all<T>(where: string, texts: readonly string[], parse: (text: string) => Parsed<T>): T[] {
    // Not flattened: a value may be a pair.
    return texts.flatMap((text) => {
      const value = this.take(where, text, parse);
      return value === undefined ? [] : [value];
    });
  }

  /** As `maybe`, for what knows where it was given: what the operator's text says is the operator's. */
  one<T>(given: Given | undefined, parse: (text: string) => Parsed<T>): FromOperator<T> | undefined {
    if (given === undefined) return undefined;
    const { where, text } = given;
    return derived(text, (plain) => this.take(where, plain, parse));
  }

  /** As `all`, for what knows where it was given. */
  each<T>(list: readonly Given[], parse: (text: string) => Parsed<T>): FromOperator<T>[] {
    return list
      .map((given) => this.one(given, parse))
      .filter((value): value is FromOperator<T> & {} => value !== undefined && value !== null);
  }

  /**
   * Notes a problem. Of a long value the beginning is told: it may be a document, or what was pasted by mistake.
   * @throws Failure with all of them, once they are too many to go on
   */
  note(where: string, value: string, problem: string): void {
    this.#list.push({ where, value: excerpt(value), problem });
    if (this.#list.length >= LIMITS.problems) this.throwIfAny();
  }

  /** Everything noted, in order. */
  get list(): readonly Problem[] {
    return this.#list;
  }

  /** A failure of kind `input` that lists everything noted; `undefined` if nothing is. */
  failure(): Failure | undefined {
    const [first, ...more] = this.#list.map(describe);
    if (first === undefined) return undefined;
    const count = this.#list.length >= LIMITS.problems ? `${LIMITS.problems} or more` : this.#list.length;
    const message = more.length === 0 ? first : `${count} invalid values`;
    const facts = more.length === 0 ? [] : this.#list.map((one) => [one.where, sentence(one)] as const);
    return new Failure("input", "invalid-input", message, { facts });
  }

  /** @throws Failure of kind `input` that lists everything noted. */
  throwIfAny(): void {
    const failure = this.failure();
    if (failure !== undefined) throw failure;
  }
}

/** How a problem begins that goes on from the value: "'x' is not a valid name". */
const HALF_SENTENCE = /^(?:is|has|can't|must|does|matches|grants|nests|begins|gives|requires)\b/;

function describe(problem: Problem): string {
  return `${problem.where} ${sentence(problem)}`;
}

function sentence({ value, problem }: Problem): string {
  if (value === "") return problem;
  return `'${value}'${HALF_SENTENCE.test(problem) ? "" : ":"} ${problem}`;
}
