import { core, type CommandRights } from "../right.ts";
import { BY_KUBECONFIG, onWorkloads, PROOF, REACH } from "./shared.ts";

/** `use-sa` on the live cluster; with `--file` it asks neither AWS nor the cluster. */
export const USE: CommandRights = {
  aws: REACH,
  cluster: [
    ...core("required", "looks at the ServiceAccount", "get serviceaccounts"),
    ...onWorkloads("required", "looks at the workload", "get", ["cronjobs"]),
    ...onWorkloads("required", "gives its pods the ServiceAccount", "patch", ["cronjobs"]),
    ...core("required", "looks whether a new pod is injected", "list pods"),
    ...core("as-used", "a CronJob is proved by a pod that is not kept (dry run)", "create pods"),
    ...PROOF,
    ...BY_KUBECONFIG,
  ],
};

/** `stale-pods`. */
export const STALE_PODS: CommandRights = {
  aws: REACH,
  cluster: [
    ...core("required", "what pods should have", "list serviceaccounts"),
    ...core("required", "what they have", "list pods"),
    ...onWorkloads("as-used", "--restart", "get", []),
    ...onWorkloads("as-used", "--restart", "patch", []),
    ...BY_KUBECONFIG,
  ],
};
