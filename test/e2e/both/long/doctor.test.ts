import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PrincipalName } from "../../../worlds/aws-world.ts";
import { isEmbedded, startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { irsa } from "../../irsa.ts";
import { withoutWriting } from "../../observe-world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

interface Answer {
  readonly checks: readonly { readonly check: string; readonly status: string; readonly remarks: object[] }[];
}

async function doctor(principal: PrincipalName, ...args: readonly string[]) {
  const run = () =>
    irsa(["doctor", "--cluster", CLUSTER_NAME, ...args, "-o", "json"], world.environmentOf(principal));
  const { code, stdout } = await withoutWriting(world, run);
  const { checks } = (JSON.parse(stdout) as { result: Answer }).result;
  return { code, checks, statuses: Object.fromEntries(checks.map(({ check, status }) => [check, status])) };
}

test("an administrator of the cluster may all there; what IAM allows is reported where it can be simulated", async () => {
  const { code, statuses } = await doctor("admin");
  expect(code).toBe(0);
  expect(statuses["aws-rights"]).toBe(isEmbedded() ? "PASS" : "UNKNOWN");
  expect(statuses).toMatchObject({
    region: "PASS",
    credentials: "PASS",
    cluster: "PASS",
    api: "PASS",
    "cluster-rights": "PASS",
  });
});

test("someone without rights in the cluster is told which are missing", async () => {
  const { code, statuses, checks } = await doctor("viewer", "create-sa");
  expect(code).toBe(3);
  expect(statuses).toMatchObject({ api: "PASS", "cluster-rights": "FAIL" });
  expect(JSON.stringify(checks)).toContain(String.raw`get namespaces\ncreate serviceaccounts`);
});

test("what AWS refuses is a right that is missing", async () => {
  world.aws.deny({ action: "iam:GetOpenIDConnectProvider" });
  const { code, statuses, checks } = await doctor("admin");
  expect(code).toBe(3);
  expect(statuses["aws-rights"]).toBe("FAIL");
  expect(JSON.stringify(checks)).toContain('{"label":"missing","value":"iam:GetOpenIDConnectProvider"}');
});
