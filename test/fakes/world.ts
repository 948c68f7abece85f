import { roleIdOf } from "./role-id.ts";
import type { AwsPort, CloudFormationPort, Ec2Port, EksPort } from "../../src/aws/port.ts";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import type { Addon } from "../../src/model/addon.ts";
import { roleRef, type PolicyArn, type RoleArn } from "../../src/model/arn.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import type { Provider, Role } from "../../src/model/iam-objects.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import type { Pod, ServiceAccount } from "../../src/model/kubernetes-objects.ts";
import { roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import { computedRoleName } from "../../src/model/role-name.ts";
import {
  serviceAccountPath,
  subjectOf,
  type ServiceAccountRef,
} from "../../src/model/service-account-ref.ts";
import type { NodeClass } from "../../src/model/node-classes.ts";
import type { FargateProfile, Instance, NodeGroup } from "../../src/model/node-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import {
  trustPolicy,
  webIdentityStatement,
  type WebIdentityGrant,
} from "../../src/model/trust-policy/grant.ts";
import { CallLog, logged } from "./calls.ts";
import { cloudFormationDenies, cloudFormationEffects, type StoredStack } from "./cloudformation.ts";
import { copyInto } from "./copy.ts";
import { ec2Denies, ec2Effects, type Ec2State } from "./ec2.ts";
import { associationOf, eksDenies, eksEffects, type AssociationFacts } from "./eks.ts";
import { eksAuthDenies, eksAuthEffects } from "./eks-auth.ts";
import { iamDenies } from "./iam-answers.ts";
import { iamEffects, type Effects, type IamState, type StoredRole } from "./iam.ts";
import { CLUSTER_CA } from "./certificates.ts";
import { aPod, manifestOf, specOf } from "./pods.ts";
import { parseWorkload } from "./workloads.ts";
import {
  admit,
  EKS_WEBHOOK,
  kubernetesEffects,
  kubernetesForbids,
  store,
  type ClusterState,
} from "./kubernetes.ts";
import { stsDenies, stsEffects, type Decree } from "./sts.ts";
import { aCluster, aServiceAccount, AUDIENCE, awsPolicy } from "./values.ts";
import { WorldWatches } from "./watches.ts";

/** Whom a role is for. */
interface Granted {
  readonly serviceAccount: ServiceAccountRef;
  readonly audience?: string;
}

/** The AWS account beside the cluster's own, and the profile of it. */
export const SECOND_ACCOUNT = "444455556666";
export const SECOND_PROFILE = "data";

/** AWS and one cluster in memory, behind the ports; built up by its `with…` methods, which give it back. */
export class World {
  readonly cluster: ClusterWithIssuer;
  readonly log = new CallLog();
  readonly decree: Decree = {};
  readonly iam: IamState;
  /** IAM of the AWS account `SECOND_ACCOUNT`, which the profile `SECOND_PROFILE` is of. */
  readonly secondIam: IamState;
  readonly secondAws: AwsPort;
  readonly api: ClusterState;
  /** Roles of Pod Identity associations by the ServiceAccount's `namespace/name`. */
  readonly associations = new Map<string, string>();
  /** What they have beside their roles, by the same. */
  readonly associationFacts = new Map<string, AssociationFacts>();
  readonly ec2: Ec2State = { instances: new Map(), launchTemplates: new Map() };
  readonly nodeGroups: NodeGroup[] = [];
  readonly fargateProfiles: FargateProfile[] = [];
  /** EKS add-ons by name. */
  readonly addons = new Map<string, Addon>();
  /** CloudFormation stacks by id. */
  readonly stacks = new Map<string, StoredStack>();
  readonly aws: AwsPort;
  readonly cloudFormation: CloudFormationPort;
  readonly kubernetes: KubernetesPort;
  /** Watches of the cluster; tests say when they are told. */
  readonly watches: WorldWatches;

