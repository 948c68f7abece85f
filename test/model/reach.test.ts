import { describe, expect, it } from "vitest";
import { reachOf } from "../../src/commands/session/session.ts";
import { associateWords, kubectlWords } from "../../src/model/reach.ts";
import { shellCommand } from "../../src/model/shell.ts";

const FLAGS = { region: "eu-west-1", profile: "work", kubeconfig: "my config", context: "blue" };
const reach = reachOf(FLAGS, { name: "shop" });
const plain = reachOf({}, { name: "--context" });

describe("the commands that are printed repeat the flags that lead to the cluster", () => {
  it.each([
    [
      "irsa's own",
      ["irsa", "verify", ...reach],
      "irsa verify --cluster shop --region eu-west-1 --profile work --kubeconfig 'my config' --context blue",
    ],
    [
      "associate-oidc, which does not call the cluster",
      associateWords(reach, "sts.amazonaws.com"),
      "irsa associate-oidc --cluster shop --region eu-west-1 --profile work --approve",
    ],
    [
      "another audience",
      associateWords(plain, "vault"),
      "irsa associate-oidc --cluster --context --audience vault",
    ],
    [
      "kubectl's",
      kubectlWords(reach, "get", "pods"),
      "kubectl --kubeconfig 'my config' --context blue get pods",
    ],
    ["kubectl's where none was given", kubectlWords(plain, "get", "pods"), "kubectl get pods"],
  ])("%s", (_, words, line) => expect(shellCommand(words)).toBe(line));
});
