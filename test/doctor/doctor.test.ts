import { describe, expect, it } from "vitest";
import { checkEnvironment } from "../../src/doctor/checks/environment.ts";
import { examine, type DoctorInput } from "../../src/doctor/examine.ts";
import type { CheckName, CheckReport } from "../../src/doctor/check.ts";
import { Failure } from "../../src/model/failure.ts";
import { known } from "../../src/model/known.ts";
import { World } from "../fakes/world.ts";
import { aCluster } from "../fakes/values.ts";

const aWorld = (): World => new World(aCluster()).withProvider();

async function reportsOf(world: World, changes: Partial<DoctorInput> = {}) {
  return examine({
    environment: {},
    aws: known({ ...world.aws, region: world.cluster.region }),
    overrides: {},
    source: "profile work",
    clusterName: world.cluster.name,
    requireMeant: () => undefined,
    connect: async () => world.kubernetes,
    commands: ["associate-oidc", "create-sa", "verify"],
    namespace: undefined,
    roles: {},
    ...changes,
  });
}
const statuses = (reports: readonly CheckReport[]) =>
  Object.fromEntries(reports.map(({ check, status }) => [check, status])) as Record<CheckName, string>;
const codes = (reports: readonly CheckReport[]) =>
  reports.flatMap(({ remarks }) => remarks.map(({ code }) => code));

it("has nothing to say where all is well", async () => {
  const reports = await reportsOf(aWorld());
  expect(new Set(Object.values(statuses(reports)))).toEqual(new Set(["PASS"]));
  expect(codes(reports)).toEqual([]);
});

/** A read that is denied is also a right that is missing; of some no command is in need. */
const MISSED: Readonly<Record<string, Partial<Record<CheckName, string>>>> = {
  "sts.getCaller": { credentials: "UNKNOWN", cluster: "SKIPPED", "aws-rights": "SKIPPED" },
  "eks.describeCluster": { cluster: "UNKNOWN", api: "SKIPPED", "aws-rights": "FAIL" },
  "iam.getProvider": { "aws-rights": "FAIL" },
  "iam.listProviders": { quotas: "UNKNOWN", "aws-rights": "WARN" },
  "iam.getAccountSummary": { quotas: "UNKNOWN", "aws-rights": "WARN" },
  "iam.getSimulation": { "aws-rights": "UNKNOWN" },
  "iam.getRole": { "aws-rights": "PASS" },
  "kubernetes.serves": { "cluster-rights": "PASS" },
  "kubernetes.may": { api: "PASS", "cluster-rights": "UNKNOWN" },
};

describe("a call that is denied is told, and ends nothing", () => {
  it.each(Object.entries(MISSED))("%s", async (call, expected) => {
    const world = aWorld();
    world.log.deny(call);
    const reports = await reportsOf(world);
    expect(world.log.calls.map(({ name }) => name)).toContain(call);
    expect(statuses(reports)).toMatchObject(expected);
  });

  it("and these are all calls that are made", async () => {
    const world = aWorld();
    await reportsOf(world);
    expect(new Set(world.log.calls.map(({ name }) => name))).toEqual(new Set(Object.keys(MISSED)));
  });
});

describe("rights on a kind that the cluster does not have", () => {
  const FORBIDDEN = ["get rollouts", "patch rollouts"] as const;

  it("are not missed", async () => {
    const world = aWorld().forbidding(...FORBIDDEN);
    world.api.missingGroups.add("argoproj.io");
    expect(codes(await reportsOf(world))).toEqual([]);
  });

  it("are missed where it has the kind, or does not say whether it has", async () => {
    const world = aWorld().forbidding(...FORBIDDEN);
    expect(codes(await reportsOf(world))).toEqual(["cluster-rights-partial"]);
    world.log.deny("kubernetes.serves");
    expect(codes(await reportsOf(world))).toEqual(["cluster-rights-partial"]);
  });
});

describe("rights that are missing", () => {
  it("are in the way where they are required, by AWS and in the cluster", async () => {
    const world = aWorld().forbidding("create serviceaccounts");
    world.iam.denied.add("iam:CreateRole");
    const reports = await reportsOf(world);
    expect(codes(reports)).toEqual(["aws-rights-missing", "cluster-rights-missing"]);
    expect(reports.flatMap(({ remarks }) => remarks.flatMap(({ evidence }) => evidence["missing"]))).toEqual([
      "iam:CreateRole",
      "create serviceaccounts",
    ]);
  });

  it("are worth a warning where they are not, and nothing where no command asks for them", async () => {
    const world = aWorld().forbidding("create serviceaccounts/token", "delete serviceaccounts");
    world.iam.denied.add("iam:GetPolicy").add("iam:DeleteRole");
    expect(codes(await reportsOf(world))).toEqual(["aws-rights-partial", "cluster-rights-partial"]);
  });
});

