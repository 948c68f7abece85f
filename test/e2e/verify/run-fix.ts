import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { wordsOf } from "../../verification/shell-words.ts";
import type { Shop } from "./shop.ts";
import { patchWebhook, type PatchOperation } from "./webhook.ts";

/** Runs a command that a finding prints: `irsa` as it is built, `kubectl` by its API calls. A plan that is shown is approved. */
export async function runFix(shop: Shop, text: string): Promise<void> {
  const [program, ...words] = wordsOf(text);
  if (program === "irsa") {
    const writes = words[0] === "create-sa" || words[0] === "associate-oidc";
    const approved = !writes || words.includes("--approve") ? words : [...words, "--approve"];
    const { code, stderr } = await shop.irsa(...approved);
    if (code !== 0) throw new Error(`${text} ended with ${code}: ${stderr}`);
    return;
  }
  const [, namespace = "", verb, , name = "", ...rest] = words;
  if (words[0] === "patch") {
    const patch = JSON.parse(words.at(-1)?.replace("--patch=", "") ?? "") as PatchOperation[];
    return patchWebhook(shop.world, patch);
  }
  if (program !== "kubectl") throw new Error(`no such program: ${text}`);
  if (verb === "annotate") await annotate(shop, namespace, name, rest);
  else if (verb === "rollout") await restart(shop, namespace, rest[0] ?? name);
  else throw new Error(`the test knows no such command: ${text}`);
}

async function annotate(
  { cluster }: Shop,
  namespace: string,
  name: string,
  pairs: readonly string[],
): Promise<void> {
  const annotations = Object.fromEntries(
    pairs
      .filter((one) => !one.startsWith("--"))
      .map((one) => (one.includes("=") ? splitPair(one) : [one.slice(0, -1), null])),
  ) as Record<string, string | null>;
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await cluster.core.patchNamespacedServiceAccount(
    { namespace, name, body: { metadata: { annotations } } },
    merge,
  );
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

async function restart({ cluster }: Shop, namespace: string, workload: string): Promise<void> {
  const name = workload.split("/")[1] ?? "";
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  const body = { spec: { template: { metadata: { annotations } } } };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await cluster.apps.patchNamespacedDeployment({ namespace, name, body }, merge);
}
