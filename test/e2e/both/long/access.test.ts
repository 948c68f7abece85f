import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PrincipalName } from "../../../worlds/aws-world.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { startAccessWorld } from "../../access-world.ts";
import { S3_READ } from "../../commands.ts";
import { irsa } from "../../irsa.ts";

let world: World;
let roleArn: (name: string) => string;

beforeAll(async () => {
  ({ world, roleArn } = await startAccessWorld());
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

const run = (args: readonly string[], principal: PrincipalName = "admin") =>
  irsa([...args, "--cluster", CLUSTER_NAME], world.environmentOf(principal));
const json = async (args: readonly string[], principal?: PrincipalName) =>
  (JSON.parse((await run([...args, "-o", "json"], principal)).stdout) as { result: object }).result;
const subject = (serviceAccount: string, changes: object = {}) => ({
  cluster: expect.objectContaining({ name: CLUSTER_NAME }) as unknown,
  serviceAccount: { namespace: "shop", name: serviceAccount },
  exists: true,
  via: "irsa",
  audience: "sts.amazonaws.com",
  through: null,
  permissionUnknown: false,
  sessionPolicy: null,
  nodes: null,
  verdict: "allow",
  unknownKeys: [],
  statements: [{ number: 1, sid: null }],
  pods: [],
  ...changes,
});

describe("who-can", () => {
  test("names the ServiceAccounts, those that don't exist too, and their pods", async () => {
    const pods = [expect.stringMatching(/^cart-/) as string, expect.stringMatching(/^cart-/) as string];
    expect(await json(["who-can", roleArn("cart")])).toEqual({
      role: roleArn("cart"),
      subjects: [subject("cart", { pods }), subject("gone", { exists: false })],
      chains: [],
      nextNodes: [],
      open: null,
      openPatterns: [],
      notRead: [],
    });
  });

  test("says under which unknown conditions, and how open the role is", async () => {
    expect(await json(["who-can", "vpc"])).toMatchObject({
      subjects: [
        { serviceAccount: { name: "cart" }, verdict: "conditional", unknownKeys: ["aws:SourceVpc"] },
      ],
    });
    expect(await json(["who-can", "wide"])).toMatchObject({
      open: "pattern",
      openPatterns: ["system:serviceaccount:shop:*"],
    });
    const { code, stdout } = await run(["who-can", "wide"]);
    expect(stdout).toMatch(/^ {2}shop\/web +token +yes +statement 1 +no pods$/m);
    expect(stdout).toContain(
      "Anyone who can create a matching ServiceAccount can assume it: system:serviceaccount:shop:*",
    );
    expect(code).toBe(0);
  });

  test("answers what it can where something is denied, and says so, by the exit code too", async () => {
    world.aws.deny({ action: "iam:GetOpenIDConnectProvider" });
    const { code, stdout } = await run(["who-can", "wide"]);
    expect(stdout).toMatch(/^ {2}shop\/web +token/m);
    expect(stdout).toMatch(/identity provider of .*not permitted: iam:GetOpenIDConnectProvider/);
    expect(code).toBe(4);
    expect(await json(["who-can", "wide"])).toMatchObject({ notRead: [{ code: "access-denied" }] });
  });

  test("names ServiceAccounts by the trust policy where the cluster can't be read", async () => {
    const answer = await json(["who-can", "cart"], "viewer");
    expect(answer).toMatchObject({
      subjects: [
        { serviceAccount: { name: "cart" }, exists: null, pods: null },
        { serviceAccount: { name: "gone" }, exists: null, pods: null },
      ],
      notRead: [{ what: `ServiceAccounts of ${CLUSTER_NAME}` }, { what: `pods of ${CLUSTER_NAME}` }],
    });
  });

  test.each([
    ["a role that is not there", ["who-can", "nothing"], 1, "role 'nothing' not found"],
    [
      "a role of another path",
      ["who-can", "arn:aws:iam::111122223333:role/x/cart"],
      1,
      "another AWS account|not found",
    ],
    ["no role at all", ["who-can", "arn:aws:s3:::bucket"], 2, "is not a valid role ARN"],
  ])("stops at %s", async (_, args, exit, message) => {
    const { code, stderr } = await run(args);
    expect(stderr).toMatch(new RegExp(message));
    expect(code).toBe(exit);
  });
});

describe("what-can", () => {
  test("names every role with what it brings, the annotated one and the others", async () => {
    expect(await json(["what-can", "shop/cart"])).toMatchObject({
      serviceAccount: { namespace: "shop", name: "cart" },
      exists: true,
      annotatedRole: roleArn("cart"),
      audience: "sts.amazonaws.com",
      roles: [
        { role: roleArn("admin"), inlinePolicies: ["iam"] },
        {
          role: roleArn("cart"),
          annotated: true,
          policies: [S3_READ],
          inlinePolicies: [],
          permissionsBoundary: null,
        },
        { role: roleArn("vpc"), annotated: false, verdict: "conditional" },
        { role: roleArn("wide"), annotated: false, policies: [], inlinePolicies: ["queue"] },
      ],
      notRead: [],
    });
  });

  test("judges a ServiceAccount that does not exist as if it were made", async () => {
    const { code, stdout } = await run(["what-can", "shop/new"]);
    expect(stdout).toContain("This ServiceAccount does not exist");
    expect(stdout).toContain(roleArn("wide"));
    expect(code).toBe(0);
  });

  test("never says 'none' where the roles could not be read", async () => {
    world.aws.deny({ action: "iam:ListRoles" });
    const { code, stdout } = await run(["what-can", "shop/cart"]);
    expect(stdout).toContain("No role was found that it can assume.");
    expect(stdout).toMatch(/roles +not permitted: iam:ListRoles/);
    expect(code).toBe(4);
  });
});
