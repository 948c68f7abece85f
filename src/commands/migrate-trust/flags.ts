import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";

/** The flags of `migrate-trust` as commander gives them. */
export interface MigrateTrustFlags
  extends Omit<ClusterFlags, "cluster" | "kubeconfig" | "context">, PlanFlags, TargetsFlags {
  readonly from: string;
  readonly to: string;
  readonly replace?: boolean;
  readonly include?: string[];
  readonly exclude?: string[];
  readonly associateOidc?: boolean;
  readonly audience?: string[];
}
