import { ROLE_ANNOTATION } from "../../../src/model/kubernetes-objects.ts";
import { runWell } from "../../fakes/command-line.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import {
  CART,
  OPEN_TO_PODS,
  withEksctlAssociation,
  withEksctlServiceAccount,
} from "../../fakes/eksctl-account.ts";
import { aServiceAccount, ownRole, S3_READ } from "../../fakes/values.ts";
import type { World } from "../../fakes/world.ts";
import { worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { REACH } from "./reach.ts";

const MARKS = ["iam.tagRole", "kubernetes.patchServiceAccount"];
const ASSOCIATION = ["eks.tagPodIdentity"];
const RELEASE = ["cloudformation.deleteStack", "cloudformation.setTemplate"];

/** Three ServiceAccounts of eksctl's, one's stack protected, and one that a hand has made. */
function fleet(): World {
  const world = worldOfOthers().withProvider();
  withEksctlServiceAccount(world, CART, { stack: { isProtected: true } });
  withEksctlServiceAccount(world, "shop/till", { attached: [S3_READ] });
  withEksctlServiceAccount(world, "kube-system/autoscaler");
  const byHand = ownRole("by-hand");
  const trust = world.trustOf({ serviceAccount: aServiceAccount("shop/desk") });
  return world
    .withRole(byHand, { trust })
    .withServiceAccount("shop/desk", { annotations: { [ROLE_ANNOTATION]: byHand } });
}

/** Two Pod Identity associations of eksctl's, one of them migrated from IRSA. */
function associations(): World {
  const world = worldOfOthers();
  withEksctlAssociation(world, CART);
  withEksctlAssociation(world, "shop/till", { migrated: true });
  return world;
}

async function takenOver(flags: string): Promise<World> {
  const world = fleet();
  await runWell(world, `adopt ${CART} ${REACH} ${flags} --approve`);
  return world;
}

/** What is there is adopted, and eksctl's stacks are released. */
export const ADOPT: readonly WritingCommand[] = [
  { name: "adopt of one ServiceAccount", before: fleet, line: `adopt ${CART} ${REACH}`, writes: MARKS },
  {
    name: "adopt of several ServiceAccounts, whoever made their roles",
    before: fleet,
    line: `adopt ${CART} shop/desk ${REACH}`,
    writes: MARKS,
  },
  {
    name: "adopt --release-stacks",
    before: fleet,
    line: `adopt ${CART} --release-stacks ${REACH}`,
    writes: [
      ...RELEASE,
      "cloudformation.setTerminationProtection",
      "iam.tagRole",
      "iam.untagRole",
      MARKS[1] ?? "",
    ],
  },
  {
    name: "adopt --release-stacks of a ServiceAccount that was taken over before",
    before: () => takenOver(""),
    line: `adopt ${CART} --release-stacks ${REACH}`,
    writes: [...RELEASE, "cloudformation.setTerminationProtection", "iam.tagRole", "iam.untagRole"],
  },
  {
    name: "adopt --all --release-stacks",
    before: fleet,
    line: `adopt --all --release-stacks ${REACH}`,
    writes: [
      ...RELEASE,
      "cloudformation.setTerminationProtection",
      "iam.tagRole",
      "iam.untagRole",
      MARKS[1] ?? "",
    ],
  },
  {
    name: "adopt --release-stacks --restrict-trust of Pod Identity associations",
    before: associations,
    line: `adopt ${CART} shop/till --release-stacks --restrict-trust ${REACH}`,
    writes: [...RELEASE, ...ASSOCIATION, "iam.setTrust", "iam.tagRole", "iam.untagRole", MARKS[1] ?? ""],
  },
  {
    name: "adopt --all of Pod Identity associations and annotations",
    before: () => {
      const world = associations();
      withEksctlServiceAccount(world.withProvider(), "kube-system/autoscaler");
      return world;
    },
    line: `adopt --all ${REACH}`,
    writes: [...ASSOCIATION, "iam.setTrust", "iam.tagRole", MARKS[1] ?? ""],
  },
  {
    name: "adopt of an association whose role the operator names",
    before: () => {
      const byHand = ownRole("by-hand");
      return worldOfOthers()
        .withRole(byHand, { trust: trustPolicy([OPEN_TO_PODS]) })
        .withServiceAccount("shop/desk")
        .withAssociation("shop/desk", byHand);
    },
    line: `adopt shop/desk --role-name by-hand ${REACH}`,
    writes: [...ASSOCIATION, "iam.setTrust", "iam.tagRole", MARKS[1] ?? ""],
  },
  {
    name: "delete-sa of what was taken over from eksctl",
    before: () => takenOver("--release-stacks"),
    line: `delete-sa ${REACH} --namespace shop --name cart`,
    writes: ["iam.untagRole", "kubernetes.patchServiceAccount"],
  },
];
