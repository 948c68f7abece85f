import type { Ec2Port, EksPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { known, listed, mapKnown, type Known } from "../../model/known.ts";
import type { Node } from "../../model/kubernetes-objects.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { instanceIdOf, sourceOfNode } from "../../model/node-labels.ts";
import type { Instance } from "../../model/node-objects.ts";
import type { Attempt } from "../attempt.ts";
import type { ClusterNodes } from "./cluster-nodes.ts";
import { observeClasses } from "./observe-classes.ts";

/** Where nodes are read from. */
export interface NodeSources {
  readonly name: string;
  readonly eks: EksPort;
  readonly ec2: Ec2Port;
  readonly iam: IamPort;
  readonly kubernetes: Known<KubernetesPort>;
}

/** How many reads run concurrently, if each takes a call. */
const AT_ONCE = 8;

/**
 * Reads what gives the cluster's nodes their roles.
 * @param only the names of the nodes that are asked about; all by default
 */
export async function observeNodes(
  { name, eks, ec2, iam, kubernetes }: NodeSources,
  attempt: Attempt,
  only?: ReadonlySet<string>,
): Promise<ClusterNodes> {
  const [groups, fargate, onNodes, classes] = await Promise.all([
    attempt(`node groups of ${name}`, () => eks.describeNodeGroups(name)),
    attempt(`Fargate profiles of ${name}`, () => eks.describeFargateProfiles(name)),
    observeInstances({ name, ec2, iam, kubernetes }, attempt, only),
    observeClasses({ name, iam, kubernetes }, attempt),
  ]);
  if (only !== undefined) return { groups, fargate, ...onNodes, templates: new Map(), classes };
  const templates = await observeTemplates({ groups, nodes: onNodes.nodes }, ec2, attempt);
  return { groups, fargate, ...onNodes, templates, classes };
}

async function observeInstances(
  { name, ec2, iam, kubernetes }: Omit<NodeSources, "eks">,
  attempt: Attempt,
  only: ReadonlySet<string> | undefined,
): Promise<Pick<ClusterNodes, "nodes" | "instances" | "profiles">> {
  const all: Known<readonly Node[]> =
    kubernetes.state === "unknown"
      ? kubernetes
      : await attempt(`nodes of ${name}`, () => kubernetes.value.listNodes());
  const nodes = mapKnown(all, (found) =>
    only === undefined ? found : found.filter((node) => only.has(node.name)),
  );
  const ids = [...new Set(listed(nodes).flatMap((node) => instanceIdOf(node) ?? []))];
  const instances: Known<ReadonlyMap<string, Instance>> =
    ids.length === 0
      ? known(new Map())
      : await attempt(`instances of ${name}`, async () => {
          const found = await ec2.describeInstances(ids);
          return new Map(found.map((one) => [one.id, one]));
        });
  return { nodes, instances, profiles: await observeProfiles(instances, iam, attempt) };
}

async function observeProfiles(
  instances: Known<ReadonlyMap<string, Instance>>,
  iam: IamPort,
  attempt: Attempt,
): Promise<ClusterNodes["profiles"]> {
  const found = instances.state === "known" ? [...instances.value.values()] : [];
  const arns = [...new Set(found.flatMap(({ profileArn }) => profileArn ?? []))].toSorted();
  const roles = await mapConcurrent(arns, AT_ONCE, async (arn) => {
    const profile = arn.slice(arn.lastIndexOf("/") + 1);
    return [
      arn,
      await attempt(`instance profile ${profile}`, () => iam.getInstanceProfileRole(profile)),
    ] as const;
  });
  return new Map(roles);
}

/** Of running nodes the instances tell more exactly. */
async function observeTemplates(
  { groups, nodes }: Pick<ClusterNodes, "groups" | "nodes">,
  ec2: Ec2Port,
  attempt: Attempt,
): Promise<ClusterNodes["templates"]> {
  const running = new Set(listed(nodes).map((node) => sourceOfNode(node)?.name));
  const empty = listed(groups).flatMap(({ name, launchTemplate }) =>
    launchTemplate === undefined || running.has(name) ? [] : [{ name, launchTemplate }],
  );
  const found = await mapConcurrent(empty, AT_ONCE, async ({ name, launchTemplate }) => {
    const { id, version } = launchTemplate;
    const read = () => ec2.getLaunchTemplateMetadata(launchTemplate);
    return [name, await attempt(`version ${version} of launch template ${id}`, read)] as const;
  });
  return new Map(found);
}
