import { core, type CommandRights } from "../right.ts";
import { ASSOCIATIONS, BY_KUBECONFIG, onWorkloads, PROOF, REACH } from "./shared.ts";

type IsMeant = Parameters<typeof onWorkloads>[3];

const isEditable: IsMeant = ({ live }) => live === "editable";
const isRestarted: IsMeant = ({ restart }) => restart !== undefined;

/** `use-sa` on the live cluster; with `--file` it asks neither AWS nor the cluster. */
export const USE: CommandRights = {
  aws: REACH,
  cluster: [
    ...core("required", "reads the ServiceAccount", "get serviceaccounts"),
    ...onWorkloads("required", "reads the workload", "get", isEditable),
    ...onWorkloads("required", "sets the ServiceAccount of its pods", "patch", isEditable),
    ...core("required", "checks that a new pod is injected", "list pods"),
    ...core("as-used", "verifies a CronJob with a dry-run pod", "create pods"),
    ...PROOF,
    ...BY_KUBECONFIG,
  ],
};

/** `stale-pods`. */
export const STALE_PODS: CommandRights = {
  aws: [...REACH, ...ASSOCIATIONS],
  cluster: [
    ...core("required", "the roles that pods should have", "list serviceaccounts"),
    ...core("required", "the roles that pods have", "list pods"),
    ...onWorkloads("as-used", "--restart", "get", isRestarted),
    ...onWorkloads("as-used", "--restart", "patch", isRestarted),
    ...BY_KUBECONFIG,
  ],
};