  constructor(cluster: ClusterWithIssuer) {
    this.cluster = cluster;
    this.iam = emptyIam(cluster.partition);
    this.secondIam = emptyIam(cluster.partition);
    const stateOf = (awsAccount: string) => (awsAccount === SECOND_ACCOUNT ? this.secondIam : this.iam);
    this.api = {
      namespaces: new Set(["default", "kube-system"]),
      labels: new Map(),
      serviceAccounts: new Map(),
      pods: [],
      nodes: new Map(),
      providerIds: new Map(),
      nodeClasses: [],
      workloads: new Map(),
      missingGroups: new Set(),
      rollouts: new Map(),
      webhook: EKS_WEBHOOK,
      keys: new Map(),
      webhookCa: CLUSTER_CA,
      podIdentity: (serviceAccount) => this.associations.has(serviceAccount),
      forbidden: new Set(),
      issuer: cluster.issuer,
      revision: 1000,
    };
    const home = `arn:${cluster.partition}:iam::${cluster.awsAccount}`;
    this.aws = {
      ec2: logged("ec2", asPort<Ec2Port>(ec2Effects(this.ec2)), this.log, ec2Denies),
      eks: logged("eks", asPort<EksPort>(eksEffects(this)), this.log, eksDenies),
      eksAuth: logged(
        "eksAuth",
        asPort<AwsPort["eksAuth"]>(
          eksAuthEffects({
            cluster,
            iamOf: stateOf,
            associationOf: (path) => associationOf(this, path),
            decree: this.decree,
          }),
        ),
        this.log,
        eksAuthDenies,
      ),
      iam: logged("iam", asPort<AwsPort["iam"]>(iamEffects(this.iam, home)), this.log, iamDenies),
      sts: logged(
        "sts",
        asPort<AwsPort["sts"]>(stsEffects(stateOf, cluster, this.decree)),
        this.log,
        stsDenies,
      ),
    };
    const away = `arn:${cluster.partition}:iam::${SECOND_ACCOUNT}`;
    this.secondAws = {
      ...this.aws,
      iam: logged("iam", asPort<AwsPort["iam"]>(iamEffects(this.secondIam, away)), this.log, iamDenies),
      sts: logged(
        "sts",
        asPort<AwsPort["sts"]>(stsEffects(stateOf, { ...cluster, awsAccount: SECOND_ACCOUNT }, this.decree)),
        this.log,
        stsDenies,
      ),
    };
    this.cloudFormation = logged(
      "cloudformation",
      asPort<CloudFormationPort>(cloudFormationEffects(this.stacks, this.iam)),
      this.log,
      cloudFormationDenies,
    );
    this.kubernetes = logged(
      "kubernetes",
      asPort<KubernetesPort>(kubernetesEffects(this.api)),
      this.log,
      kubernetesForbids,
    );
    const effects = kubernetesEffects(this.api);
    this.watches = new WorldWatches(this.api, async (namespace) => effects.listPodSummaries(namespace));
  }

  /** The cluster's identity provider, with the default audience by default. */
  withProvider(changes: Partial<Provider> = {}): this {
    const arn = providerArn(this.cluster, this.cluster.issuer);
    const provider = { arn, clientIds: [AUDIENCE], thumbprints: [], tags: {}, ...changes };
    this.iam.providers.set(provider.arn, provider);
    return this;
  }

  /** A managed policy, with what it says. */
  withPolicy(arn: PolicyArn, document: PolicyDocument = { Statement: [] }): this {
    this.iam.policies.set(arn, document);
    return this;
  }

  /** A role that trusts nobody and carries no ownership tags by default. */
  withRole(arn: RoleArn, changes: Partial<Role> = {}, more: Partial<Omit<StoredRole, "role">> = {}): this {
    const { name } = roleRef(arn);
    const role: Role = {
      arn,
      id: roleIdOf(arn),
      name,
      trust: trustPolicy([]),
      maxSessionSeconds: 3600,
      tags: {},
      ...changes,
    };
    const { roles } = roleRef(arn).awsAccount === SECOND_ACCOUNT ? this.secondIam : this.iam;
    roles.set(name.toLowerCase(), { role, attached: [], inline: {}, ...more });
    return this;
  }

  withNamespace(name: string): this {
    this.api.namespaces.add(name);
    return this;
  }

  /** A ServiceAccount by `namespace/name`, and its namespace. */
  withServiceAccount(
    path: string,
    changes: Partial<Pick<ServiceAccount, "labels" | "annotations" | "managers">> = {},
  ): this {
    store(this.api, { ref: aServiceAccount(path), labels: {}, annotations: {}, managers: [], ...changes });
    return this;
  }

  /** A Pod Identity association of a ServiceAccount by `namespace/name`: with session tags and nothing else by default. */
  withAssociation(path: string, roleArn: string, facts: AssociationFacts = {}): this {
    this.associations.set(path, roleArn);
    this.associationFacts.set(path, facts);
    return this;
  }

