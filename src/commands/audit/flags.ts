import type { SEVERITIES } from "../../model/finding.ts";
import type { ClustersFlags } from "../shared/session/several-clusters.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";
import type { ListFlags } from "../shared/list-options.ts";

/** The formats of its own. */
export type AuditFormat = "table" | "json" | "sarif" | "asff" | "ocsf" | "markdown";

/** The flags of `audit`. */
export interface AuditFlags extends ClustersFlags, TargetsFlags, ListFlags<AuditFormat> {
  readonly namespace?: readonly string[];
  readonly rule?: readonly string[];
  readonly severity: (typeof SEVERITIES)[number];
  readonly failOn: (typeof SEVERITIES)[number] | "never";
  readonly unusedDays: number;
  readonly baseline?: string;
  readonly file?: readonly string[];
  readonly allNamespaces?: boolean;
  readonly selector?: string;
}
