/** A call as the sandbox records it; times in milliseconds of one clock. */
export interface Call {
  readonly service: string;
  readonly action: string;
  readonly parameters: object;
  readonly object?: string;
  readonly started: number;
  readonly ended: number;
  readonly write: boolean;
  readonly errorCode?: string | undefined;
}

/**
 * The longest chain of calls none of which began before the one before it had ended: those that waited for one another, where
 * every call takes its time. (Interval scheduling: whichever ends first, and so on.)
 */
export function longestChain(calls: readonly Call[]): readonly Call[] {
  const chain: Call[] = [];
  for (const call of calls.toSorted((one, other) => one.ended - other.ended)) {
    if (call.started >= (chain.at(-1)?.ended ?? -Infinity)) chain.push(call);
  }
  return chain;
}

/** The reads that were made before, word for word. */
export function repeatedReads(calls: readonly Call[]): readonly string[] {
  const reads = calls
    .filter(({ write }) => !write)
    .map((call) => [nameOf(call), call.object, JSON.stringify(call.parameters)].join(" "));
  return reads.filter((read, at) => reads.indexOf(read) !== at);
}

/** `iam:CreateRole`, `kubernetes:create serviceaccounts`. */
export function nameOf({ service, action }: Pick<Call, "service" | "action">): string {
  return `${service}:${action}`;
}
