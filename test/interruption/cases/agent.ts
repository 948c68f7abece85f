import { anAddon } from "../../fakes/addons.ts";
import { runWell } from "../../fakes/command-line.ts";
import { ownRole } from "../../fakes/values.ts";
import type { World } from "../../fakes/world.ts";
import { worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { REACH } from "./reach.ts";

const ASSOCIATE = `associate-agent ${REACH}`;
const DISASSOCIATE = `disassociate-agent ${REACH}`;

/** Two nodes of EC2, and one of Fargate. */
function worldOfNodes(): World {
  const world = worldOfOthers();
  for (const name of ["ip-10-0-0-1", "ip-10-0-0-2"])
    world.api.nodes.set(name, { "kubernetes.io/os": "linux" });
  world.api.nodes.set("fargate-ip-10-0-0-3", { "eks.amazonaws.com/compute-type": "fargate" });
  return world;
}

/** The Pod Identity agent of the cluster: installed, updated, deleted. */
export const AGENT: readonly WritingCommand[] = [
  {
    name: "associate-agent",
    before: worldOfNodes,
    line: `${ASSOCIATE} --tag team=platform`,
    writes: ["eks.createAddon"],
  },
  {
    name: "associate-agent, of an add-on that has failed",
    before: () => {
      const world = worldOfNodes();
      const issues = ["ConfigurationConflict: Conflicts found when trying to apply"];
      const addon = anAddon({ status: "CREATE_FAILED", version: "v1.3.8-eksbuild.2", issues });
      world.addons.set(addon.name, addon);
      return world;
    },
    line: `${ASSOCIATE} --addon-version v1.3.9-eksbuild.3 --resolve-conflicts OVERWRITE --tag team=platform`,
    writes: ["eks.tagAddon", "eks.updateAddon"],
  },
  {
    name: "disassociate-agent",
    before: async () => {
      const world = worldOfNodes();
      await runWell(world, `${ASSOCIATE} --approve`);
      return world;
    },
    line: DISASSOCIATE,
    writes: ["eks.deleteAddon"],
  },
  {
    name: "disassociate-agent of somebody else's add-on that a ServiceAccount needs",
    before: () => {
      const world = worldOfNodes().withAssociation("team/theirs", ownRole("theirs"));
      world.addons.set("eks-pod-identity-agent", anAddon());
      return world;
    },
    line: `${DISASSOCIATE} --force --foreign`,
    writes: ["eks.deleteAddon"],
  },
];
