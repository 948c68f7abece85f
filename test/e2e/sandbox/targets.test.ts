import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import { declareCluster } from "irsa-sandbox/parts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanEnvironment } from "../../worlds/environment.ts";
import { requireClusterArn } from "../../worlds/sandbox-world.ts";
import { irsa, type Run } from "../irsa.ts";

const [HUB, SHOP, DATA] = ["111122223333", "444455556666", "777788889999"] as const;
const CLUSTERS = [
  `arn:aws:eks:eu-west-1:${HUB}:cluster/hub`,
  `arn:aws:eks:us-east-1:${HUB}:cluster/hub-east`,
  `arn:aws:eks:eu-west-1:${SHOP}:cluster/shop`,
  `arn:aws:eks:us-east-1:${SHOP}:cluster/shop-east`,
  `arn:aws:eks:eu-west-1:${DATA}:cluster/data`,
];
const EXTERNAL_ID = "3f9c-external-42";
const roleOf = (awsAccount: string): string => `arn:aws:iam::${awsAccount}:role/irsa-audit`;

let sandbox: Sandbox;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await startSandbox({
    clusters: CLUSTERS.map(requireClusterArn),
    accessEntries: [HUB, SHOP, DATA].map((one) => ({
      principalArn: roleOf(one),
      groups: ["system:masters"],
    })),
  });
  environment = { ...cleanEnvironment(sandbox.folder), ...clientEnvironment(sandbox, {}).set };
  for (const awsAccount of [HUB, SHOP, DATA]) await createAuditRole(awsAccount);
  for (const [profile, cluster] of [
    [SHOP, "shop"],
    [DATA, "data"],
  ] as const) {
    const where = ["--cluster", cluster, "--profile", profile, "--region", "eu-west-1", "--approve"];
    await run("associate-oidc", ...where);
  }
});
afterAll(() => sandbox.stop());

function keyOf(awsAccount: string) {
  const key = sandbox.keys.get(awsAccount);
  if (key === undefined) throw new Error(`no key for ${awsAccount}`);
  return key;
}

/** The issuer of a cluster, without `https://`. */
async function issuerOf(awsAccount: string, name: string): Promise<string> {
  const eks = new EKSClient({
    endpoint: sandbox.aws.url,
    region: "eu-west-1",
    credentials: keyOf(awsAccount),
  });
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  eks.destroy();
  return (cluster?.identity?.oidc?.issuer ?? "").replace("https://", "");
}

