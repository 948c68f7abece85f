import { isFailure } from "../../../src/model/failure.ts";
import { filled } from "../placeholders.ts";

/** A call of a port, by its method and arguments. In all strings, `{name}` stands for what a side calls so. */
export type CallOf<Port> = {
  readonly [Method in keyof Port]: Port[Method] extends (...args: infer Args) => unknown
    ? readonly [method: Method, ...args: Args]
    : never;
}[keyof Port];

/** A port to be held to the contract: the fake's, or irsa's own on the sandbox. */
export interface Side<Port> {
  readonly port: Port;
  /** What the side calls otherwise than the other one, as ids: its own words by the name that cases use. */
  readonly names?: ReadonlyMap<string, string>;
  /** Waits until what a call has begun is done. */
  readonly settle?: () => Promise<void>;
}

/** What a port answers to the calls, one after the other: the answer without ids and times, or the failure's kind and code. */
export async function outcomesOf<Port>(
  { port, names = new Map(), settle }: Side<Port>,
  calls: readonly CallOf<Port>[],
): Promise<unknown[]> {
  // The version that was read last is the one that an edit may name.
  const known = new Map([...names, ["version", "1"]]);
  const outcomes: unknown[] = [];
  for (const call of calls) {
    const [method, ...args] = call as readonly [keyof Port, ...(readonly unknown[])];
    const answer = await outcomeOf(port, method, filled(args, known));
    await settle?.();
    const version = (answer as { answer?: { resourceVersion?: string } }).answer?.resourceVersion;
    if (version !== undefined) known.set("version", version);
    outcomes.push([call, normalized(answer, new Map([...names].map(([name, own]) => [own, `{${name}}`])))]);
  }
  return outcomes;
}

/** The methods of a port that no case calls. */
export function methodsWithoutCase(
  port: object,
  cases: readonly (readonly [string, readonly (readonly [PropertyKey, ...(readonly unknown[])])[]])[],
): string[] {
  const called = new Set(cases.flatMap(([, calls]) => calls.map(([method]) => String(method))));
  return Object.keys(port).filter((method) => !called.has(method));
}

async function outcomeOf<Port>(port: Port, method: keyof Port, args: readonly unknown[]): Promise<object> {
  try {
    const run = port[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return { answer: await run.apply(port, [...args]) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { failed: error.kind, code: error.code };
  }
}

/** What each side has of its own: ids, versions, times, and what the sandbox's controllers write. */
const OWN = new Set(["id", "requestId", "resourceVersion"]);
/** The API server gives names of its own to the volumes that it adds. */
const RANDOM_SUFFIX = /(?<=^kube-api-access-)\w{5}$/;
/** EKS ends the ARNs of add-ons with a UUID. */
const ADDON_UUID = /(?<=:addon\/[^/]+\/[^/]+\/).+$/;
const LEFT_OUT = new Set([
  "createdAt",
  "modifiedAt",
  "annotatedAt",
  "kubectl.kubernetes.io/restartedAt",
  "pod-template-hash",
  "deployment.kubernetes.io/revision",
]);

function normalized(value: unknown, names: ReadonlyMap<string, string>, key = ""): unknown {
  if (typeof value === "string") return OWN.has(key) && !names.has(value) ? "…" : named(value, names);
  if (value instanceof Map) return [...value].map(([name, one]) => [name, normalized(one, names)]);
  if (Array.isArray(value)) return value.map((one) => normalized(one, names)).toSorted(byText);
  if (typeof value !== "object" || value === null) return value;
  const made = "workload" in value ? { name: "…" } : {};
  const entries = Object.entries({ ...value, ...made }).filter(
    ([name, one]) => one !== undefined && !LEFT_OUT.has(name),
  );
  return Object.fromEntries(entries.map(([name, one]) => [name, normalized(one, names, name)]));
}

/** Also where an ARN ends with what a side calls so. */
function named(value: string, names: ReadonlyMap<string, string>): string {
  for (const [own, name] of names)
    if (value === own || value.endsWith(`/${own}`)) return `${value.slice(0, -own.length)}${name}`;
  return value.replace(RANDOM_SUFFIX, "…").replace(ADDON_UUID, "…");
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
