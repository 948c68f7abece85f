import { trustPolicy, webIdentityStatement } from "../../../src/model/trust-policy/grant.ts";
import { aDesire, CLOUDWATCH } from "../../fakes/values.ts";
import type { World } from "../../fakes/world.ts";
import { runWell } from "../../fakes/command-line.ts";
import { worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { SERVICE_ACCOUNT, REACH } from "./reach.ts";

/** A ServiceAccount with its role, and two Deployments: made before it was annotated, and running with another ServiceAccount. */
async function withWorkloads(): Promise<World> {
  const world = worldOfOthers().withProvider();
  world.withServiceAccount("amazon-cloudwatch/cloudwatch-agent");
  world.withDeployment("amazon-cloudwatch/before", "cloudwatch-agent");
  const flags = `--policy-arn ${CLOUDWATCH} --override-existing-serviceaccounts`;
  await runWell(world, `create-sa ${REACH} ${SERVICE_ACCOUNT} ${flags} --approve`);
  world.withDeployment("amazon-cloudwatch/one", "default");
  return world.withDeployment("amazon-cloudwatch/two", "default");
}

/** Workloads: bound to a ServiceAccount, and restarted. */
export const WORKLOADS: readonly WritingCommand[] = [
  {
    name: "use-sa of two Deployments",
    before: withWorkloads,
    line: `use-sa ${REACH} ${SERVICE_ACCOUNT} deployment/one deployment/two`,
    writes: ["kubernetes.bindWorkload"],
  },
  {
    name: "stale-pods --restart",
    before: withWorkloads,
    line: `stale-pods ${REACH} --restart`,
    writes: ["kubernetes.restartWorkload"],
  },
  {
    name: "verify --fix of provider, trust policy and annotation",
    before: async () => {
      const world = await withWorkloads();
      await runWell(world, `stale-pods ${REACH} --restart --approve`);
      const typo = webIdentityStatement({ ...world.grantOf(aDesire()), audience: "sts.amazonaws.co" });
      world.editRole(world.roleOf(aDesire()), ({ role }) => ({
        role: { ...role, trust: trustPolicy([typo]) },
      }));
      return world.withProvider({ clientIds: ["other"] });
    },
    line: `verify ${REACH} --all --fix`,
    writes: ["iam.addClientId", "iam.setTrust"],
  },
];
