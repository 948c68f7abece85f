import { CreateAddonCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMAND_NAMES, rightsOf, type CommandName } from "../../../../src/permissions/commands.ts";
import type { IamPolicy } from "../../../../src/permissions/iam-policy.ts";
import {
  childEnvironment,
  clientEnvironment,
  kubeconfig,
  startSandbox,
  type RecordedCall,
  type Sandbox,
} from "irsa-sandbox";
import { createUser, type AccessKey } from "irsa-sandbox/parts";
import { requireClusterArn } from "../../../worlds/sandbox-world.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { createSa, S3_READ } from "../../commands.ts";
import { makeEksctlServiceAccount, type Place } from "../../eksctl-account.ts";
import { irsa, type Run } from "../../irsa.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const AWS_ACCOUNT = "111122223333";
const REGION = "eu-west-1";
const ARN = `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:cluster/${CLUSTER_NAME}`;
const PREFIX = "least-";
const OTHER = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess";
/** The printed policy is narrowed as far as it can be. */
const NARROWED = ["--cluster-arn", ARN, "--role-prefix", PREFIX, "--policy-arn", `${S3_READ},${OTHER}`];
const BOUNDED = [...NARROWED, "--permissions-boundary", BOUNDARY];
/** The issuer of another cluster. */
const NEXT_ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/NEXT";
/** An operator who may act in one namespace. */
const TEAM = "team";
/** What every user of a cluster may ask. */
const UNASKED = "create selfsubjectaccessreviews";

let sandbox: Sandbox;
let cluster: Cluster;
let folder: string;

const operatorOf = (command: string, level = "all"): string => `${command}-${level}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "least-"));
  const operators = COMMAND_NAMES.flatMap((name) => [operatorOf(name), operatorOf(name, "required")]);
  sandbox = await startSandbox({
    clusters: [requireClusterArn(ARN)],
    accessEntries: [...operators, TEAM].map((name) => ({
      principalArn: `arn:aws:iam::${AWS_ACCOUNT}:user/${name}`,
      groups: [name],
    })),
  });
  const [emulated] = sandbox.clusters;
  if (emulated === undefined) throw new Error("the sandbox has no cluster");
  const { endpoint: server, caPem } = emulated;
  const adminKubeconfig = join(folder, "kubeconfig");
  const token = emulated.tokenFor("admin", ["system:masters"]);
  await writeFile(adminKubeconfig, kubeconfig([{ name: "admin", server, caPem, token }]));
  await writeFile(join(folder, "inline.json"), INLINE);
  await writeFile(join(folder, "accounts.yaml"), SERVICE_ACCOUNTS);
  cluster = clusterOf({ adminKubeconfig });
});
afterAll(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

const INLINE = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
});

/** A file for `apply`. */
const SERVICE_ACCOUNTS = `
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: ${CLUSTER_NAME}, region: ${REGION} }
iam:
  serviceAccounts:
    - metadata: { name: filed, namespace: shop }
      attachPolicyARNs: ["${S3_READ}"]
      permissionsBoundary: ${BOUNDARY}
`;

/** A file for a ServiceAccount with a role that is used as it is. */
const attached = (role: string): string => `
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: ${CLUSTER_NAME}, region: ${REGION} }
iam:
  serviceAccounts:
    - metadata: { name: cart, namespace: shop }
      attachRoleARN: ${role}
