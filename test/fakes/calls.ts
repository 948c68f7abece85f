import { Failure } from "../../src/model/failure.ts";

/** A call of a port, as `iam.createRole`, with its arguments. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Which call is meant: the n-th since the log was cleared (from 1), or the first of that name from now on. */
export type At = number | string;

/** Whether a call that fails has had its effect (its answer is lost) or not. */
export type When = "before" | "after";

interface Intervention {
  readonly at: At;
  readonly when: When;
  readonly act: () => void;
}

/** What a fake's port was asked, in order; and where tests step in. */
export class CallLog {
  #calls: Call[] = [];
  #interventions: Intervention[] = [];
  readonly #denied = new Map<string, number>();
  readonly #outages = new Map<string, Failure>();
  #dead = false;

  /** The calls since the log was cleared. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** The names of the calls that change something. */
  get writes(): readonly string[] {
    return this.#calls.map(({ name }) => name).filter(isWrite);
  }

  /** True once the process has died at a call. */
  get isDead(): boolean {
    return this.#dead;
  }

  /** Forgets calls and everything that was to happen; the port works again. */
  clear(): void {
    this.#calls = [];
    this.#interventions = [];
    this.#denied.clear();
    this.#outages.clear();
    this.#dead = false;
  }

  /** Does something right before a call: someone else edits. */
  before(at: At, act: () => void): void {
    this.#interventions.push({ at, when: "before", act });
  }

  /** Does something right after a call, whose answer is made by then. */
  after(at: At, act: () => void): void {
    this.#interventions.push({ at, when: "after", act });
  }

  /** Lets a call fail, before its effect or after it. */
  fail(at: At, when: When = "before", failure: Failure = unreachable()): void {
    this.#interventions.push({ at, when, act: () => throwIt(failure) });
  }

  /** Lets the process die at a call: nothing is done after it, whoever calls. */
  dieAt(at: At, when: When): void {
    this.#interventions.push({
      at,
      when,
      act: () => {
        this.#dead = true;
        throw unreachable();
      },
    });
  }

  /** Denies every call of that name from now on. */
  deny(name: string): void {
    this.#denied.set(name, 0);
  }

  /** From now on every call fails whose name begins so, as `iam.`; until it is restored. */
  lose(prefix: string, failure: Failure = unreachable()): void {
    this.#outages.set(prefix, failure);
  }

  /** The calls whose names begin so are answered again. */
  restore(prefix: string): void {
    this.#outages.delete(prefix);
  }

  /** Carries a call out, with whatever was to happen at it. */
  async run<T>(call: Call, refusal: () => Failure, effect: () => T): Promise<T> {
    // A turn of its own: calls that are made side by side really interleave.
    await Promise.resolve();
    if (this.#dead) throw unreachable();
    this.#calls.push(call);
    const number = this.#calls.length;
    if (this.#denied.has(call.name)) throw refusal();
    for (const [prefix, failure] of this.#outages) if (call.name.startsWith(prefix)) throw failure;
    this.#intervene(call.name, number, "before");
    const answer = effect();
    this.#intervene(call.name, number, "after");
    return structuredClone(answer);
  }

  #intervene(name: string, number: number, when: When): void {
    const due = this.#interventions.find((one) => one.when === when && [name, number].includes(one.at));
    if (due === undefined) return;
    this.#interventions = this.#interventions.filter((one) => one !== due);
    due.act();
  }
}

/** The same port with every call logged. */
export function logged<Port extends object>(
  service: string,
  port: Port,
  log: CallLog,
  refusal: (method: keyof Port) => Failure,
): Port {
  const methods = Object.entries(port).map(([method, effect]: [string, (...args: unknown[]) => unknown]) => [
    method,
    (...args: unknown[]) =>
      log.run(
        { name: `${service}.${method}`, args: structuredClone(args) },
        () => refusal(method as keyof Port),
        () => effect(...args),
      ),
  ]);
  return Object.fromEntries(methods) as Port;
}

/** A network that gives no answer. */
export function unreachable(): Failure {
  return new Failure("failed", "unreachable", "can't be reached (ECONNRESET)");
}

function isWrite(name: string): boolean {
  return /\.(create|update|bind|restart|add|set|tag|untag|attach|detach|put|patch|delete|remove)/.test(name);
}

function throwIt(failure: Failure): never {
  throw failure;
}
