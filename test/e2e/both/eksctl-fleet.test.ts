import { afterAll, beforeAll, expect, test } from "vitest";
import type { PolicyDocument } from "../../../src/model/trust-policy/document.ts";
import { samePermissions } from "../../../src/model/trust-policy/permissions.ts";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { S3_READ, STORY } from "../commands.ts";
import { makeEksctlServiceAccount, type EksctlServiceAccount } from "../eksctl-account.ts";
import { irsa } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;
let cart: EksctlServiceAccount;
let nightly: EksctlServiceAccount;

const REACH = ["--cluster", CLUSTER_NAME];
const run = (args: readonly string[], input?: string) =>
  irsa(args, world.environmentOf("admin"), input === undefined ? {} : { input });
const roleNamed = (name: string) => roleOf(world.aws.iam(), name);

const documentsOf = ({ inline }: { readonly inline: object }) => Object.values(inline) as PolicyDocument[];

/** The file from which eksctl makes these: the second's ServiceAccount comes from elsewhere. */
const FILE = `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: ${CLUSTER_NAME}, region: REGION }
iam:
  withOIDC: true
  serviceAccounts:
    - metadata: { namespace: fleet, name: cart }
      attachPolicyARNs: ["${S3_READ}"]
      attachPolicy:
        Version: "2012-10-17"
        Statement:
          - { Effect: Allow, Action: ["sqs:SendMessage"], Resource: ["*"] }
          - { Effect: Allow, Action: "autoscaling:DescribeTags", Resource: "*" }
    - metadata: { namespace: fleet, name: nightly }
      roleOnly: true
      attachPolicyARNs: ["${S3_READ}"]
      attachPolicy:
        Version: "2012-10-17"
        Statement: [{ Effect: Allow, Action: ["autoscaling:DescribeTags", "sqs:SendMessage"], Resource: "*" }]
`;

beforeAll(async () => {
  world = await startWorld();
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
  cart = await makeEksctlServiceAccount(world, "fleet/cart");
  nightly = await makeEksctlServiceAccount(world, "fleet/nightly");
});
afterAll(async () => world?.stop());

const file = () => FILE.replace("REGION", world.aws.region);

test("adopt --all takes all of eksctl's, by the names of their roles as they are spelled", async () => {
  expect(cart.roleName).not.toBe(cart.roleName.toLowerCase());
  const done = await run(["adopt", "--all", "--release-stacks", "--approve", ...REACH]);
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain("All 2 ServiceAccounts are managed by irsa.");
});

test("the file from which eksctl made them has nothing to write, also of roleOnly", async () => {
  const before = [await roleNamed(cart.roleName), await roleNamed(nightly.roleName)];
  for (const command of [
    ["plan", "-f", "-", "--exit-code"],
    ["plan", "-f", "-", "--detect-drift"],
    ["apply", "-f", "-", "--approve"],
  ]) {
    const again = await withoutWriting(world, () => run(command, file()));
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("Nothing to do.");
  }
  expect([await roleNamed(cart.roleName), await roleNamed(nightly.roleName)]).toEqual(before);
});

test("plan --exit-code finds what apply would write, and its row names the role", async () => {
  const more = file().replace('Action: "autoscaling:DescribeTags"', 'Action: "autoscaling:DescribePolicies"');
  const plan = await withoutWriting(world, () => run(["plan", "-f", "-", "--exit-code"], more));
  expect(plan).toMatchObject({ code: 3 });
  expect(plan.stdout).toMatch(new RegExp(`~ fleet/cart +.*${cart.roleName}.*inline policy`));
});

test("what is live is a file from which a role comes back with all its permissions", async () => {
  const live = await run(["get-sa", ...REACH, "-o", "clusterconfig"]);
  expect(live).toMatchObject({ code: 0 });
  expect(live.stdout).toContain("sqs:SendMessage");
  expect(live.stdout).not.toMatch(/eksctl\.io\/cluster-name|managed-by/);
  const plan = await withoutWriting(world, () => run(["plan", "-f", "-", "--detect-drift"], live.stdout));
  expect(plan).toMatchObject({ code: 0 });

  const before = await roleNamed(cart.roleName);
  const gone = ["delete-sa", ...REACH, "-n", "fleet", "--name", "cart", "--delete-adopted-role", "--approve"];
  expect(await run(gone)).toMatchObject({ code: 0 });
  await clusterOf(world).core.deleteNamespacedServiceAccount({ namespace: "fleet", name: "cart" });
  expect(await run(["apply", "-f", "-", "--approve", "--wait"], live.stdout)).toMatchObject({ code: 0 });
  const after = await roleNamed(cart.roleName);
  expect(after.attached).toEqual(before.attached);
  expect(samePermissions(documentsOf(after), documentsOf(before))).toBe(true);
});

test("update-sa --remove-inline-policy deletes eksctl's", async () => {
  const line = ["update-sa", ...REACH, "-n", "fleet", "--name", "nightly", "--remove-inline-policy"];
  expect(Object.keys((await roleNamed(nightly.roleName)).inline)).toHaveLength(2);
  expect(await run([...line, "--approve"])).toMatchObject({ code: 0 });
  expect((await roleNamed(nightly.roleName)).inline).toEqual({});
  const again = await withoutWriting(world, () => run([...line, "--approve"]));
  expect(again.stdout).toContain("Nothing to do.");
});

test("create-sa makes no second role where eksctl's ServiceAccount was deleted", async () => {
  const till = await makeEksctlServiceAccount(world, "fleet/till");
  await clusterOf(world).core.deleteNamespacedServiceAccount({ namespace: "fleet", name: "till" });
  const create = ["create-sa", ...REACH, "-n", "fleet", "--name", "till"];
  const stopped = await withoutWriting(world, () => run([...create, "--policy-arn", S3_READ, "--approve"]));
  expect(stopped).toMatchObject({ code: 1 });
  expect(stopped.stderr).toContain(`eksctl already created role '${till.roleName}' for fleet/till`);
  expect(await run([...create, "--attach-role-arn", till.roleArn, "--approve", "--wait"])).toMatchObject({
    code: 0,
  });
});
