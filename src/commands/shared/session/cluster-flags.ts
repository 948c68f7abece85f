import type { ClusterFlags } from "./options.ts";

/** The flags that lead to the cluster again, each followed by its value. */
export function clusterFlagsOf(flags: ClusterFlags, cluster: { readonly name: string }): string[] {
  const flag = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  return [
    "--cluster",
    flags.cluster ?? cluster.name,
    ...flag("--region", flags.region),
    ...flag("--profile", flags.profile),
    ...flag("--kubeconfig", flags.kubeconfig),
    ...flag("--context", flags.context),
  ];
}
