import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment, clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import type { AwsAccountState, RoleState } from "irsa-sandbox/parts";
import { clusterRef } from "../../../src/model/arn.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { AWS_ACCOUNT, CLUSTER_ARN } from "../interruption/place.ts";
import { irsa } from "../irsa.ts";
import type { WayName } from "../../../src/model/way.ts";

const { name: CLUSTER, region: REGION } = clusterRef(CLUSTER_ARN);

/** How all command lines name the cluster. */
export const REACH = `--cluster ${CLUSTER} --region ${REGION}`;

/** Another AWS account, whose role a ServiceAccount of the cluster has. */
export const OTHER_ACCOUNT = "999988887777";

/** What pods of a ServiceAccount have that decides where they run, and by which audience. */
export interface FleetPod {
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
}

/** A ServiceAccount of the fleet. */
export interface FleetMember {
  readonly path: string;
  /** What of it makes it a case of its own. */
  readonly what: string;
  /** The way that its pods have before, after a migration to Pod Identity, and after one back; one if it is always the same. */
  readonly ways: WayName | readonly [WayName, WayName, WayName];
  readonly pod?: FleetPod;
  /** What keeps its pods; a Deployment unless given. */
  readonly workload?: "Deployment" | "StatefulSet" | "Pod" | "none";
}

/** The node that no agent runs on: one of a compute type that the add-on's DaemonSet leaves out. */
export const AGENTLESS_NODE = "ip-10-0-9-9.internal";

const WINDOWS_NODE = "ip-10-0-8-8.internal";

const MOVES = ["irsa", "pod-identity", "irsa"] as const;

/** One of each kind. */
export const FLEET: readonly FleetMember[] = [
  { path: "shop/cart", what: "two replicas with IRSA", ways: MOVES },
  { path: "shop/till", what: "a StatefulSet", ways: MOVES, workload: "StatefulSet" },
  { path: "shop/idle", what: "no pods", ways: MOVES, workload: "none" },
  { path: "web/default", what: "the ServiceAccount 'default'", ways: MOVES },
  { path: "shop/owner", what: "a role that another ServiceAccount has too", ways: MOVES },
  { path: "shop/guest", what: "that other ServiceAccount", ways: "irsa" },
  { path: "shop/chart", what: "an annotation that Helm manages", ways: MOVES },
  { path: "shop/bare", what: "a pod without a workload", ways: "irsa", workload: "Pod" },
  { path: "shop/moved", what: "Pod Identity from the start", ways: ["pod-identity", "pod-identity", "irsa"] },
  { path: "kube-system/ebs-csi-controller-sa", what: "an add-on's association", ways: "pod-identity" },
  {
    path: "shop/fargate",
    what: "pods on Fargate",
    ways: "irsa",
    pod: { labels: { "eks.amazonaws.com/fargate-profile": "shop" } },
  },
  {
    path: "shop/windows",
    what: "pods on Windows",
    ways: "irsa",
    pod: { nodeSelector: { "kubernetes.io/os": "windows" }, nodeName: WINDOWS_NODE },
  },
  { path: "shop/edge", what: "a node without the agent", ways: "irsa", pod: { nodeName: AGENTLESS_NODE } },
  { path: "shop/vault", what: "an audience of its own", ways: "irsa" },
  { path: "shop/abroad", what: "a role in another AWS account", ways: "irsa" },
  { path: "shop/manual", what: "a role that irsa does not manage", ways: "irsa" },
];

/** Those whose role irsa creates for IRSA. */
const OURS = ["cart", "till", "idle", "owner", "chart", "bare", "fargate", "windows", "edge"];

/** The roles that others made, by the member that is annotated with them. */
const ANNOTATED: Readonly<Record<string, { readonly role: string; readonly awsAccount?: string }>> = {
  "shop/vault": { role: "vault" },
  "shop/abroad": { role: "abroad", awsAccount: OTHER_ACCOUNT },
  "shop/manual": { role: "manual" },
};

