import { roleOwnershipTags } from "../../../src/model/ownership-tags.ts";
import { listOf } from "../../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import { aCluster, aServiceAccount, ownRole } from "../../fakes/values.ts";
import { aWorld, type World } from "../../fakes/world.ts";
import { runWell } from "../../fakes/command-line.ts";
import { fileOf } from "../files.ts";
import { EC2, worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";

const GONE = "https://oidc.eks.ap-northeast-2.amazonaws.com/id/B10E000000000000000000000000B10E";
const LINE = `migrate-trust --from ${GONE} --to eks-work-cluster --region ap-northeast-2`;
const CART = aServiceAccount("shop/cart");
/** The AWS account as a target. */
const TARGETS = fileOf("move-targets.yaml", {
  accounts: [{ account_id: "111122223333", profile: "own" }],
});
const GREEN = "arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster";

/** A cluster is gone whose issuer three roles trust: one of irsa's, one of a hand, and one that EC2 has too. */
function afterBlue(): World {
  const blue = aWorld(
    aCluster({ arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/blue", issuer: GONE }),
  );
  const trust = blue.trustOf({ serviceAccount: CART });
  return worldOfOthers()
    .withRole(blue.roleOf({ serviceAccount: CART }), {
      trust,
      tags: roleOwnershipTags(blue.cluster, CART, "created", []),
    })
    .withRole(ownRole("by-hand"), { trust: blue.trustOf({ serviceAccount: aServiceAccount("shop/till") }) })
    .withRole(ownRole("shared"), { trust: trustPolicy([EC2, ...listOf(trust.Statement)]) });
}

/** Trust moved beside, in place, and in place after it stood beside. */
export const MIGRATE_TRUST: readonly WritingCommand[] = [
  {
    name: "migrate-trust beside the old issuer, with the provider",
    before: afterBlue,
    line: `${LINE} --associate-oidc`,
    writes: ["iam.createProvider", "iam.setTrust"],
  },
  {
    name: "migrate-trust over AWS accounts",
    before: afterBlue,
    line: `migrate-trust --from ${GONE} --to ${GREEN} --associate-oidc --targets ${TARGETS}`,
    writes: ["iam.createProvider", "iam.setTrust"],
  },
  {
    name: "migrate-trust in the old issuer's place",
    before: () => afterBlue().withProvider(),
    line: `${LINE} --replace`,
    writes: ["iam.setTrust", "iam.tagRole"],
  },
  {
    name: "migrate-trust in the old issuer's place, after it stood beside",
    before: async () => {
      const world = afterBlue().withProvider();
      await runWell(world, `${LINE} --approve`);
      return world;
    },
    line: `${LINE} --replace`,
    writes: ["iam.setTrust", "iam.tagRole"],
  },
];