  /** A node on an instance with that id; by default its role is in the instance profile `nodes`, and version 2 with a hop limit of 1 required. */
  withNode(
    name: string,
    instanceId: string,
    more: { readonly labels?: Readonly<Record<string, string>>; readonly instance?: Partial<Instance> } = {},
  ): this {
    const { partition, awsAccount, region } = this.cluster;
    this.api.nodes.set(name, more.labels ?? {});
    this.api.providerIds.set(name, `aws:///${region}a/${instanceId}`);
    this.ec2.instances.set(instanceId, {
      id: instanceId,
      profileArn: `arn:${partition}:iam::${awsAccount}:instance-profile/nodes`,
      metadata: { isEnabled: true, requiresToken: true, hopLimit: 1 },
      ...more.instance,
    });
    return this;
  }

  /** A node class with this role by name, changed as given; of Karpenter by default, whose instances keep their role from pods. */
  withNodeClass(name: string, role: string | undefined, more: Partial<NodeClass> = {}): this {
    const metadata = { isEnabled: true, requiresToken: true, hopLimit: 1 };
    const named = role === undefined ? {} : { role };
    this.api.nodeClasses.push({ kind: "EC2NodeClass", name, metadata, ...named, ...more });
    return this;
  }

  /** A managed node group whose nodes have the role. */
  withNodeGroup(name: string, roleArn: RoleArn, more: Partial<NodeGroup> = {}): this {
    this.nodeGroups.push({ name, roleArn, ...more });
    return this;
  }

  /** A Fargate profile with the pod execution role. */
  withFargateProfile(
    name: string,
    roleArn: RoleArn,
    selectors: FargateProfile["selectors"] = [{ namespace: "batch", labels: {} }],
  ): this {
    this.fargateProfiles.push({ name, roleArn, selectors });
    return this;
  }

  /** The Pod Identity association of a ServiceAccount, as it is now. */
  association(path = "amazon-cloudwatch/cloudwatch-agent"): PodIdentityAssociation | undefined {
    return associationOf(this, path);
  }

  /** A Deployment by `namespace/name` whose pods run with the ServiceAccount, and one pod of it as it is made now. */
  withDeployment(path: string, serviceAccount: string): this {
    const [namespace = ""] = path.split("/");
    const manifest = manifestOf(serviceAccount);
    const key = `deployment/${path}`;
    this.api.namespaces.add(namespace);
    this.api.workloads.set(key, parseWorkload(key, specOf(manifest)));
    const workload = `deployment/${path.slice(namespace.length + 1)}`;
    return this.withPod(aPod(`${path}-1`, admit(this.api, namespace, manifest), { workload }));
  }

  withPod(pod: Pod): this {
    this.api.pods.push(pod);
    return this;
  }

  /** Reads of roles find a name only as it is spelled, as with moto. */
  withExactNames(): this {
    this.iam.names.caseCounts = true;
    return this;
  }

  /** What the API server's access review says no to, as `create namespaces`. */
  forbidding(...rights: readonly `${string} ${string}`[]): this {
    for (const right of rights) this.api.forbidden.add(right);
    return this;
  }

  /** The grant of a ServiceAccount of this cluster. */
  grantOf({ serviceAccount, audience = AUDIENCE }: Granted): WebIdentityGrant {
    return {
      providerArn: providerArn(this.cluster, this.cluster.issuer),
      issuerHostPath: hostPath(this.cluster.issuer),
      subject: subjectOf(serviceAccount),
      audience,
    };
  }

  /** A trust policy that allows the ServiceAccount, as irsa writes it. */
  trustOf(desired: Granted): PolicyDocument {
    return trustPolicy([webIdentityStatement(this.grantOf(desired))]);
  }

  /** The ARN of the role that irsa computes for the ServiceAccount. */
  roleOf({ serviceAccount }: Granted): RoleArn {
    const { partition, awsAccount: owner } = this.cluster;
    return `arn:${partition}:iam::${owner}:role/${computedRoleName(this.cluster, serviceAccount, "")}` as RoleArn;
  }

  /** The tags of a role of ours for the ServiceAccount. */
  ownershipTagsOf({ serviceAccount }: Granted, attached: readonly PolicyArn[] = []): Role["tags"] {
    return roleOwnershipTags(this.cluster, serviceAccount, "created", attached);
  }

