import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { wordsOf } from "../../verification/shell-words.ts";
import type { Shop } from "./shop.ts";
import { patchWebhook, type PatchOperation } from "./webhook.ts";

/** Where a command is run. */
type Place = Pick<Shop, "world" | "cluster" | "irsa">;

/** The commands of irsa that show a plan and write once it is approved. */
const PLANNING = new Set(["create-sa", "associate-oidc", "associate-agent"]);

/** Runs a command that a finding prints: `irsa` as it is built, `kubectl` by its API calls. A plan that is shown is approved. */
export async function runFix(shop: Place, text: string): Promise<void> {
  const [program, ...words] = wordsOf(text);
  if (program === "irsa") {
    const isPlan = PLANNING.has(words[0] ?? "") && !words.includes("--approve");
    const approved = isPlan ? [...words, "--approve"] : words;
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
  { cluster }: Place,
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

async function restart({ cluster }: Place, namespace: string, workload: string): Promise<void> {
  const name = workload.split("/")[1] ?? "";
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  const body = { spec: { template: { metadata: { annotations } } } };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await cluster.apps.patchNamespacedDeployment({ namespace, name, body }, merge);
}