`;

/** Runs irsa with these keys, or as the account's administrator. */
function run(args: readonly string[], key?: AccessKey): Promise<Run> {
  const base = childEnvironment({ PATH: process.env["PATH"] }, clientEnvironment(sandbox, {}));
  const environment = { ...(base as Record<string, string>), IRSA_ROLE_PREFIX: PREFIX };
  if (key === undefined) return irsa(args, environment);
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = key;
  return irsa(args, { ...environment, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
}

/** A user who may do in AWS and in the cluster what `irsa permissions` prints, and nothing else. */
async function allowedTo(command: CommandName, level: "all" | "required") {
  const name = operatorOf(command, level);
  const flags = level === "required" ? ["--required"] : [];
  const narrowed = level === "required" ? NARROWED : BOUNDED;
  const print = (...more: readonly string[]) =>
    run(["permissions", command, ...narrowed, ...flags, "--group", name, ...more]);
  const key = createUser({ store: sandbox.aws.store, awsAccount: AWS_ACCOUNT }, name);
  const {
    result: { iamPolicy },
  } = JSON.parse((await print("-o", "json")).stdout) as { result: { iamPolicy: IamPolicy } };
  const { stdout: manifests } = await print("-o", "yaml");
  if (!manifests.startsWith("#"))
    await cluster.apply(manifests.replaceAll(`name: irsa-${command}`, `name: ${name}`));
  sandbox.aws.policies.limit(key.accessKeyId, JSON.stringify(iamPolicy));
  return key;
}

/** The calls of the cluster that are not in the table; what AWS's part does not allow is refused. */
function beyond(calls: readonly RecordedCall[], command: CommandName): string[] {
  const inCluster = new Set(rightsOf([command]).cluster.map(({ verb, resource }) => `${verb} ${resource}`));
  return calls
    .filter(({ service }) => service === "kubernetes")
    .map(({ action }) => action)
    .filter((action) => action !== UNASKED && !inCluster.has(action));
}

const at = (name: string, ...args: readonly string[]): string[] => [name, "--cluster", CLUSTER_NAME, ...args];
const serviceAccount = (name: string, path: string, ...args: readonly string[]): string[] => {
  const [namespace = "", own = ""] = path.split("/");
  return at(name, "--namespace", namespace, "--name", own, ...args);
};
const DEPLOYMENT = (name: string, serviceAccountName: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${serviceAccountName}, containers: [{ name: app, image: example.com/app }] }
`;
const succeeds = async (args: readonly string[], key?: AccessKey): Promise<void> => {
  const { code, stderr } = await run(args, key);
  expect({ code, stderr }, args.join(" ")).toEqual({ code: 0, stderr: expect.any(String) });
};

interface Scenario {
  readonly prepare?: () => Promise<void>;
  readonly runs: () => readonly (readonly string[])[];
}

