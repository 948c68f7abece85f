import type { Authenticator } from "./auth/authentication.ts";
import type { TokenIssuer } from "./auth/tokens.ts";
import type { User } from "./auth/user.ts";
import type { Store } from "./store.ts";
import type { Writer } from "./writer.ts";

/** The parts of a running cluster that requests are answered from. */
export interface Cluster {
  readonly store: Store;
  readonly writer: Writer;
  readonly tokenIssuer: TokenIssuer;
  /** Where the issuer's keys are said to be. */
  readonly jwksUri: string;
  /** The most that a ServiceAccount token is valid, in seconds; longer asks are cut to it. */
  readonly maximumTokenSeconds: number;
  /** The users that the cluster itself knows, by their bearer tokens. */
  readonly users: Readonly<Record<string, User>>;
  readonly authenticator?: Authenticator;
  /** As `kubectl version` shows it, e.g. `v1.33.1`. */
  readonly gitVersion: string;
}
