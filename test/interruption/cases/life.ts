import { listOf } from "../../../src/model/trust-policy/document.ts";
import { aDesire, CLOUDWATCH, INLINE, ownPolicy, ownRole, S3_READ } from "../../fakes/values.ts";
import { SECOND_PROFILE, type World } from "../../fakes/world.ts";
import { runWell } from "../../fakes/command-line.ts";
import { fileOf } from "../files.ts";
import { EC2, worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";
import { SERVICE_ACCOUNT, REACH } from "./reach.ts";

const FIRST = fileOf("first.json", INLINE);
const SECOND = fileOf("second.json", {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::cart" }],
});
const CREATE = [
  `create-sa ${REACH} ${SERVICE_ACCOUNT} --policy-arn ${CLOUDWATCH},${S3_READ} --policy-file ${FIRST}`,
  `--permissions-boundary ${ownPolicy("edge")} --tag old=x --label old=x --approve`,
].join(" ");

/** Everything that irsa makes for a ServiceAccount, in an instance profile besides; and a Deployment that runs with it. */
async function settled(flags = "", world: World = worldOfOthers()): Promise<World> {
  world.withProvider().withPolicy(ownPolicy("edge")).withPolicy(ownPolicy("more"));
  await runWell(world, `${CREATE} ${flags}`);
  world.editRole(world.roleOf(aDesire()), () => ({ profiles: ["batch"] }));
  return world.withDeployment("amazon-cloudwatch/agent", "cloudwatch-agent");
}

/** The same with roles in a second AWS account, and a managed policy alone. */
async function inTwo(flags: string): Promise<World> {
  const world = worldOfOthers();
  await runWell(world, `create-sa ${REACH} ${SERVICE_ACCOUNT} --policy-arn ${CLOUDWATCH} ${flags} --approve`);
  return world;
}

const takenOver = (): Promise<World> =>
  settled(
    "--override-existing-serviceaccounts",
    worldOfOthers().withServiceAccount("amazon-cloudwatch/cloudwatch-agent", {
      annotations: { note: "kept" },
    }),
  );

/** A role of ours that EC2's machines use too. */
async function shared(): Promise<World> {
  const world = await settled();
  world.editRole(world.roleOf(aDesire()), ({ role }) => {
    const trust = { ...role.trust, Statement: [EC2, ...listOf(role.trust.Statement)] };
    return { role: { ...role, trust } };
  });
  return world;
}

const update = (flags: string, ...writes: string[]): WritingCommand => ({
  name: `update-sa ${flags.replaceAll(/\S+\//g, "")}`,
  before: () => settled(),
  line: `update-sa ${REACH} ${SERVICE_ACCOUNT} ${flags}`,
  writes,
});

/** Of what `create-sa --pod-identity` made with these flags. */
const ofAssociation = (made: string, flags: string, ...writes: string[]): WritingCommand => ({
  ...update(flags, ...writes),
  before: () => settled(`--pod-identity ${made}`),
});

/** Each edit by itself, and all together. */
export const UPDATE_SA: readonly WritingCommand[] = [
  update(`--add-policy-arn ${ownPolicy("more")}`, "iam.attachPolicy", "iam.tagRole"),
  update(`--remove-policy-arn ${S3_READ}`, "iam.detachPolicy", "iam.tagRole"),
  update(`--set-policy-arn ${ownPolicy("more")}`, "iam.attachPolicy", "iam.detachPolicy", "iam.tagRole"),
  update(`--policy-file ${SECOND}`, "iam.putInlinePolicy"),
  update("--remove-inline-policy", "iam.deleteInlinePolicy"),
  update(`--permissions-boundary ${ownPolicy("more")}`, "iam.setBoundary"),
  update("--remove-permissions-boundary", "iam.deleteBoundary"),
  update("--max-session-duration 2h", "iam.setRoleSettings"),
  update("--description reads", "iam.setRoleSettings"),
  update("--tag team=payments", "iam.tagRole"),
  update("--remove-tag old", "iam.untagRole"),
  update("--label team=payments --remove-label old", "kubernetes.patchServiceAccount"),
  update(
    `--set-policy-arn ${ownPolicy("more")} --remove-inline-policy --permissions-boundary ${ownPolicy("more")} --max-session-duration 2h --description reads --tag team=payments --remove-tag old --label team=payments`,
    "iam.attachPolicy",
    "iam.deleteInlinePolicy",
    "iam.detachPolicy",
    "iam.setBoundary",
    "iam.setRoleSettings",
    "iam.tagRole",
    "iam.untagRole",
    "kubernetes.patchServiceAccount",
  ),
  ofAssociation(
    "",
    `--disable-session-tags --target-role-arn ${ownRole("target")} --session-policy-file ${FIRST} --tag team=payments`,
    "eks.updatePodIdentity",
    "iam.setTrust",
    "iam.tagRole",
  ),
  ofAssociation(
    `--disable-session-tags --target-role-arn ${ownRole("target")} --session-policy-file ${FIRST}`,
    "--no-disable-session-tags --remove-target-role --remove-session-policy --description reads",
    "eks.updatePodIdentity",
    "iam.setRoleSettings",
    "iam.setTrust",
  ),
];

const WHOLE_ROLE = [
  "iam.deleteInlinePolicy",
  "iam.deleteRole",
  "iam.detachPolicy",
  "iam.removeFromInstanceProfile",
];
const DELETE = `delete-sa ${REACH} ${SERVICE_ACCOUNT}`;

/** What irsa made goes; what it did not make stays. */
export const DELETE_SA: readonly WritingCommand[] = [
  {
    name: "delete-sa of all that irsa made",
    before: () => settled(),
    line: DELETE,
    writes: [...WHOLE_ROLE, "kubernetes.deleteServiceAccount"],
  },
  {
    name: "delete-sa of all that irsa made for Pod Identity",
    before: () => settled("--pod-identity"),
    line: DELETE,
    writes: [
      "eks.deletePodIdentity",
      "iam.deleteInlinePolicy",
      "iam.deleteRole",
      "iam.detachPolicy",
      "iam.removeFromInstanceProfile",
      "kubernetes.deleteServiceAccount",
    ],
  },
  {
    name: "delete-sa of all that irsa made in two AWS accounts",
    before: () => inTwo(`--pod-identity --target-profile ${SECOND_PROFILE}`),
    line: `${DELETE} --target-profile ${SECOND_PROFILE}`,
    writes: [
      "eks.deletePodIdentity",
      "iam.deleteInlinePolicy",
      "iam.deleteRole",
      "iam.detachPolicy",
      "kubernetes.deleteServiceAccount",
    ],
  },
  {
    name: "delete-sa of all that irsa made, with the role in another AWS account",
    before: () => inTwo(`--associate-oidc --role-profile ${SECOND_PROFILE}`),
    line: `${DELETE} --role-profile ${SECOND_PROFILE}`,
    writes: ["iam.deleteRole", "iam.detachPolicy", "kubernetes.deleteServiceAccount"],
  },
  {
    name: "delete-sa for a ServiceAccount that was there before",
    before: takenOver,
    line: DELETE,
    writes: [...WHOLE_ROLE, "kubernetes.patchServiceAccount"],
  },
  {
    name: "delete-sa of a role that others rely on",
    before: shared,
    line: DELETE,
    writes: ["iam.setTrust", "iam.untagRole", "kubernetes.deleteServiceAccount"],
  },
  {
    name: "delete-sa --keep-role",
    before: () => settled(),
    line: `${DELETE} --keep-role`,
    writes: ["kubernetes.deleteServiceAccount"],
  },
  {
    name: "delete-sa --keep-service-account",
    before: () => settled(),
    line: `${DELETE} --keep-service-account`,
    writes: [...WHOLE_ROLE, "kubernetes.patchServiceAccount"],
  },
];
