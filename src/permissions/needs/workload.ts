import { core, type CommandRights } from "../right.ts";
import { BY_KUBECONFIG, onWorkloads, PROOF, REACH } from "./shared.ts";

/** `use-sa` on the live cluster; with `--file` it asks neither AWS nor the cluster. */
export const USE: CommandRights = {
  aws: REACH,
  cluster: [
    ...core("required", "reads the ServiceAccount", "get serviceaccounts"),
    ...onWorkloads("required", "reads the workload", "get", ["cronjobs"]),
    ...onWorkloads("required", "sets the ServiceAccount of its pods", "patch", ["cronjobs"]),
    ...core("required", "checks that a new pod is injected", "list pods"),
    ...core("as-used", "verifies a CronJob with a dry-run pod", "create pods"),
    ...PROOF,
    ...BY_KUBECONFIG,
  ],
};

/** `stale-pods`. */
export const STALE_PODS: CommandRights = {
  aws: REACH,
  cluster: [
    ...core("required", "the roles that pods should have", "list serviceaccounts"),
    ...core("required", "the roles that pods have", "list pods"),
    ...onWorkloads("as-used", "--restart", "get", []),
    ...onWorkloads("as-used", "--restart", "patch", []),
    ...BY_KUBECONFIG,
  ],
};