/** A sandbox with the fleet, and how it is reached. */
export interface Fleet {
  readonly sandbox: Sandbox;
  readonly kubeconfig: string;
  /** The environment of a command line. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a sandbox with the fleet: every ServiceAccount with its role and its pods, and the agent. */
export async function startFleet(): Promise<Fleet> {
  const sandbox = await startSandbox({ clusters: [CLUSTER_ARN] });
  const clients = clientEnvironment(sandbox, {});
  const own = { PATH: process.env["PATH"], HOME: sandbox.folder };
  const kubeconfig = clients.set["KUBECONFIG"] ?? "";
  const fleet = {
    sandbox,
    kubeconfig,
    environment: childEnvironment(own, clients) as Record<string, string>,
  };
  const cluster = clusterOf({ adminKubeconfig: kubeconfig });
  await cluster.apply(json([...NAMESPACES, ...NODES]));
  await createOurs(fleet);
  await createOthers(sandbox, cluster);
  await cluster.apply(json(FLEET.flatMap(workloadOf)));
  for (const { path, workload } of FLEET) {
    const [namespace = "", name = ""] = path.split("/");
    if (workload !== "none") await cluster.runningPod(namespace, `app=${name}`);
  }
  return fleet;
}

/** What irsa creates. */
async function createOurs({ sandbox, environment }: Fleet): Promise<void> {
  const policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  const serviceAccounts = OURS.map((name) => ({
    metadata: { namespace: "shop", name },
    attachPolicyARNs: [policy],
  }));
  const file = {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: CLUSTER, region: REGION },
    iam: { withOIDC: true, serviceAccounts },
  };
  writeFileSync(join(sandbox.folder, "fleet.yaml"), JSON.stringify(file));
  for (const line of [
    `associate-agent ${REACH} --approve`,
    "apply -f fleet.yaml --approve",
    `create-sa ${REACH} web/default --allow-default-service-account --override-existing-serviceaccounts --policy-arn ${policy} --approve`,
    `create-sa ${REACH} shop/moved --pod-identity --policy-arn ${policy} --approve`,
  ]) {
    const { code, stderr } = await irsa(line.split(" "), environment, { cwd: sandbox.folder });
    if (code !== 0) throw new Error(`irsa ${line}: exit ${code}\n${stderr}`);
  }
}

async function createOthers(sandbox: Sandbox, cluster: Cluster): Promise<void> {
  othersRoles(sandbox);
  const owner = await cluster.annotations("shop", "owner");
  const shared = owner?.["eks.amazonaws.com/role-arn"] ?? "";
  shareRole(sandbox, shared);
  await cluster.apply(json(serviceAccountsOfOthers(shared)));
  await asHelm(cluster);
}

