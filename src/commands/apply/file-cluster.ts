import { clusterRef, parseClusterArn } from "../../model/arn.ts";
import type { Problems } from "../../model/problems.ts";
import type { ClusterFile } from "../../config/read-file.ts";
import type { ClusterFlags } from "../shared/session/options.ts";

/** The cluster of the files, as flags name one; flags that name another are noted. */
export function fileCluster(
  { cluster }: ClusterFile,
  flags: ClusterFlags,
  problems: Problems,
): Pick<ClusterFlags, "cluster" | "region" | "clusterFrom"> {
  const parsed = parseClusterArn(flags.cluster ?? "");
  const asked = parsed.ok ? clusterRef(parsed.value) : { name: flags.cluster, region: undefined };
  const differs = (flag: string, value: string | undefined, named: string): void => {
    if (value !== undefined && value !== named)
      problems.note(flag, value, `does not match the file's metadata: '${named}'`);
  };
  differs("--cluster", asked.name, cluster.name);
  if (parsed.ok) differs("--cluster", asked.region, cluster.region);
  differs("--region", flags.region, cluster.region);
  return parsed.ok
    ? {}
    : { cluster: cluster.name, region: cluster.region, clusterFrom: "metadata of the file" };
}
