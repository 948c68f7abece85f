import { awsWords } from "./aws-words.ts";
import type { ClusterRef } from "./arn.ts";
import type { CommandWords } from "./command-words.ts";
import { AGENT_NAME } from "./pod-identity-agent.ts";

/** The words of the command that installs the Pod Identity agent. */
export function installAgentWords(clusterFlags: readonly string[]): CommandWords {
  return ["irsa", "associate-agent", ...clusterFlags];
}

/** The words of the command that shows the state of its add-on. */
export function describeAgentWords(
  { name, region }: Pick<ClusterRef, "name" | "region">,
  clusterFlags: readonly string[],
): CommandWords {
  const at = clusterFlags.indexOf("--profile");
  const profile = at === -1 ? [] : clusterFlags.slice(at, at + 2);
  const addon = { clusterName: name, addonName: AGENT_NAME };
  return awsWords(["eks", "describe-addon"], addon, ["--region", region, ...profile]);
}
