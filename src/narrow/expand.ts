import type { DroppedAction, KeptAction } from "../model/narrowed.ts";
import { matchesAction, matchesWildcard } from "../model/trust-policy/match.ts";
import type { Steps } from "../model/trust-policy/steps.ts";
import type { ActionNames } from "./action-names.ts";
import { shortened } from "./shorten.ts";
import { isUsed, useOf, type UseIndex } from "./use.ts";

/** What an element of a policy comes to. */
export interface Expansion {
  readonly kept: readonly KeptAction[];
  readonly dropped: readonly DroppedAction[];
}

/** What is known of actions: which were used, and which there are. */
export interface ActionFacts {
  readonly use: UseIndex;
  readonly names: ActionNames;
}

/** The same, and what taking a policy apart may cost yet. */
export interface BoundedFacts extends ActionFacts {
  readonly steps: Steps;
}

/** Some actions of one service. */
interface Part {
  readonly service: string;
  /** Patterns that a name is compared with. */
  readonly cost: number;
  readonly matches: (name: string) => boolean;
  /** The pattern that has these actions and no others; `undefined` if none is known. */
  readonly pattern: string | undefined;
}

const WILDCARD = /[*?]/;

/**
 * One `Action` of a statement, narrowed; `undefined` if what it has can't be told apart.
 * @throws TooComplex if that takes more steps than there are
 */
export function narrowAction(action: string, facts: BoundedFacts): Expansion | undefined {
  const colon = action.indexOf(":");
  const service = action.slice(0, Math.max(0, colon)).toLowerCase();
  if (!WILDCARD.test(action)) return one(action, service, facts);
  if (colon > 0 && !WILDCARD.test(service)) return narrowPart(partOf(action, service, colon), facts);
  return joined(
    servicesIn(facts).flatMap((each): Part[] => {
      if (/^\*+$/.test(action))
        return [{ service: each, cost: 1, matches: () => true, pattern: `${each}:*` }];
      if (colon > 0)
        return matchesWildcard(service, each)
          ? [partOf(`${each}${action.slice(colon)}`, each, each.length)]
          : [];
      return [
        {
          service: each,
          cost: 1,
          matches: (name) => matchesAction([action], `${each}:${name}`),
          pattern: undefined,
        },
      ];
    }),
    facts,
  );
}

/**
 * The `NotAction` of an Allow statement, narrowed: all other actions of all services; `undefined` if they can't be told apart.
 * @throws TooComplex if that takes more steps than there are
 */
export function narrowNotAction(excluded: readonly string[], facts: BoundedFacts): Expansion | undefined {
  const parts = servicesIn(facts).map((service): Part => {
    const isWhole = excluded.every((pattern) => isElsewhere(pattern, service));
    return {
      service,
      cost: excluded.length,
      matches: (name) => !matchesAction(excluded, `${service}:${name}`),
      pattern: isWhole ? `${service}:*` : undefined,
    };
  });
  return joined(parts, facts);
}

/** True for a pattern that has no action of the service. */
function isElsewhere(pattern: string, service: string): boolean {
  const colon = pattern.indexOf(":");
  const prefix = pattern.slice(0, colon).toLowerCase();
  return colon > 0 && !WILDCARD.test(prefix) && prefix !== service;
}

function partOf(pattern: string, service: string, colon: number): Part {
  return {
    service,
    cost: 1,
    matches: (name) => matchesAction([pattern.slice(colon + 1)], name),
    pattern,
  };
}

function one(action: string, service: string, { use }: ActionFacts): Expansion {
  // It is none, and IAM would not have it.
  if (service === "") return { kept: [{ service, action, because: "names-unknown" }], dropped: [] };
  const found = useOf(use, service, action.slice(action.indexOf(":") + 1));
  if (found.state === "unused") return { kept: [], dropped: [{ service, action, unused: found.unused }] };
  const because =
    found.state === "used"
      ? { because: "used" as const, lastUsed: found.lastUsed }
      : { because: found.because };
  return { kept: [{ service, action, ...because }], dropped: [] };
}

