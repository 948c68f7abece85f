import { aDesire } from "../../fakes/values.ts";
import { runWell } from "../../fakes/command-line.ts";
import { worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { REACH } from "./reach.ts";

const ASSOCIATE = `associate-oidc ${REACH}`;
const DISASSOCIATE = `disassociate-oidc ${REACH}`;

/** The provider of the cluster: made, completed, deleted. */
export const OIDC: readonly WritingCommand[] = [
  {
    name: "associate-oidc",
    before: worldOfOthers,
    line: `${ASSOCIATE} --tag team=platform`,
    writes: ["iam.createProvider"],
  },
  {
    name: "associate-oidc, of a provider that lacks audiences, tags and thumbprint",
    before: () => worldOfOthers().withProvider({ clientIds: ["others"] }),
    line: `${ASSOCIATE} --audience sts.amazonaws.com --audience mine --tag team=platform --thumbprint ${"0a".repeat(20)}`,
    writes: ["iam.addClientId", "iam.setThumbprints", "iam.tagProvider"],
  },
  {
    name: "disassociate-oidc",
    before: async () => {
      const world = worldOfOthers();
      await runWell(world, `${ASSOCIATE} --approve`);
      return world;
    },
    line: DISASSOCIATE,
    writes: ["iam.deleteProvider"],
  },
  {
    name: "disassociate-oidc of somebody else's provider that a role trusts",
    before: () => {
      const world = worldOfOthers().withProvider();
      return world.withRole(world.roleOf(aDesire()), { trust: world.trustOf(aDesire()) });
    },
    line: `${DISASSOCIATE} --force --foreign`,
    writes: ["iam.deleteProvider"],
  },
];
