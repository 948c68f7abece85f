import type { ProviderArn } from "../../src/model/arn.ts";
import { providerArn } from "../../src/model/issuer.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { aCluster, aDesire, INLINE, OLD_ISSUER, ownRole, S3_READ } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

/** A statement that lets EC2's machines in. */
export const EC2: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};

const OTHER_CLUSTER = aCluster({
  arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/other",
  issuer: OLD_ISSUER,
});
const OTHER_PROVIDER: ProviderArn = providerArn(OTHER_CLUSTER, OTHER_CLUSTER.issuer);
const MACHINES = ownRole("legacy/reports");
const ELSEWHERE = ownRole("other-cluster-agent");

/** A world in which others live: roles, a provider, a ServiceAccount and a Deployment that no command is asked about. */
export function worldOfOthers(): World {
  const ofOtherCluster = aWorld(OTHER_CLUSTER).grantOf(aDesire());
  return aWorld()
    .withRole(
      MACHINES,
      { trust: trustPolicy([EC2]), tags: { owner: "data" } },
      { attached: [S3_READ], inline: { extra: INLINE }, profiles: ["nodes"] },
    )
    .withRole(ELSEWHERE, { trust: trustPolicy([webIdentityStatement(ofOtherCluster)]) })
    .withProvider({ arn: OTHER_PROVIDER, tags: { owner: "platform" } })
    .withServiceAccount("team/theirs", { annotations: { note: "kept" }, labels: { team: "theirs" } })
    .withDeployment("team/theirs", "theirs");
}

/** All that is others' in such a world, as it is now. */
export function othersIn(world: World): object {
  return structuredClone({
    roles: [MACHINES, ELSEWHERE].map((arn) => world.role(arn)),
    provider: world.iam.providers.get(OTHER_PROVIDER),
    serviceAccount: world.serviceAccount("team/theirs"),
    workload: world.api.workloads.get("deployment/team/theirs"),
    pods: world.api.pods.filter(({ namespace }) => namespace === "team"),
  });
}
