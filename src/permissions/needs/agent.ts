import { aws, core, inGroup, type CommandRights } from "../right.ts";
import { BY_KUBECONFIG, REACH } from "./shared.ts";

/** `associate-agent`. */
export const INSTALL_AGENT: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "addon", "checks whether the add-on exists, and its status", "eks:DescribeAddon"),
    ...aws("required", "cluster", "installs it", "eks:CreateAddon"),
    ...aws("required", "addon", "installs it with tags", "eks:TagResource"),
    ...aws("as-used", "addon", "--addon-version, --resolve-conflicts", "eks:UpdateAddon"),
    ...aws("advisory", "account", "the available versions", "eks:DescribeAddonVersions"),
  ],
  cluster: [
    ...inGroup("apps", "advisory", "whether the agent is installed, and ready", ["get daemonsets"]),
    ...core("advisory", "on which nodes the agent is ready", "list nodes", "list pods"),
    ...BY_KUBECONFIG,
  ],
};

/** `disassociate-agent`. */
export const DELETE_AGENT: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "addon", "checks whether the add-on exists, and its status", "eks:DescribeAddon"),
    ...aws(
      "required",
      "cluster",
      "refuses while there are associations; a warning with --force",
      "eks:ListPodIdentityAssociations",
    ),
    ...aws("required", "addon", "deletes it", "eks:DeleteAddon"),
  ],
  cluster: [],
};