describe("the cluster", () => {
  it.each<[string, Failure, string | undefined]>([
    ["unknown to EKS's access entries", new Failure("denied", "unauthorized", "not known"), "unauthorized"],
    ["out of reach", new Failure("failed", "unreachable", "ETIMEDOUT"), "unreachable"],
    ["with another certificate", new Failure("failed", "tls", "SELF_SIGNED"), "tls"],
    ["behind a context of another", new Failure("refused", "wrong-cluster", "other"), "wrong-cluster"],
    ["that answers oddly", new Failure("failed", "kubernetes-error", "500"), undefined],
  ])("%s", async (_, failure, code) => {
    const connect = (): Promise<never> => Promise.reject(failure);
    const reports = await reportsOf(aWorld(), { connect });
    expect(statuses(reports).api).toBe(code === undefined ? "UNKNOWN" : "FAIL");
    expect(codes(reports)).toEqual(code === undefined ? [] : [code]);
  });

  it("lets the role in, not its session", async () => {
    const failure = new Failure("denied", "unauthorized", "not known");
    const reports = await reportsOf(aWorld(), { connect: () => Promise.reject(failure) });
    const fixes = reports.flatMap(({ remarks }) => remarks.map(({ fix }) => fix.command?.join(" ")));
    expect(fixes[0]).toContain("--principal-arn arn:aws:iam::111122223333:role/platform ");
  });

  it("is not there", async () => {
    const reports = await reportsOf(aWorld(), { clusterName: "nope" });
    expect(statuses(reports)).toMatchObject({ cluster: "FAIL", api: "SKIPPED", "cluster-rights": "SKIPPED" });
  });

  it("is not named", async () => {
    const reports = await reportsOf(aWorld(), { clusterName: undefined });
    expect(statuses(reports)).toMatchObject({ cluster: "SKIPPED", quotas: "PASS", "aws-rights": "PASS" });
  });
});

it("says what is wrong without any connection to AWS", async () => {
  const failure = new Failure("input", "no-region", "no AWS region is set");
  const reports = await reportsOf(aWorld(), { aws: { state: "unknown", failure } });
  expect(statuses(reports)).toMatchObject({ region: "FAIL", credentials: "SKIPPED", quotas: "SKIPPED" });
});

it("lays a profile that is not there to the credentials", async () => {
  const failure = new Failure("input", "no-profile", "AWS profile 'x' not found");
  const reports = await reportsOf(aWorld(), { aws: { state: "unknown", failure } });
  expect(statuses(reports)).toMatchObject({ region: "SKIPPED", credentials: "FAIL", cluster: "SKIPPED" });
});

it("warns before a quota is reached, and fails when it is", async () => {
  const world = aWorld();
  world.iam.quota.roles = 0;
  expect(codes(await reportsOf(world))).toEqual(["roles-full"]);
});

describe("the environment", () => {
  it.each<[Record<string, string>, string[]]>([
    [{ AWS_PROFILE: "a", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" }, ["profile-over-keys"]],
    [{ AWS_ACCESS_KEY_ID: "k" }, ["half-a-key"]],
    [{ AWS_SESSION_TOKEN: "t" }, ["session-token-alone"]],
    [{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" }, ["two-regions"]],
    [{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" }, []],
    [
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true", AWS_ENDPOINT_URL_IAM: "http://x" },
      ["endpoints-ignored"],
    ],
    [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, []],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, ["unverified-tls"]],
    [{}, []],
  ])("%j", (environment, expected) => {
    expect(checkEnvironment(environment, {}).remarks.map(({ code }) => code)).toEqual(expected);
  });

  it.each<[string, Record<string, string>, Record<string, string>, string, string]>([
    ["nothing", {}, {}, "PASS", "no proxy, no additional CA"],
    ["proxies and CAs, which harm nothing", { NO_PROXY: "corp" }, {}, "PASS", "NO_PROXY=corp"],
    [
      "what is warned of, alone",
      { NO_PROXY: "corp" },
      { iam: "http://x" },
      "WARN",
      "custom endpoints are used for: iam",
    ],
    ["the first of several", { AWS_ACCESS_KEY_ID: "k" }, { iam: "http://x" }, "WARN", "; 1 more below"],
  ])("tells in its line: %s", (_, environment, overrides, status, text) => {
    const found = checkEnvironment(environment, overrides);
    expect(found.status).toBe(status);
    expect(found.message.endsWith(text)).toBe(true);
  });

  it("never shows a secret", () => {
    const environment = {
      AWS_SECRET_ACCESS_KEY: "hush",
      AWS_SESSION_TOKEN: "hush",
      HTTPS_PROXY: "http://me:hush@proxy.corp:8080",
    };
    const overridden = checkEnvironment(environment, { iam: "http://127.0.0.1:1" });
    expect(JSON.stringify(overridden)).not.toContain("hush");
    const { HTTPS_PROXY } = environment;
    expect(checkEnvironment({ HTTPS_PROXY }, {}).message).toBe("HTTPS_PROXY=http://…@proxy.corp:8080");
  });
});