function joined(parts: readonly Part[], facts: BoundedFacts): Expansion | undefined {
  const all: Expansion[] = [];
  for (const part of parts) {
    const found = narrowPart(part, facts);
    if (found === undefined) return undefined;
    all.push(found);
  }
  return {
    kept: all.flatMap(({ kept }) => kept),
    dropped: all.flatMap(({ dropped }) => dropped),
  };
}

/** Taken apart only where something of it is unused. */
function narrowPart(part: Part, facts: BoundedFacts): Expansion | undefined {
  const { service, cost, matches, pattern } = part;
  const found = facts.use.get(service);
  facts.steps.spend(cost * (1 + (found?.actions.length ?? 0) + (facts.names.of(service)?.length ?? 0)));
  if (found === undefined) return whole(part, "service-not-reported", facts);
  if (!isUsed(found)) {
    const action = pattern ?? `${service}:*`;
    return { kept: [], dropped: isEmpty(part, facts) ? [] : [{ service, action, unused: "service" }] };
  }
  const tracked = found.actions.filter(({ name }) => matches(name));
  const unused = tracked.filter(({ lastUsed }) => lastUsed === undefined);
  const published = facts.names.of(service);
  if (unused.length === 0) {
    const isTracked =
      published?.filter(matches).every((name) => found.byName.has(name.toLowerCase())) === true;
    return whole(part, isTracked && tracked.length > 0 ? "used" : "action-not-tracked", facts);
  }
  if (published === undefined) return whole(part, "names-unknown", facts);
  return {
    kept: [
      ...tracked.flatMap(({ name, lastUsed }): KeptAction[] =>
        lastUsed === undefined ? [] : [{ service, action: `${service}:${name}`, because: "used", lastUsed }],
      ),
      ...untracked(
        part,
        published.filter((name) => matches(name) && !found.byName.has(name.toLowerCase())),
        unused.map(({ name }) => name),
      ),
    ],
    dropped: unused.map(({ name }) => ({ service, action: `${service}:${name}`, unused: "action" })),
  };
}

/** By patterns, where all that they have was in the pattern before. */
function untracked(
  { service, pattern }: Part,
  names: readonly string[],
  unused: readonly string[],
): readonly KeptAction[] {
  const begin = pattern === undefined ? undefined : BEGINNING.exec(pattern)?.[1];
  const short = begin === undefined ? names : shortened(names, unused, begin);
  return short.map((name) => ({
    service,
    action: `${service}:${name}`,
    because: "action-not-tracked",
  }));
}

/** A pattern of all names that begin in some way. */
const BEGINNING = /:([^*?]*)\*$/;

/** All of it, by its pattern or for want of one by the names that are known. */
function whole(
  { service, matches, pattern }: Part,
  because: KeptAction["because"],
  { names, use }: ActionFacts,
): Expansion | undefined {
  if (pattern !== undefined) return { kept: [{ service, action: pattern, because }], dropped: [] };
  const published = names.of(service);
  if (published === undefined) return undefined;
  const tracked = use.get(service)?.actions.map(({ name }) => name) ?? [];
  const all = new Map([...published, ...tracked].map((name) => [name.toLowerCase(), name]));
  const kept = [...all.values()]
    .filter(matches)
    .flatMap((name) => one(`${service}:${name}`, service, { names, use }).kept);
  return { kept, dropped: [] };
}

/** True if no action that is known is in it. */
function isEmpty({ service, matches, pattern }: Part, { names, use }: ActionFacts): boolean {
  if (pattern !== undefined) return false;
  const tracked = use.get(service)?.actions.map(({ name }) => name) ?? [];
  return ![...(names.of(service) ?? []), ...tracked].some(matches);
}

/** Every service that is known of, sorted. */
function servicesIn({ use, names }: ActionFacts): readonly string[] {
  return [...new Set([...names.services, ...use.keys()])].toSorted();
}
