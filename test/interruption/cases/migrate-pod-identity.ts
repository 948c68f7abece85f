import { withAgent, withIrsa } from "../../fakes/moving-world.ts";
import { runWell } from "../../fakes/command-line.ts";
import type { World } from "../../fakes/world.ts";
import { worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { REACH } from "./reach.ts";

const LINE = `migrate-pod-identity shop/cart shop/till ${REACH}`;

/** Two ServiceAccounts with IRSA, after these runs. */
function after(...flags: readonly string[]): () => Promise<World> {
  return async () => {
    const world = withIrsa(withIrsa(withAgent(worldOfOthers().withProvider()), "shop/cart"), "shop/till");
    for (const flag of flags) await runWell(world, `${LINE} ${flag} --approve`);
    return world;
  };
}

/** Every step there and back. */
export const MIGRATE_POD_IDENTITY: readonly WritingCommand[] = [
  {
    name: "migrate-pod-identity to both ways",
    before: after(),
    line: LINE,
    writes: ["eks.createPodIdentity", "iam.setTrust"],
  },
  {
    name: "migrate-pod-identity --restart",
    before: after(""),
    line: `${LINE} --restart`,
    writes: ["kubernetes.restartWorkload"],
  },
  {
    name: "migrate-pod-identity --finish",
    before: after("", "--restart"),
    line: `${LINE} --finish`,
    writes: ["iam.setTrust", "kubernetes.patchServiceAccount"],
  },
  {
    name: "migrate-pod-identity --back to both ways",
    before: after("", "--restart", "--finish"),
    line: `${LINE} --back`,
    writes: ["iam.setTrust", "kubernetes.patchServiceAccount"],
  },
  {
    name: "migrate-pod-identity --back --restart",
    before: after("", "--restart", "--finish", "--back"),
    line: `${LINE} --back --restart`,
    writes: ["eks.deletePodIdentity", "kubernetes.restartWorkload"],
  },
  {
    name: "migrate-pod-identity --back --finish",
    before: after("", "--restart", "--finish", "--back", "--back --restart"),
    line: `${LINE} --back --finish`,
    writes: ["iam.setTrust"],
  },
];