/** What each command is mostly used for, in an order in which one may build on the other. */
const SCENARIOS: Readonly<Partial<Record<CommandName, Scenario>>> = {
  "associate-oidc": {
    runs: () => [at("associate-oidc", "--approve"), at("associate-oidc", "--audience", "other", "--approve")],
  },
  "associate-agent": {
    runs: () => [
      at("associate-agent", "--addon-version", "v1.3.8-eksbuild.2", "--approve", "--wait"),
      at("associate-agent", "--addon-version", "v1.3.9-eksbuild.3", "--tag", "team=a", "--approve", "--wait"),
    ],
  },
  "disassociate-agent": { runs: () => [at("disassociate-agent", "--approve")] },
  "create-sa": {
    runs: () => {
      const file = join(folder, "inline.json");
      const bounded = ["--permissions-boundary", BOUNDARY, "--approve"];
      const create = createSa("shop/cart", "--policy-arn", S3_READ, "--policy-file", file, ...bounded);
      const override = "--override-existing-serviceaccounts";
      return [
        [...create, "--wait"],
        [...create, "--max-session-duration", "2h"],
        [...createSa("shop/paid", "--pod-identity", "--policy-arn", S3_READ), ...bounded],
        [
          ...createSa("shop/default", "--policy-arn", S3_READ, "--allow-default-service-account"),
          override,
          ...bounded,
        ],
      ];
    },
  },
  "update-sa": {
    // The cluster has no agent later on, which others than create-sa take for broken.
    prepare: () => succeeds(serviceAccount("delete-sa", "shop/paid", "--approve")),
    runs: () => [
      serviceAccount("update-sa", "shop/cart", "--add-policy-arn", OTHER, "--label", "team=a", "--approve"),
      serviceAccount("update-sa", "shop/cart", "--remove-policy-arn", OTHER, "--approve"),
    ],
  },
  "get-sa": { runs: () => [at("get-sa")] },
  adopt: {
    prepare: async () => {
      await makeEksctlServiceAccount(place(), "shop/taken", { isProtected: true });
      await makeEksctlServiceAccount(place(), "shop/taken-too");
    },
    runs: () => [
      at("adopt", "shop/taken", "--approve", "--wait"),
      at("adopt", "--all", "--release-stacks", "--approve", "--wait"),
    ],
  },
  plan: { runs: () => [["plan", "-f", join(folder, "accounts.yaml")]] },
  apply: {
    runs: () => [
      ["apply", "-f", join(folder, "accounts.yaml"), "--set", "least", "--prune", "--approve", "--wait"],
    ],
  },
  export: {
    prepare: () => writeFile(join(folder, "attached.yaml"), attached(cartRole())),
    runs: () => [
      ["export", "-f", join(folder, "accounts.yaml"), "--to", "cloudformation"],
      ["export", "-f", join(folder, "attached.yaml"), "--to", "terraform"],
      at("export", "--live", "--to", "terraform"),
    ],
  },
  "use-sa": {
    prepare: async () => {
      await cluster.apply(DEPLOYMENT("web", "default"));
      await cluster.runningPod("shop", "app=web");
    },
    runs: () => [serviceAccount("use-sa", "shop/cart", "deployment/web", "--approve", "--wait")],
  },
  verify: {
    runs: () => [
      at("verify", "shop/cart", "--strict"),
      at("verify", "deploy/shop/web", "--strict"),
      at("verify", "--all"),
      at("verify", "shop/cart", "--fix", "--approve"),
    ],
  },
  "stale-pods": { runs: () => [at("stale-pods"), at("stale-pods", "--restart", "--approve")] },
  "who-can": { runs: () => [["who-can", cartRole(), "--cluster", CLUSTER_NAME]] },
  "what-can": { runs: () => [["what-can", "shop/cart", "--cluster", CLUSTER_NAME]] },
  narrow: { runs: () => [at("narrow", "shop/cart"), ["narrow", cartRole()]] },
  "move-off-node": { runs: () => [at("move-off-node", "-n", "shop")] },
  guardrails: {
    prepare: () => succeeds(at("associate-oidc", "--approve")),
    runs: () => [["guardrails"]],
  },
  audit: { runs: () => [at("audit", "--fail-on", "never")] },
  graph: { runs: () => [at("graph")] },
  watch: {
    runs: () => [at("watch", "--duration", "5s", "--metrics", "0", "--lease", "shop/watch", "--events")],
  },
  policies: { runs: () => [at("policies", "--outdated")] },
  doctor: { runs: () => [at("doctor", "doctor")] },
  "migrate-pod-identity": {
    prepare: async () => {
      const credentials = createUser({ store: sandbox.aws.store, awsAccount: AWS_ACCOUNT }, "add-on");
      const eks = new EKSClient({ endpoint: sandbox.aws.url, region: REGION, credentials });
      await eks.send(
        new CreateAddonCommand({ clusterName: CLUSTER_NAME, addonName: "eks-pod-identity-agent" }),
      );
      await cluster.runningPod("kube-system", "app.kubernetes.io/name=eks-pod-identity-agent");
    },
    runs: () =>
      [[], ["--restart"], ["--finish"], ["--back"], ["--back", "--restart"], ["--back", "--finish"]].map(
        (flags) => at("migrate-pod-identity", "shop/cart", ...flags, "--approve"),
      ),
  },
  "migrate-trust": {
    prepare: async () => {
      const to = { Url: NEXT_ISSUER, ClientIDList: ["sts.amazonaws.com"] };
      const credentials = createUser({ store: sandbox.aws.store, awsAccount: AWS_ACCOUNT }, "preparing");
      const iam = new IAMClient({ endpoint: sandbox.aws.url, region: REGION, credentials });
      await iam.send(new CreateOpenIDConnectProviderCommand(to));
    },
    runs: () => [
      ["migrate-trust", "--from", CLUSTER_NAME, "--to", NEXT_ISSUER, "--approve"],
      ["migrate-trust", "--from", NEXT_ISSUER, "--to", CLUSTER_NAME, "--replace", "--approve"],
    ],
  },
  "delete-sa": { runs: () => [serviceAccount("delete-sa", "shop/cart", "--approve")] },
  "disassociate-oidc": {
    prepare: async () => {
      for (const path of ["shop/default", "shop/filed"])
        await succeeds(serviceAccount("delete-sa", path, "--approve"));
      for (const path of ["shop/taken", "shop/taken-too"])
        await succeeds(serviceAccount("delete-sa", path, "--delete-adopted-role", "--approve"));
    },
    runs: () => [at("disassociate-oidc", "--approve")],
  },
};

const place = (): Place => {
  const admin = sandbox.keys.get(AWS_ACCOUNT);
  const [emulated] = sandbox.clusters;
  if (admin === undefined || emulated === undefined)
    throw new Error("the sandbox has neither key nor cluster");
  const aws = { url: sandbox.aws.url, region: REGION, awsAccount: AWS_ACCOUNT, keys: { admin } };
  return { aws, cluster: emulated, adminKubeconfig: join(folder, "kubeconfig") };
};

const cartRole = (): string => {
  const roles = Object.values(sandbox.aws.store.current().awsAccounts[AWS_ACCOUNT]?.roles ?? {});
  return roles.find(({ arn }) => arn.includes("shop-cart"))?.arn ?? "";
};

