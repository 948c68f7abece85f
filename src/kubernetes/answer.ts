import { Failure } from "../model/failure.ts";

/** The answer's status and its body: parsed where it is JSON, a `Buffer` where it is the Protobuf that was asked for. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The response is not what Kubernetes returns: it is not an API server, it is faulty, or it is malicious. Its contents
 * are unknown then.
 */
export function unexpectedAnswer(what: string, found: string): Failure {
  return new Failure(
    "failed",
    "unexpected-answer",
    `${what}: unexpected response from the API server: ${found}`,
  );
}

/** How a field of an answer is read: its value, or `undefined` where there is none, as `null` too. */
export type Shape<T> = (value: unknown) => T;

/** A value of another kind than Kubernetes has there. The way to it is told from within: most values need none. */
export class Unfit extends Error {
  readonly #what: string;
  #path = "";

  constructor(what: string) {
    super();
    this.#what = what;
  }

  override get message(): string {
    return this.#path === "" ? `it is not ${this.#what}` : `'${this.#path}' is not ${this.#what}`;
  }

  /** The same in a field, or in an item of a list as `[0]`. */
  within(step: string): this {
    const isList = this.#path === "" || this.#path.startsWith("[");
    this.#path = isList ? `${step}${this.#path}` : `${step}.${this.#path}`;
    return this;
  }
}

function within(error: unknown, step: string): unknown {
  return error instanceof Unfit ? error.within(step) : error;
}

/**
 * Reads an answer by its shape. What the shape does not name is dropped.
 * @throws Failure `unexpected-answer` if it does not fit
 */
export function fit<T>(what: string, value: unknown, shape: Shape<T>): T {
  try {
    return shape(value);
  } catch (error) {
    if (error instanceof Unfit) throw unexpectedAnswer(what, error.message);
    throw error;
  }
}

/** A string. */
export const text: Shape<string> = scalar("a string", (value) => typeof value === "string");
/** A number. */
export const number: Shape<number> = scalar("a number", (value) => typeof value === "number");
/** True or false. */
export const flag: Shape<boolean> = scalar("true or false", (value) => typeof value === "boolean");
/** Anything that is not looked into. */
export const anything: Shape<unknown> = (value) => value;

/** A field that may be absent, or null. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined || value === null ? undefined : shape(value));
}

/** A list. */
export function listOf<T>(shape: Shape<T>): Shape<T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Unfit("a list");
    const fitted: T[] = [];
    try {
      for (const item of value) fitted.push(shape(item));
    } catch (error) {
      throw within(error, `[${fitted.length}]`);
    }
    return fitted;
  };
}

/** An object of strings. */
export const texts: Shape<Record<string, string>> = (value) => {
  if (!isObject(value)) throw new Unfit("an object");
  for (const key of Object.keys(value))
    if (typeof value[key] !== "string") throw new Unfit("an object of strings");
  return value as Record<string, string>;
};

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Fitted<F extends Fields> = {
  readonly [K in keyof F as undefined extends ReturnType<F[K]> ? never : K]: ReturnType<F[K]>;
} & {
  readonly [K in keyof F as undefined extends ReturnType<F[K]> ? K : never]?: Exclude<
    ReturnType<F[K]>,
    undefined
  >;
};

/** An object with these fields. */
export function object<F extends Fields>(fields: F): Shape<Fitted<F>> {
  const entries = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) throw new Unfit("an object");
    const fitted: Record<string, unknown> = {};
    let at = "";
    try {
      for (const [name, shape] of entries) {
        at = name;
        const found = shape(value[name]);
        if (found !== undefined) fitted[name] = found;
      }
    } catch (error) {
      throw within(error, at);
    }
    return fitted as Fitted<F>;
  };
}

/** What the keys lead to in objects; absent where one of them is. */
export function under<T>(keys: readonly string[], shape: Shape<T>): Shape<T> {
  const [key, ...more] = keys;
  if (key === undefined) return shape;
  const inner = under(more, shape);
  return (value) => {
    if (value !== undefined && value !== null && !isObject(value)) throw new Unfit("an object");
    try {
      return inner(value?.[key]);
    } catch (error) {
      throw within(error, key);
    }
  };
}

function scalar<T>(what: string, is: (value: unknown) => boolean): Shape<T> {
  return (value) => {
    if (!is(value)) throw new Unfit(what);
    return value as T;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
