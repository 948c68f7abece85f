import { describe, expect, it } from "vitest";
import { clusterFlagsOf } from "../../src/commands/shared/session/cluster-flags.ts";
import { associateWords, kubectlWords } from "../../src/model/cluster-flags.ts";
import { shellCommand } from "../../src/output/shell.ts";

const FLAGS = { region: "eu-west-1", profile: "work", kubeconfig: "my config", context: "blue" };
const clusterFlags = clusterFlagsOf(FLAGS, { name: "shop" });
const plain = clusterFlagsOf({}, { name: "--context" });

describe("the commands that are printed repeat the flags that lead to the cluster", () => {
  it.each([
    [
      "irsa's own",
      ["irsa", "verify", ...clusterFlags],
      "irsa verify --cluster shop --region eu-west-1 --profile work --kubeconfig 'my config' --context blue",
    ],
    [
      "associate-oidc, which does not call the cluster",
      associateWords(clusterFlags, "sts.amazonaws.com"),
      "irsa associate-oidc --cluster shop --region eu-west-1 --profile work --approve",
    ],
    [
      "another audience",
      associateWords(plain, "vault"),
      "irsa associate-oidc --cluster --context --audience vault",
    ],
    [
      "kubectl's",
      kubectlWords(clusterFlags, "get", "pods"),
      "kubectl --kubeconfig 'my config' --context blue get pods",
    ],
    ["kubectl's where none was given", kubectlWords(plain, "get", "pods"), "kubectl get pods"],
  ])("%s", (_, words, line) => expect(shellCommand(words)).toBe(line));
});
