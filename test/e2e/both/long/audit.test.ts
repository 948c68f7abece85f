import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PrincipalName } from "../../../worlds/aws-world.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { manifests, startAccessWorld } from "../../access-world.ts";
import { irsa } from "../../irsa.ts";
import { withoutWriting } from "../../observe-world.ts";

let world: World;
let roleArn: (name: string) => string;
let folder: string;

beforeAll(async () => {
  ({ world, roleArn } = await startAccessWorld());
  folder = await mkdtemp(join(tmpdir(), "irsa-audit-"));
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => world.aws.clearFaults());

interface Report {
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly subject: { readonly name: string; readonly namespace?: string };
    readonly known: boolean;
  }[];
  readonly suppressed: readonly { readonly rule: string; readonly reason: string; readonly until: string }[];
  readonly notes: readonly string[];
  readonly notRead: readonly { readonly what: string; readonly code: string }[];
}

const run = (args: readonly string[] = [], principal: PrincipalName = "admin") =>
  irsa(["audit", "--cluster", CLUSTER_NAME, ...args], world.environmentOf(principal));

async function report(
  args: readonly string[] = [],
  principal?: PrincipalName,
): Promise<Report & { readonly code: number }> {
  const { code, stdout } = await run([...args, "-o", "json"], principal);
  return { ...(JSON.parse(stdout) as { result: Report }).result, code };
}

function found({ findings }: Report): string[] {
  return findings.map(
    ({ rule, subject }) =>
      `${rule} ${subject.namespace === undefined ? "" : `${subject.namespace}/`}${subject.name}`,
  );
}

const ALL = [
  "administrator admin",
  "role-gone shop/web",
  "sub-missing admin",
  "aud-missing vpc",
  "aud-missing wide",
  "default-account shop/default",
  "missing-account cart",
  "never-annotated vpc",
  "never-annotated wide",
  "sub-wildcard wide",
];