describe("each command calls nothing that its printed policy does not allow, and needs nothing else", () => {
  test.each(Object.entries(SCENARIOS) as [CommandName, Scenario][])(
    "%s",
    async (command, { prepare, runs }) => {
      await prepare?.();
      const key = await allowedTo(command, "all");
      sandbox.aws.recorder.clear();
      for (const args of runs()) await succeeds(args, key);
      const calls = sandbox.aws.recorder.calls();
      expect(calls).not.toEqual([]);
      expect(beyond(calls, command)).toEqual([]);
      const refused = calls.filter(({ status }) => status === 401 || status === 403);
      expect(refused.map(({ service, action }) => `${service}:${action}`)).toEqual([]);
    },
  );
});

describe("what is required alone is enough for the plain case", () => {
  const PLAIN: Readonly<Partial<Record<CommandName, Scenario>>> = {
    "associate-oidc": { runs: () => [at("associate-oidc", "--approve")] },
    "create-sa": { runs: () => [createSa("shop/plain", "--policy-arn", S3_READ, "--approve")] },
    "use-sa": {
      prepare: () => cluster.apply(DEPLOYMENT("plain", "default")),
      runs: () => [serviceAccount("use-sa", "shop/plain", "deployment/plain", "--approve")],
    },
    verify: { runs: () => [at("verify", "shop/plain")] },
    "delete-sa": { runs: () => [serviceAccount("delete-sa", "shop/plain", "--approve")] },
    "associate-agent": { runs: () => [at("associate-agent", "--approve")] },
    "disassociate-agent": { runs: () => [at("disassociate-agent", "--foreign", "--approve")] },
    "disassociate-oidc": { runs: () => [at("disassociate-oidc", "--approve")] },
  };

  test.each(Object.entries(PLAIN) as [CommandName, Scenario][])("%s", async (command, { prepare, runs }) => {
    await prepare?.();
    const key = await allowedTo(command, "required");
    for (const args of runs()) await succeeds(args, key);
  });
});

test("rights in one namespace are enough there, and are none elsewhere", async () => {
  const print = ["permissions", "create-sa", "get-sa", "verify", "use-sa", ...NARROWED, "--namespace", TEAM];
  const key = createUser({ store: sandbox.aws.store, awsAccount: AWS_ACCOUNT }, TEAM);
  const { stdout } = await run([...print, "-o", "json"]);
  const {
    result: { iamPolicy },
  } = JSON.parse(stdout) as { result: { iamPolicy: IamPolicy } };
  sandbox.aws.policies.limit(key.accessKeyId, JSON.stringify(iamPolicy));
  const { stdout: manifests } = await run([...print, "--group", TEAM, "-o", "yaml"]);
  await cluster.core.createNamespace({ body: { metadata: { name: TEAM } } });
  await cluster.apply(manifests);
  await succeeds(at("associate-oidc", "--approve"));
  await cluster.apply(DEPLOYMENT("api", "default").replace("namespace: shop", `namespace: ${TEAM}`));
  await cluster.runningPod(TEAM, "app=api");

  sandbox.aws.recorder.clear();
  await succeeds([...createSa(`${TEAM}/api`, "--policy-arn", S3_READ), "--approve", "--wait"], key);
  await succeeds(serviceAccount("use-sa", `${TEAM}/api`, "deployment/api", "--approve", "--wait"), key);
  await succeeds(at("verify", `${TEAM}/api`, "--strict"), key);
  await succeeds(at("get-sa", "--namespace", TEAM), key);
  const refused = sandbox.aws.recorder.calls().filter(({ status }) => status === 401 || status === 403);
  expect(refused.map(({ service, action }) => `${service}:${action}`)).toEqual([]);

  const { code } = await run([...createSa("kube-system/api", "--policy-arn", S3_READ), "--approve"], key);
  expect(code).toBe(4);
  const { code: other } = await run(at("get-sa"), key);
  expect(other).toBe(4);
});

test("a call that is not allowed is refused", async () => {
  const key = await allowedTo("get-sa", "required");
  const { code, stderr } = await run(createSa("shop/more", "--policy-arn", S3_READ, "--approve"), key);
  // AWS and the cluster are asked at the same time: the refusal that comes first is told.
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: expect.stringMatching(/^error: not permitted(: iam:| in the cluster: )/),
  });
  const call = { service: "kubernetes", action: "list secrets", parameters: {} } as RecordedCall;
  expect(beyond([call], "get-sa")).toEqual(["list secrets"]);
});
