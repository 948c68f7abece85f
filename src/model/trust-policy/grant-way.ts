import type { Statement } from "./document.ts";
import type { TrustRequest } from "./request.ts";

/**
 * One way by which a ServiceAccount gets a role, as far as it shows in trust policies. A further way is a further
 * implementation, listed in grant.ts.
 */
export interface GrantWay<Key, One> {
  /** The statement that allows the ServiceAccount and nobody else. */
  readonly statement: (grant: One) => Statement;
  /**
   * True for a statement of the very shape that we write: anything beside, as a second subject or a further condition,
   * makes it someone else's.
   */
  readonly isOurs: (statement: Statement, key: Key) => boolean;
  /** The requests of STS that must all be allowed. */
  readonly requests: (grant: One) => readonly TrustRequest[];
  /** Callers near enough that a wildcard, a prefix match or a forgotten condition would allow them. */
  readonly strangers: (grant: One) => readonly Stranger<One>[];
}

/** A caller who differs from the one that the grant is for in one thing. */
export interface Stranger<One> {
  readonly what:
    | "namespace"
    | "service-account"
    | "audience"
    | "provider"
    | "cluster"
    | "session-tags"
    | "role";
  readonly value: string;
  readonly caller: One;
}

/** Names that differ from a name by a character at either end, by one less, or altogether. */
export function near(name: string): readonly string[] {
  return [`${name}0`, `0${name}`, name.slice(0, -1), name === "other" ? "another" : "other"];
}