/** A role that the hub's administrator may assume, in SHOP with the external ID alone. */
async function createAuditRole(awsAccount: string): Promise<void> {
  const iam = new IAMClient({
    endpoint: sandbox.aws.url,
    region: "eu-west-1",
    credentials: keyOf(awsAccount),
  });
  const Condition = { StringEquals: { "sts:ExternalId": EXTERNAL_ID } };
  const statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${HUB}:root` },
    Action: "sts:AssumeRole",
    ...(awsAccount === SHOP && { Condition }),
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName: "irsa-audit", AssumeRolePolicyDocument }));
  iam.destroy();
}

const run = (...args: readonly string[]): Promise<Run> => irsa(args, environment);

async function targetsFile(text: string): Promise<string> {
  const file = join(sandbox.folder, "accounts.yml");
  await writeFile(file, text);
  return file;
}

const accounts = (externalId = EXTERNAL_ID): string => `
accounts:
- account_id: "${HUB}"
  name: hub
  role: ${roleOf(HUB)}
  regions: [eu-west-1]
- account_id: "${SHOP}"
  name: shop
  role: ${roleOf(SHOP)}
  external_id: ${externalId}
  regions: [eu-west-1, us-east-1]
  tags: ["type:prod"]
- account_id: "${DATA}"
  name: data
  role: ${roleOf(DATA)}
  clusters: [data]
`;

interface Answer {
  readonly caller: string;
  readonly result: {
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly object[];
    readonly targets: readonly {
      readonly name: string;
      readonly caller: string;
      readonly clusters: readonly { readonly arn: string }[];
      readonly findings: readonly { readonly rule: string; readonly message: string }[];
      readonly notRead: readonly object[];
    }[];
  };
}

const timeless = (target: object): object => ({ ...target, readAt: null });

const parsed = ({ stdout }: Run): Answer => JSON.parse(stdout);

describe.each(["get-sa", "verify --all", "stale-pods", "what-can shop/cart", "policies --outdated"])(
  "%s --targets of three AWS accounts",
  (line) => {
    it("reads every cluster with the role of its AWS account", async () => {
      const where = ["--targets", await targetsFile(accounts()), "-o", "json"];
      const ended = await run(...line.split(" "), ...where);
      const { result } = parsed(ended);
      expect(result.missing).toEqual([]);
      expect(result.targets.flatMap(({ clusters }) => clusters.map(({ arn }) => arn))).toEqual([
        CLUSTERS[0],
        ...CLUSTERS.slice(2),
      ]);
      expect(result.targets.flatMap(({ clusters }) => clusters)).toEqual(
        Array.from({ length: 4 }, () => expect.objectContaining({ notRead: [] })),
      );
      expect(ended.code).toBe(0);
    });
  },
);

async function configFile(
  name: string,
  metadata: object | undefined,
  serviceAccount: string,
): Promise<string> {
  const file = join(sandbox.folder, name);
  const entry = {
    metadata: { namespace: "shop", name: serviceAccount },
    attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
  };
  const head = { apiVersion: "eksctl.io/v1alpha5", kind: "ClusterConfig" };
  const iam = { withOIDC: true, serviceAccounts: [entry] };
  await writeFile(file, JSON.stringify({ ...head, ...(metadata !== undefined && { metadata }), iam }));
  return file;
}

interface PlanAnswer {
  readonly result: {
    readonly summary: Readonly<Record<string, number>>;
    readonly targets: readonly {
      readonly clusters: readonly {
        readonly arn: string;
        readonly plan: object;
        readonly serviceAccounts: readonly object[];
      }[];
    }[];
  };
}

describe("plan -f --targets of three AWS accounts", () => {
  it("plans each cluster by the files for it, as a run of it alone does, and writes nothing", async () => {
    const targets = await targetsFile(accounts());
    const base = await configFile("base.json", undefined, "agent");
    const shop = await configFile("shop.json", { name: "shop", region: "eu-west-1" }, "cart");
    sandbox.aws.recorder.clear();
    const ended = await run("plan", "-f", base, "-f", shop, "--targets", targets, "-o", "json");
    const writes = sandbox.aws.recorder
      .calls()
      .filter(({ action }) => /^(Create|Attach|Put|Tag|Add)/.test(action));
    expect([ended.code, writes]).toEqual([0, []]);
    const { result }: PlanAnswer = JSON.parse(ended.stdout);
    expect(result.summary).toMatchObject({ targets: 3, complete: 3, clusters: 4, differing: 4, failed: 0 });
    const planned = result.targets.flatMap(({ clusters }) => clusters);
    expect(planned.map(({ arn, serviceAccounts }) => [arn, serviceAccounts.length])).toEqual([
      [CLUSTERS[0], 1],
      [CLUSTERS[2], 2],
      [CLUSTERS[3], 1],
      [CLUSTERS[4], 1],
    ]);
    const alone = await configFile("data.json", { name: "data", region: "eu-west-1" }, "agent");
    const own = await run("plan", "-f", alone, "--profile", DATA, "-o", "json");
    expect(planned[3]?.plan).toEqual(JSON.parse(own.stdout).plan);
  });

  it("refuses a roleName that two clusters of an AWS account would get", async () => {
    const file = join(sandbox.folder, "named.json");
    const entry = {
      metadata: { namespace: "shop", name: "cart" },
      roleName: "cart",
      attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    };
    const head = { apiVersion: "eksctl.io/v1alpha5", kind: "ClusterConfig" };
    await writeFile(file, JSON.stringify({ ...head, iam: { withOIDC: true, serviceAccounts: [entry] } }));
    const words = ["plan", "-f", file, "--all-clusters", "-o", "json"];
    const { code, stdout } = await run(...words, "--region", "eu-west-1,us-east-1");
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.message).toBe("roleName: role 'cart' would be created for two clusters");
    expect((await run(...words, "--region", "eu-west-1")).code).toBe(0);
  });

  it("names a target that can't be read beside the plans of the others", async () => {
    const base = await configFile("base.json", undefined, "agent");
    const targets = await targetsFile(accounts("wrong-external-id"));
    const { code, stdout } = await run("plan", "-f", base, "--targets", targets);
    expect(code).toBe(4);
    expect(stdout).toMatch(/✗ shop .*not permitted: sts:AssumeRole/);
    expect(stdout).toMatch(/Plan: .* in 2 of 2 clusters\. {5}digest [0-9a-f]{16}\n/);
  });
});

describe("audit --targets of three AWS accounts", () => {
  it("reads each with the role of the file, its external ID, and the role's access to the clusters", async () => {
    const ended = await run("audit", "--targets", await targetsFile(accounts()), "-o", "json");
    const { caller, result } = parsed(ended);
    expect(caller).toBe(`arn:aws:iam::${HUB}:user/admin`);
    expect(result.missing).toEqual([]);
    expect(result.targets.map((one) => [one.name, one.caller, one.clusters.map(({ arn }) => arn)])).toEqual([
      ["hub", `arn:aws:sts::${HUB}:assumed-role/irsa-audit/irsa`, [CLUSTERS[0]]],
      ["shop", `arn:aws:sts::${SHOP}:assumed-role/irsa-audit/irsa`, [CLUSTERS[2], CLUSTERS[3]]],
      ["data", `arn:aws:sts::${DATA}:assumed-role/irsa-audit/irsa`, [CLUSTERS[4]]],
    ]);
    expect(result.targets.flatMap(({ notRead }) => notRead)).toEqual([]);
    expect(result.summary).toMatchObject({ targets: 3, complete: 3, partial: 0, missing: 0 });
    expect(ended.code).toBe(0);
  });

  it("asks STS once for each role, however many regions and services are called", async () => {
    sandbox.aws.recorder.clear();
    await run("audit", "--targets", await targetsFile(accounts()), "-o", "json");
    const assumed = sandbox.aws.recorder.calls().filter(({ action }) => action === "AssumeRole");
    expect(assumed).toHaveLength(3);
  });

  it("lists the clusters of a region once for each target", async () => {
    sandbox.aws.recorder.clear();
    await run("audit", "--targets", await targetsFile(accounts()), "-o", "json");
    const listed = sandbox.aws.recorder.calls().filter(({ action }) => action === "ListClusters");
    // The hub and data in one region, the shop in two.
    expect(listed).toHaveLength(4);
  });

  it("goes on asking for a role as long as for anything else, where STS throttles", async () => {
    const throttled = { when: "before", status: 400, code: "Throttling", message: "Rate exceeded" } as const;
    sandbox.aws.faults.fail({ action: "sts:AssumeRole", times: 4, ...throttled });
    const file = await targetsFile(accounts());
    const ended = await run("audit", "--targets", file, "--concurrency", "1", "-o", "json");
    sandbox.aws.faults.clear();
    expect([ended.code, parsed(ended).result.missing]).toEqual([0, []]);
  });

  it("goes on after a run that was killed, with the answer of one that was not", async () => {
    const file = await targetsFile(accounts());
    const journal = join(sandbox.folder, "audit.journal");
    const words = ["audit", "--targets", file, "--concurrency", "1", "-o", "json"];
    let child: ChildProcess | undefined;
    sandbox.aws.faults.before("sts:AssumeRole", async () => void child?.kill("SIGKILL"), 2);
    const onStart = (started: ChildProcess): void => void (child = started);
    const killed = await irsa([...words, "--resume", journal], environment, { onStart });
    expect([killed.code, killed.stdout]).toEqual([-1, ""]);
    expect(readFileSync(journal, "utf8")).not.toContain(EXTERNAL_ID);
    sandbox.aws.recorder.clear();
    const resumed = await run(...words, "--resume", journal);
    const assumed = sandbox.aws.recorder.calls().filter(({ action }) => action === "AssumeRole");
    expect(assumed).toHaveLength(2);
    const { summary, targets } = parsed(resumed).result;
    const whole = parsed(await run(...words)).result;
    expect(summary).toEqual(whole.summary);
    expect(targets.map(timeless)).toEqual(whole.targets.map(timeless));
    expect([resumed.code, existsSync(journal)]).toEqual([0, false]);
  });

  it("has the others where an external ID is wrong, and shows neither it nor the right one", async () => {
    const file = await targetsFile(accounts("wrong-external-id"));
    for (const format of ["table", "json"]) {
      const { code, stdout, stderr } = await run("audit", "--targets", file, "-o", format, "--debug");
      expect(code).toBe(4);
      expect(stdout).toContain("not permitted: sts:AssumeRole");
      expect(stdout).toContain("data");
      expect(stdout + stderr).not.toMatch(/wrong-external|3f9c/);
    }
  });

  it("tells a cluster that can't be audited, and audits the rest of its target", async () => {
    const place = { store: sandbox.aws.store, awsAccount: SHOP, region: "us-east-1" };
    declareCluster(place, { name: "new", endpoint: "", caPem: "", status: "CREATING" });
    const ended = await run("audit", "--targets", await targetsFile(accounts()), "-o", "json");
    const { result } = parsed(ended);
    expect(ended.code).toBe(1);
    expect(result.summary).toMatchObject({ complete: 2, partial: 1, missing: 0 });
    expect(result.missing).toMatchObject([
      { target: "shop", awsAccount: SHOP, region: "us-east-1", cluster: "new", error: { code: "no-issuer" } },
    ]);
  });
});

describe("apply -f --targets of three AWS accounts", () => {
  it("applies in each with its own role, and a second run has nothing to do", async () => {
    const targets = await targetsFile(accounts());
    // Another than that of the tests below: what they plan is not there yet.
    const file = await configFile("applied.json", { region: "eu-west-1" }, "applied");
    const where = ["-f", file, "--targets", targets];
    const denied = await run("apply", ...where, "--approve", "--expect-plan", "0000000000000000");
    expect([denied.code, denied.stderr]).toEqual([1, expect.stringContaining("the plan has changed")]);
    const { code, stdout } = await run("apply", ...where, "--approve");
    expect([code, stdout]).toEqual([0, expect.stringContaining("in 3 of 3 clusters.\n")]);
    const roles = sandbox.aws.recorder.calls().filter(({ action }) => action === "CreateRole");
    expect(roles.length).toBeGreaterThanOrEqual(3);
    expect((await run("plan", ...where, "--exit-code")).code).toBe(0);
    expect((await run("verify", "shop/applied", "--cluster", "data", "--profile", DATA)).code).toBe(0);
  });
});

describe("plan -f --targets where a cluster can't be read", () => {
  it("says so where a file could be for it", async () => {
    const targets = await targetsFile(accounts());
    const everywhere = await configFile("everywhere.json", undefined, "agent");
    const shop = await configFile("shop.json", { name: "shop", region: "eu-west-1" }, "cart");
    const missingFor = async (file: string): Promise<readonly unknown[]> => {
      const ended = await run("plan", "-f", file, "--targets", targets, "-o", "json");
      return [ended.code, parsed(ended).result.missing.length];
    };
    expect(await missingFor(everywhere)).toEqual([1, 1]);
    expect(await missingFor(shop)).toEqual([0, 0]);
  });
});

describe("get-sa --targets of an AWS account with several clusters", () => {
  it("reads IAM's lists once for all of them", async () => {
    sandbox.aws.recorder.clear();
    const ended = await run("get-sa", "--targets", await targetsFile(accounts()), "-o", "json");
    const listed = sandbox.aws.recorder.calls().filter(({ action }) => /^ListRoles$/.test(action));
    // A cluster that is being created is missing since a test above.
    expect(parsed(ended).result.missing).toHaveLength(1);
    expect([ended.code, listed.length]).toEqual([1, 3]);
  });
});

describe("who-can of a role that trusts a provider for a cluster in another AWS account", () => {
  it("is answered with both sides known", async () => {
    const issuer = await issuerOf(SHOP, "shop");
    const provider = `arn:aws:iam::${DATA}:oidc-provider/${issuer}`;
    const iam = new IAMClient({ endpoint: sandbox.aws.url, region: "eu-west-1", credentials: keyOf(DATA) });
    const ClientIDList = ["sts.amazonaws.com"];
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${issuer}`, ClientIDList }));
    const statement = {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:sub`]: "system:serviceaccount:default:default",
          [`${issuer}:aud`]: "sts.amazonaws.com",
        },
      },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(new CreateRoleCommand({ RoleName: "lake", AssumeRolePolicyDocument }));
    iam.destroy();
    const file = await targetsFile(accounts());
    const ended = await run("who-can", `arn:aws:iam::${DATA}:role/lake`, "--targets", file, "-o", "json");
    const { result }: { result: { targets: { name: string; subjects: object[] }[] } } = JSON.parse(
      ended.stdout,
    );
    expect(result.targets.map(({ name, subjects }) => [name, subjects])).toEqual([
      ["hub", []],
      [
        "shop",
        [
          expect.objectContaining({
            cluster: expect.objectContaining({ arn: CLUSTERS[2] }),
            serviceAccount: { namespace: "default", name: "default" },
            verdict: "allow",
          }),
        ],
      ],
      ["data", []],
    ]);
  });
});

describe("audit --all-clusters", () => {
  it("covers the caller's clusters in several regions", async () => {
    const ended = await run("audit", "--all-clusters", "--region", "eu-west-1,us-east-1", "-o", "json");
    const { result } = parsed(ended);
    expect(result.missing).toEqual([]);
    expect(result.targets.map(({ clusters }) => clusters.map(({ arn }) => arn))).toEqual([
      [CLUSTERS[0], CLUSTERS[1]],
    ]);
  });
});

/** Two AWS accounts have a role that trusts their own provider of an issuer whose cluster is gone. */
describe("migrate-trust --targets of three AWS accounts", () => {
  const gone = "oidc.eks.eu-west-1.amazonaws.com/id/B10E0000000000000000000000000001";

  async function trustGone(awsAccount: string): Promise<void> {
    const iam = new IAMClient({
      endpoint: sandbox.aws.url,
      region: "eu-west-1",
      credentials: keyOf(awsAccount),
    });
    const statement = {
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::${awsAccount}:oidc-provider/${gone}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${gone}:aud`]: "sts.amazonaws.com",
          [`${gone}:sub`]: "system:serviceaccount:shop:moved",
        },
      },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(new CreateRoleCommand({ RoleName: "moved", AssumeRolePolicyDocument }));
    iam.destroy();
  }

  it("moves the roles of each to its own provider of the new cluster, which is made there", async () => {
    await Promise.all([SHOP, DATA].map(trustGone));
    const targets = await targetsFile(accounts());
    const to = `arn:aws:eks:eu-west-1:${DATA}:cluster/data`;
    const where = ["--from", `https://${gone}`, "--to", to, "--associate-oidc", "--targets", targets];
    const { code, stdout } = await run("migrate-trust", ...where, "--replace", "--approve");
    expect([code, stdout]).toEqual([0, expect.stringContaining("in 2 of 2 AWS accounts.\n")]);
    const after = await run("migrate-trust", ...where);
    expect([after.code, after.stdout]).toEqual([0, expect.stringContaining("No role trusts")]);
    const moved = `arn:aws:iam::${SHOP}:role/moved`;
    const subjects = await run("who-can", moved, "--targets", targets);
    expect(subjects.stdout).toMatch(/shop +moved/);
  });
});
