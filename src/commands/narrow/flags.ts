import type { ClusterFlags } from "../shared/session/options.ts";

/** The formats of the proposal: the policy alone, or all that is known of it. */
export const FORMATS = ["policy", "json"] as const;

/** The flags of `narrow`. */
export interface NarrowFlags extends ClusterFlags {
  readonly output: (typeof FORMATS)[number];
  readonly file?: string;
}
