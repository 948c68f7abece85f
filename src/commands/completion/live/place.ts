import { clusterRef, parseClusterArn } from "../../../model/arn.ts";
import type { ClusterFlags } from "../../shared/session/options.ts";
import type { Dataset } from "./kinds.ts";

/** Where names are read, as flags say it. */
export type ReadPlace = Pick<ClusterFlags, "cluster" | "region" | "profile">;

/** What of the flags matters for a dataset: clusters and roles are those of a region and an AWS account, whatever cluster is named. */
export function readPlace(dataset: Dataset, { cluster, region, profile }: ReadPlace): ReadPlace {
  const arn = parseClusterArn(cluster ?? "");
  const wanted = {
    cluster: dataset === "service-accounts" ? cluster : undefined,
    region: region ?? (arn.ok ? clusterRef(arn.value).region : undefined),
    profile,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
