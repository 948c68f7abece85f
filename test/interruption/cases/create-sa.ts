import type { RoleArn } from "../../../src/model/arn.ts";
import { computedRoleName } from "../../../src/model/role-name.ts";
import { listOf } from "../../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import { aCluster, aDesire, CLOUDWATCH, INLINE, ownPolicy, ownRole, S3_READ } from "../../fakes/values.ts";
import { SECOND_ACCOUNT, SECOND_PROFILE, type World } from "../../fakes/world.ts";
import { runWell } from "../../fakes/command-line.ts";
import { fileOf } from "../files.ts";
import { EC2, worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { SERVICE_ACCOUNT, REACH } from "./reach.ts";

const CREATE = `create-sa ${REACH} ${SERVICE_ACCOUNT}`;
const EVERYTHING = [
  `${CREATE} --associate-oidc --policy-arn ${CLOUDWATCH},${S3_READ}`,
  `--policy-file ${fileOf("policy.json", INLINE)} --permissions-boundary ${ownPolicy("edge")}`,
  "--max-session-duration 2h --description reads --tag team=payments --label team=payments",
].join(" ");
const OWN_ROLE = computedRoleName(aCluster(), aDesire().serviceAccount, "");
const LEGACY = ownRole("legacy/agent");
const CREATE_ALL = [
  "iam.attachPolicy",
  "iam.createProvider",
  "iam.createRole",
  "iam.putInlinePolicy",
  "kubernetes.createNamespace",
  "kubernetes.createServiceAccount",
];

/** A role and a ServiceAccount: made, repaired, adopted, pointed elsewhere. */
export const CREATE_SA: readonly WritingCommand[] = [
  {
    name: "create-sa from nothing",
    before: () => worldOfOthers().withPolicy(ownPolicy("edge")),
    line: EVERYTHING,
    writes: CREATE_ALL,
  },
  {
    name: "create-sa where everything is broken that can be",
    before: broken,
    // EC2's machines may assume it, and will get what it is given.
    line: `${EVERYTHING} --allow-shared-role ${OWN_ROLE}`,
    writes: [
      "iam.addClientId",
      "iam.attachPolicy",
      "iam.putInlinePolicy",
      "iam.setBoundary",
      "iam.setRoleSettings",
      "iam.setTrust",
      "iam.tagRole",
      "kubernetes.patchServiceAccount",
    ],
  },
  {
    name: "create-sa for a ServiceAccount that is there, with another audience",
    before: () =>
      worldOfOthers()
        .withProvider({ clientIds: ["my-app"] })
        .withServiceAccount("amazon-cloudwatch/cloudwatch-agent", { annotations: { note: "kept" } }),
    line: `${CREATE} --policy-arn ${CLOUDWATCH} --override-existing-serviceaccounts --audience my-app`,
    writes: ["iam.attachPolicy", "iam.createRole", "kubernetes.patchServiceAccount"],
  },
  {
    name: "create-sa with somebody else's role, which is to trust the ServiceAccount",
    before: () =>
      worldOfOthers()
        .withProvider()
        .withRole(LEGACY, { trust: trustPolicy([EC2]) }, { attached: [CLOUDWATCH] }),
    line: `${CREATE} --attach-role-arn ${LEGACY} --add-trust`,
    writes: ["iam.setTrust", "kubernetes.createNamespace", "kubernetes.createServiceAccount"],
  },
  {
    name: "create-sa by Pod Identity, from nothing",
    before: () => worldOfOthers(),
    line: `${CREATE} --pod-identity --policy-arn ${CLOUDWATCH}`,
    writes: [
      "eks.createPodIdentity",
      "iam.attachPolicy",
      "iam.createRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
    ],
  },
  {
    name: "create-sa by Pod Identity beside IRSA, in the place of an association that is not irsa's",
    before: async () => {
      const world = worldOfOthers().withProvider();
      await runWell(world, `${CREATE} --policy-arn ${CLOUDWATCH} --approve --no-wait`);
      world.withRole(LEGACY).withAssociation("amazon-cloudwatch/cloudwatch-agent", LEGACY);
      return world;
    },
    line: [
      `${CREATE} --pod-identity --policy-arn ${CLOUDWATCH} --override-existing-serviceaccounts`,
      `--role-name ${OWN_ROLE} --disable-session-tags --target-role-arn ${ownRole("target")}`,
      `--session-policy-file ${fileOf("session.json", INLINE)}`,
    ].join(" "),
    writes: ["eks.tagPodIdentity", "eks.updatePodIdentity", "iam.setTrust"],
  },
  {
    name: "create-sa by Pod Identity, with a target role in another AWS account",
    before: () => worldOfOthers(),
    line: `${CREATE} --pod-identity --target-profile ${SECOND_PROFILE} --policy-arn ${CLOUDWATCH}`,
    writes: [
      "eks.createPodIdentity",
      "iam.attachPolicy",
      "iam.createRole",
      "iam.putInlinePolicy",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
    ],
  },
  {
    name: "create-sa that repairs a target role in another AWS account, and the association",
    before: brokenTarget,
    line: `${CREATE} --pod-identity --target-profile ${SECOND_PROFILE} --policy-arn ${CLOUDWATCH}`,
    writes: ["eks.updatePodIdentity", "iam.attachPolicy", "iam.putInlinePolicy", "iam.setTrust"],
  },
  {
    name: "create-sa with provider and role in another AWS account",
    before: () => worldOfOthers(),
    line: `${CREATE} --role-profile ${SECOND_PROFILE} --associate-oidc --policy-arn ${CLOUDWATCH}`,
    writes: [
      "iam.attachPolicy",
      "iam.createProvider",
      "iam.createRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
    ],
  },
  {
    name: "create-sa of the role alone, under a name of one's own",
    before: () => worldOfOthers().withProvider(),
    line: `${CREATE} --role-only --role-name agent --role-path /teams/ --policy-arn ${CLOUDWATCH}`,
    writes: ["iam.attachPolicy", "iam.createRole"],
  },
];

/** What an earlier run made, after others had their hands on it. */
async function broken(): Promise<World> {
  const world = worldOfOthers()
    .withPolicy(ownPolicy("edge"))
    .withProvider({ clientIds: ["other"] });
  await runWell(world, `${CREATE} --associate-oidc --policy-arn ${CLOUDWATCH} --approve`);
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
  return world.withProvider({ clientIds: ["other"] });
}

/** Its first role was deleted and is another one now, which may do something else; policy and target of its own are gone. */
async function brokenTarget(): Promise<World> {
  const world = worldOfOthers();
  const line = `${CREATE} --pod-identity --target-profile ${SECOND_PROFILE} --policy-arn ${CLOUDWATCH} --approve`;
  await runWell(world, line);
  const target = world.roleOf(aDesire()).replace(world.cluster.awsAccount, SECOND_ACCOUNT) as RoleArn;
  const { role: found } = world.role(target);
  const [statement] = listOf(found.trust.Statement);
  if (statement === undefined) throw new Error("no statement");
  const gone = { ...statement, Principal: { AWS: "AROAEXAMPLEEXAMPLEEXA" } };
  world.editRole(target, ({ role }) => ({ role: { ...role, trust: trustPolicy([gone]) }, attached: [] }));
  world.editRole(world.roleOf(aDesire()), () => ({ inline: { irsa: INLINE } }));
  return world.withAssociation("amazon-cloudwatch/cloudwatch-agent", world.roleOf(aDesire()), {
    tags: world.ownershipTagsOf(aDesire()),
  });
}
