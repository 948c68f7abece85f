import type { LastAccessed, ServiceUse } from "../model/last-accessed.ts";

/** Whether a role used an action. */
export type Use =
  | { readonly state: "used"; readonly lastUsed: string }
  | { readonly state: "unused"; readonly unused: "service" | "action" }
  | { readonly state: "unknown"; readonly because: "action-not-tracked" | "service-not-reported" };

/** A service with its tracked actions by lower-case name. */
export interface IndexedService extends ServiceUse {
  readonly byName: ReadonlyMap<string, ServiceUse["actions"][number]>;
}

/** What a role used, by service. */
export type UseIndex = ReadonlyMap<string, IndexedService>;

const SERVICE = /^[a-z0-9-]+$/;
const ACTION = /^[A-Za-z0-9]+$/;

/**
 * The report by service. A name that could not be an action's is left out: in a policy it might be a pattern. A service that is
 * reported twice was used if either says so.
 */
export function indexUse({ services }: Pick<LastAccessed, "services">): UseIndex {
  const index = new Map<string, IndexedService>();
  for (const one of services) {
    const service = one.service.toLowerCase();
    if (!SERVICE.test(service)) continue;
    const before = index.get(service);
    const byName = new Map(before?.byName);
    for (const action of one.actions.filter(({ name }) => ACTION.test(name))) {
      const key = action.name.toLowerCase();
      byName.set(key, later(byName.get(key), action));
    }
    const { lastUsed } = later(before, one);
    const actions = [...byName.values()];
    index.set(service, { service, actions, byName, ...(lastUsed !== undefined && { lastUsed }) });
  }
  return index;
}

function later<T extends { readonly lastUsed?: string }>(one: T | undefined, other: T): T {
  if (one?.lastUsed === undefined) return other;
  return other.lastUsed === undefined || other.lastUsed < one.lastUsed
    ? { ...other, lastUsed: one.lastUsed }
    : other;
}

/** True if the role used the service, or an action of it. */
export function isUsed({ lastUsed, actions }: ServiceUse): boolean {
  return lastUsed !== undefined || actions.some((one) => one.lastUsed !== undefined);
}

/** Whether the role used an action; names are without regard to case. */
export function useOf(index: UseIndex, service: string, name: string): Use {
  const found = index.get(service.toLowerCase());
  if (found === undefined) return { state: "unknown", because: "service-not-reported" };
  if (!isUsed(found)) return { state: "unused", unused: "service" };
  const action = found.byName.get(name.toLowerCase());
  if (action === undefined) return { state: "unknown", because: "action-not-tracked" };
  const { lastUsed } = action;
  return lastUsed === undefined ? { state: "unused", unused: "action" } : { state: "used", lastUsed };
}