describe("audit", () => {
  test("finds what is wrong, worst first, writes nothing, reads nothing twice, and exits with 3", async () => {
    const { code, ...all } = await withoutWriting(world, () => report());
    expect(found(all)).toEqual(ALL);
    expect(code).toBe(3);
    expect(all.summary).toEqual({ critical: 1, high: 2, medium: 3, low: 4, known: 0, suppressed: 1 });
    const calls = world.aws
      .calls()
      .map(({ service, action, parameters }) => JSON.stringify([service, action, parameters]));
    expect(calls.filter((call) => call.includes("GetAccountAuthorizationDetails"))).toHaveLength(1);
    expect(new Set(calls).size).toBe(calls.length);
  });

  test("bears what an annotation suppresses until its day, and says what does not hold", async () => {
    const { suppressed, notes } = await report();
    expect(suppressed).toMatchObject([
      { rule: "no-workload", reason: "made for the next release", until: "2999-12-31" },
    ]);
    expect(notes).toEqual([expect.stringContaining("expired on 2020-01-01")]);
  });

  test("keeps to what is asked for", async () => {
    expect(found(await report(["--severity", "high"]))).toEqual(ALL.slice(0, 3));
    expect(found(await report(["--rule", "aud-missing,role-gone"]))).toEqual([
      "role-gone shop/web",
      "aud-missing vpc",
      "aud-missing wide",
    ]);
    expect(found(await report(["--namespace", "nothing"]))).toEqual([]);
  });

  test("fails by what is bad enough, and by nothing that the baseline has", async () => {
    const baseline = join(folder, "baseline.json");
    await writeFile(baseline, (await run(["--rule", "administrator", "-o", "json"])).stdout);
    const [none, known, never] = await Promise.all([
      report(["--rule", "never-annotated"]),
      report(["--severity", "critical", "--baseline", baseline]),
      report(["--fail-on", "never"]),
    ]);
    expect(none.code).toBe(0);
    expect(known).toMatchObject({ code: 0, findings: [{ rule: "administrator", known: true }] });
    expect(never.code).toBe(0);
    expect((await report(["--severity", "high", "--baseline", baseline])).code).toBe(3);
  });

  test("names the manifest's line in SARIF", async () => {
    const file = join(folder, "shop.yaml");
    await writeFile(file, manifests(roleArn("cart"), roleArn("gone")));
    const { stdout } = await run(["-o", "sarif", "--rule", "role-gone", "-f", file]);
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        {
          results: [
            { ruleId: "role-gone", locations: [{ physicalLocation: { region: { startLine: 16 } } }] },
          ],
        },
      ],
    });
  });

  test.each(["table", "json", "sarif", "markdown"])("says the same twice as %s", async (format) => {
    const [one, other] = [await run(["-o", format]), await run(["-o", format])];
    expect(other).toEqual(one);
    expect(one.stdout).toContain("administrator");
    expect(one.stderr).toBe("");
  });

  test("reads roles one by one where all together is denied, and finds the same", async () => {
    world.aws.deny({ action: "iam:GetAccountAuthorizationDetails" });
    const all = await report();
    expect(found(all)).toEqual(ALL);
    expect(all.notRead).toEqual([]);
  });

  test("half-readable: finds what it can, says what is missing, and exits with 4", async () => {
    world.aws.deny({ action: "iam:GetAccountAuthorizationDetails" });
    world.aws.deny({ action: "iam:ListRolePolicies" });
    world.aws.deny({ action: "eks:ListPodIdentityAssociations" });
    const { code, ...half } = await report();
    expect(half.notRead).toContainEqual({
      what: "policies of role admin",
      code: "access-denied",
      message: "not permitted: iam:ListRolePolicies",
    });
    expect(found(half)).not.toContain("administrator admin");
    expect(ALL).toEqual(expect.arrayContaining(found(half)));
    expect(code).toBe(4);
    const { stdout } = await run();
    expect(stdout).toContain("Not everything could be read:");
    expect(stdout).toMatch(/Pod Identity associations of .*not permitted: eks:ListPodIdentityAssociations/);
  });

  test("denied all roles: never says that nothing was found without saying what was not read", async () => {
    world.aws.deny({ action: "iam:GetAccountAuthorizationDetails" });
    world.aws.deny({ action: "iam:ListRoles" });
    const { code, stdout } = await run(["--severity", "critical"]);
    expect(stdout).toContain("No findings in what could be read");
    expect(stdout).toMatch(/roles +not permitted: iam:ListRoles/);
    expect(code).toBe(4);
  });

  test("a cluster that lets nobody look: what the trust policies alone tell", async () => {
    const { code, ...half } = await report([], "viewer");
    expect(found(half)).toEqual(expect.arrayContaining(["administrator admin", "sub-missing admin"]));
    expect(found(half)).not.toContain("missing-account cart");
    // Kinds that only the embedded cluster has.
    const notRead = half.notRead.filter(({ what }) => !what.includes("NodeClass objects"));
    expect(notRead.map(({ what }) => what)).toEqual([
      `ServiceAccounts of ${CLUSTER_NAME}`,
      `nodes of ${CLUSTER_NAME}`,
      `pods of ${CLUSTER_NAME}`,
    ]);
    expect(code).toBe(4);
  });

  test("throttled: a while is waited out, for good is said, and exits with 1", async () => {
    const throttled = { when: "before", status: 400, code: "Throttling", message: "Rate exceeded" } as const;
    world.aws.fail({ ...throttled, action: "iam:GetAccountAuthorizationDetails", times: 4 });
    expect(found(await report())).toEqual(ALL);
    world.aws.fail({ ...throttled, action: "iam:GetAccountAuthorizationDetails", times: 1000 });
    const { code, notRead } = await report();
    expect(notRead).toMatchObject([{ what: "roles", code: "throttled" }]);
    expect(code).toBe(1);
  });

  test.each([
    ["a rule that is none", ["--rule", "nothing"], "is not a valid rule; choose from account-gone"],
    ["a namespace that is none", ["--namespace", "A_B"], "is not a valid namespace"],
    ["a severity that is none", ["--severity", "bad"], "--severity 'bad' is not valid; use critical"],
    ["a baseline that is none", ["--baseline", "package.json"], "is not a valid audit report"],
    ["a file that is not there", ["-f", "nothing.yaml"], "can't be read"],
    ["days beyond IAM's memory", ["--unused-days", "500"], "use 1 to 400 days"],
  ])("stops at %s before anything is read", async (_, args, message) => {
    world.aws.clearCalls();
    const { code, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(world.aws.calls()).toEqual([]);
  });
});
