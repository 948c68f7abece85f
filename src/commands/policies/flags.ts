import type { ListFlags } from "../shared/list-options.ts";
import type { ClusterFlags } from "../shared/session/options.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";

/** The formats of its own. */
export const FORMATS = ["table", "wide", "json", "yaml"] as const;

type PoliciesFormat = (typeof FORMATS)[number];

/** The flags of `policies` as commander gives them. */
export interface PoliciesFlags extends ClusterFlags, TargetsFlags, ListFlags<PoliciesFormat> {
  readonly outdated?: boolean;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}
