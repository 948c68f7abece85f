import type { CommandWords } from "../../src/model/command-words.ts";
import { providerArn } from "../../src/model/issuer.ts";
import { observeAssociation } from "../../src/oidc-association/observe.ts";
import { planAssociation } from "../../src/oidc-association/plan.ts";
import { aServiceAccount, anAudience, aDesire, AUDIENCE, existing } from "../fakes/values.ts";
import { applyTo, bringAbout } from "../fakes/walk.ts";
import type { World } from "../fakes/world.ts";
import { CLUSTER_CA } from "../fakes/certificates.ts";
import { prepareRepairs } from "../../src/commands/verify/prepare-repairs.ts";
import { repairsOf } from "../../src/verification/repairs.ts";
import { withAgent } from "./associated.ts";
import { chainOf } from "./healthy.ts";
import { admitAnew } from "./admit-anew.ts";

/** Carries out a command that a finding prints, on the world in memory. It is an error if it is not understood. */
export async function applyFix(world: World, words: CommandWords): Promise<void> {
  const value = (flag: string): string | undefined => words[words.indexOf(flag) + 1];
  const has = (...begin: readonly string[]): boolean => begin.every((word, at) => words[at] === word);
  if (has("irsa", "associate-oidc")) {
    const audiences = [words.includes("--audience") ? anAudience(value("--audience") ?? "") : AUDIENCE];
    const observed = await observeAssociation(world.aws.iam, world.cluster);
    await applyAll(world, planAssociation({ audiences, tags: {}, thumbprints: [] }, observed).changes);
  } else if (has("irsa", "verify") && words.includes("--fix")) {
    const mends = repairsOf(await chainOf(world, words[2]));
    const { aws, kubernetes, cluster } = world;
    await applyAll(
      world,
      (await prepareRepairs(mends, { aws, kubernetes, cluster, clusterFlags: [] })).changes,
    );
  } else if (has("irsa", "create-sa")) {
    const serviceAccount = aServiceAccount(`${value("-n") ?? ""}/${value("--name") ?? ""}`);
    const role = existing(value("--attach-role-arn") ?? "");
    const asked = { withoutSessionTags: words.includes("--disable-session-tags") };
    const podIdentity = words.includes("--pod-identity") ? { podIdentity: asked } : {};
    const addTrust = words.includes("--add-trust");
    await bringAbout(world, aDesire({ serviceAccount, role, addTrust, ...podIdentity }));
  } else if (has("kubectl", "-n") && words[3] === "annotate") {
    annotateByCommand(world, `${words[2] ?? ""}/${words[5] ?? ""}`, words.slice(6));
  } else if (has("kubectl", "-n") && words.includes("rollout")) {
    admitAnew(world);
  } else if (has("kubectl", "-n") && words[3] === "create") {
    world.withServiceAccount(`${words[2] ?? ""}/${words[5] ?? ""}`);
    admitAnew(world);
  } else if (has("irsa", "associate-agent")) {
    withAgent(world);
  } else if (has("kubectl", "patch", "mutatingwebhookconfiguration")) {
    const patch = (words.at(-1) ?? "").slice("--patch=".length);
    const [operation] = JSON.parse(patch) as [{ value: string }];
    const caPem = Buffer.from(operation.value, "base64").toString("utf8");
    if (caPem !== CLUSTER_CA) throw new Error("not the cluster's authority");
    const { webhook } = world.api;
    world.api.webhook = webhook && {
      ...webhook,
      webhooks: webhook.webhooks.map((one) => ({ ...one, caPem })),
    };
  } else {
    throw new Error(
      `the test does not know the command: ${words.join(" ")} (${providerArn(world.cluster, world.cluster.issuer)})`,
    );
  }
}

async function applyAll(world: World, changes: Parameters<typeof applyTo>[1]): Promise<void> {
  for (const step of await applyTo(world, changes)) if (step.state === "failed") throw step.failure;
}

function annotateByCommand(world: World, path: string, pairs: readonly string[]): void {
  world.editServiceAccount(path, ({ annotations }) => {
    const changed: Record<string, string> = { ...annotations };
    for (const pair of pairs.filter((one) => !one.startsWith("--"))) {
      const [key = "", ...value] = pair.split("=");
      if (pair.endsWith("-") && value.length === 0) delete changed[key.slice(0, -1)];
      else changed[key] = value.join("=");
    }
    return { annotations: changed };
  });
}
