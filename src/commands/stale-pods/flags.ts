import type { ListFlags } from "../shared/list-options.ts";
import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";
import type { ServiceAccountFlags } from "../shared/service-account-argument.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";

/** The flags of `stale-pods` as commander gives them. */
export interface StalePodsFlags
  extends
    ClusterFlags,
    TargetsFlags,
    Omit<PlanFlags, "output">,
    ServiceAccountFlags,
    ListFlags<"text" | "json"> {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly restart?: boolean;
}