/** Roles of others, as their AWS accounts would have them. */
function othersRoles({ aws, clusters }: Sandbox): void {
  const host = (clusters[0]?.issuer ?? "").slice("https://".length);
  const provider = (awsAccount: string): string => `arn:aws:iam::${awsAccount}:oidc-provider/${host}`;
  for (const [path, { role, awsAccount = AWS_ACCOUNT }] of Object.entries(ANNOTATED)) {
    const [namespace = "", name = ""] = path.split("/");
    const audience = audienceOf(path);
    const statement = {
      Effect: "Allow",
      Principal: { Federated: provider(awsAccount) },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${host}:sub`]: `system:serviceaccount:${namespace}:${name}`,
          [`${host}:aud`]: audience,
        },
      },
    };
    aws.store.write(awsAccount, (state) => {
      state.roles[role] = roleOf(awsAccount, role, [statement]);
      acceptAudience(state, provider(awsAccount), host, audience);
    });
  }
  const clusterKey = `${REGION}/${CLUSTER}`;
  aws.store.write(AWS_ACCOUNT, ({ roles, clusters: known }) => {
    roles["ebs-csi"] = roleOf(AWS_ACCOUNT, "ebs-csi", [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ]);
    const found = known[clusterKey];
    if (found === undefined) throw new Error("no cluster in AWS");
    const id = "a-addon00000000000";
    found.associations[id] = {
      id,
      arn: `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:podidentityassociation/${CLUSTER}/${id}`,
      namespace: "kube-system",
      serviceAccount: "ebs-csi-controller-sa",
      roleArn: roleArn(AWS_ACCOUNT, "ebs-csi"),
      ownerArn: `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:addon/${CLUSTER}/aws-ebs-csi-driver/0`,
      created: CREATED,
      tags: {},
    };
  });
}

function acceptAudience({ providers }: AwsAccountState, arn: string, url: string, audience: string): void {
  const known = (providers[arn] ??= { arn, url, clientIds: [], thumbprints: [], tags: {}, created: CREATED });
  if (!known.clientIds.includes(audience)) known.clientIds.push(audience);
}

/** Lets `shop/guest` assume the role of `shop/owner` by a statement of its own, as its team would write it. */
function shareRole({ aws }: Sandbox, arn: string): void {
  aws.store.write(AWS_ACCOUNT, ({ roles }) => {
    const role = Object.values(roles).find((one) => one.arn === arn);
    if (role === undefined) throw new Error(`no role ${arn}`);
    const trust = JSON.parse(role.trust) as { Statement: object[] };
    const guest = JSON.stringify(trust.Statement[0]).replace(":shop:owner", ":shop:guest");
    role.trust = JSON.stringify({ ...trust, Statement: [...trust.Statement, JSON.parse(guest) as object] });
  });
}

const CREATED = "2026-11-01T08:00:00Z";

function roleArn(awsAccount: string, name: string): string {
  return `arn:aws:iam::${awsAccount}:role/${name}`;
}

function roleOf(awsAccount: string, name: string, statements: readonly object[]): RoleState {
  return {
    arn: roleArn(awsAccount, name),
    id: `AROA${name.toUpperCase()}`,
    name,
    path: "/",
    created: CREATED,
    description: undefined,
    trust: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    maxSessionDuration: 3600,
    boundary: undefined,
    tags: { owner: "platform" },
    attached: [],
    inline: {},
  };
}

function audienceOf(path: string): string {
  return path === "shop/vault" ? "vault.example.com" : "sts.amazonaws.com";
}

function serviceAccountsOfOthers(sharedRole: string): readonly object[] {
  const annotated = Object.entries(ANNOTATED).map(([path, { role, awsAccount = AWS_ACCOUNT }]) =>
    serviceAccount(path, {
      "eks.amazonaws.com/role-arn": roleArn(awsAccount, role),
      ...(audienceOf(path) !== "sts.amazonaws.com" && { "eks.amazonaws.com/audience": audienceOf(path) }),
    }),
  );
  const guest = serviceAccount("shop/guest", { "eks.amazonaws.com/role-arn": sharedRole });
  return [...annotated, guest, serviceAccount("kube-system/ebs-csi-controller-sa", {})];
}

/** Helm made it, or says so; a chart's next release writes the annotation again. */
async function asHelm({ core }: Cluster): Promise<void> {
  const found = await core.readNamespacedServiceAccount({ namespace: "shop", name: "chart" });
  const { metadata } = found;
  if (metadata === undefined) throw new Error("no metadata");
  metadata.annotations = { ...metadata.annotations, "meta.helm.sh/release-name": "chart" };
  await core.replaceNamespacedServiceAccount({ namespace: "shop", name: "chart", body: found });
}

function serviceAccount(path: string, annotations: Readonly<Record<string, string>>): object {
  const [namespace = "", name = ""] = path.split("/");
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name, annotations } };
}

/** The pod of a member, as its workload's template has it. */
export function podTemplate({ path, pod = {} }: FleetMember): {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: object;
} {
  const [, name = ""] = path.split("/");
  const { labels = {}, ...places } = pod;
  return {
    metadata: { labels: { ...labels, app: name } },
    spec: { ...places, serviceAccountName: name, containers: [{ name: "app", image: "app" }] },
  };
}

function workloadOf(member: FleetMember): readonly object[] {
  const { path, workload = "Deployment" } = member;
  const [namespace = "", name = ""] = path.split("/");
  const template = podTemplate(member);
  if (workload === "none") return [];
  if (workload === "Pod")
    return [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...template.metadata, namespace, name },
        spec: template.spec,
      },
    ];
  const selector = { matchLabels: { app: name } };
  const spec = { replicas: path === "shop/cart" ? 2 : 1, selector, template };
  return [{ apiVersion: "apps/v1", kind: workload, metadata: { namespace, name }, spec }];
}

const NAMESPACES = ["shop", "web"].map((name) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
}));

const NODES = [
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: AGENTLESS_NODE,
      labels: { "kubernetes.io/os": "linux", "eks.amazonaws.com/compute-type": "hybrid" },
    },
  },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: WINDOWS_NODE, labels: { "kubernetes.io/os": "windows" } },
    spec: { taints: [{ key: "os", value: "windows", effect: "NoSchedule" }] },
  },
];

function json(objects: readonly object[]): string {
  return objects.map((one) => JSON.stringify(one)).join("\n---\n");
}