  /** The ServiceAccount as it is now. */
  serviceAccount(path = "amazon-cloudwatch/cloudwatch-agent"): ServiceAccount {
    const found = this.api.serviceAccounts.get(serviceAccountPath(aServiceAccount(path)));
    if (found === undefined) throw new Error(`no ServiceAccount ${path} in this world`);
    return found;
  }

  /** A role as it is now, by ARN. */
  role(arn: RoleArn): StoredRole {
    const { awsAccount, name } = roleRef(arn);
    const { roles } = awsAccount === SECOND_ACCOUNT ? this.secondIam : this.iam;
    const found = roles.get(name.toLowerCase());
    if (found === undefined) throw new Error(`no role ${arn} in this world`);
    return found;
  }

  /** Changes a role behind irsa's back. */
  editRole(arn: RoleArn, change: (found: StoredRole) => Partial<StoredRole>): void {
    const found = this.role(arn);
    const { roles } = roleRef(arn).awsAccount === SECOND_ACCOUNT ? this.secondIam : this.iam;
    roles.set(found.role.name.toLowerCase(), { ...found, ...change(found) });
  }

  /** Changes a ServiceAccount behind irsa's back. */
  editServiceAccount(path: string, change: (found: ServiceAccount) => Partial<ServiceAccount>): void {
    const found = this.serviceAccount(path);
    store(this.api, { ...found, ...change(found) });
  }

  /** Another world that is as this one is now. */
  copy(): World {
    const copy = new World(this.cluster);
    copyInto(copy.iam, this.iam);
    copyInto(copy.secondIam, this.secondIam);
    copyInto(copy.api, { ...this.api, podIdentity: copy.api.podIdentity });
    copyInto(copy.decree, this.decree);
    for (const [serviceAccount, role] of this.associations) copy.associations.set(serviceAccount, role);
    for (const [serviceAccount, facts] of this.associationFacts)
      copy.associationFacts.set(serviceAccount, facts);
    for (const [name, addon] of this.addons) copy.addons.set(name, addon);
    copyInto(copy.ec2, this.ec2);
    copy.nodeGroups.push(...this.nodeGroups);
    copy.fargateProfiles.push(...this.fargateProfiles);
    for (const [id, stack] of this.stacks) copy.stacks.set(id, stack);
    return copy;
  }

  /** Everything that is there, for comparison; without resourceVersions, which any write moves, and IAM's orders. */
  snapshot(): object {
    const rolesOf = ({ roles }: IamState): object =>
      Object.fromEntries(
        [...roles].map(([name, found]) => [name, { ...found, attached: found.attached.toSorted() }]),
      );
    const serviceAccounts = [...this.api.serviceAccounts].map(([path, found]) => [
      path,
      { ...found, resourceVersion: "" },
    ]);
    return structuredClone({
      providers: Object.fromEntries(this.iam.providers),
      roles: rolesOf(this.iam),
      second: {
        providers: Object.fromEntries(this.secondIam.providers),
        roles: rolesOf(this.secondIam),
      },
      namespaces: [...this.api.namespaces].toSorted(),
      serviceAccounts: Object.fromEntries(serviceAccounts) as object,
      workloads: [...this.api.workloads].map(([key, { template }]) => [
        key,
        template,
        this.api.rollouts.get(key) ?? 0,
      ]),
      pods: this.api.pods,
      stacks: Object.fromEntries(this.stacks),
      addons: Object.fromEntries(this.addons),
      associations: [...this.associations.keys()].toSorted().map((path) => this.association(path)),
    });
  }
}

/** A world with an active cluster, AWS's own policies, and nothing else. */
export function aWorld(cluster: ClusterWithIssuer = aCluster()): World {
  return new World(cluster);
}

const AWS_POLICIES = [
  "CloudWatchAgentServerPolicy",
  "AmazonS3ReadOnlyAccess",
  "AdministratorAccess",
  "IAMFullAccess",
];

function emptyIam(partition: string): IamState {
  const policies = AWS_POLICIES.map((name) => [awsPolicy(name, partition), { Statement: [] }] as const);
  return {
    providers: new Map(),
    roles: new Map(),
    policies: new Map(policies),
    quota: { providers: 100, attached: 10, trustCharacters: 2048, roles: 1000 },
    denied: new Set(),
    names: { caseCounts: false },
  };
}

/** The log makes promises of what the effects give immediately. */
function asPort<Port>(effects: Effects<Port>): Port & object {
  return effects as unknown as Port & object;
}
