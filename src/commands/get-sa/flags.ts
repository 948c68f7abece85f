import type { ClusterFlags } from "../shared/session/options.ts";
import type { ListFlags } from "../shared/list-options.ts";
import type { ServiceAccountFlags } from "../shared/service-account-argument.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";

/** The formats of its own; `wide` has more than the columns of any list. */
export const FORMATS = ["table", "wide", "json", "yaml", "clusterconfig"] as const;

type GetSaFormat = (typeof FORMATS)[number];

/** The flags of `get-sa` as commander gives them. */
export interface GetSaFlags extends ClusterFlags, TargetsFlags, ServiceAccountFlags, ListFlags<GetSaFormat> {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly exitCode?: boolean;
  readonly ignoreNotFound?: boolean;
}
