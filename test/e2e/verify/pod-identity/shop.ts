import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
  type EKSClient,
  type PodIdentityAssociation,
  type UpdatePodIdentityAssociationCommandInput,
} from "@aws-sdk/client-eks";
import { PatchStrategy, setHeaderOptions, type V1PodSpec } from "@kubernetes/client-node";
import { vi } from "vitest";
import type { PolicyDocument } from "../../../../src/model/trust-policy/document.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { irsa, type Run } from "../../irsa.ts";
import { rolesIn, type Roles } from "./roles.ts";

/** What the pods of a shop are made from, beside their one container. */
export interface Template {
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly spec?: Partial<V1PodSpec>;
}

/** How a shop differs from the plain one, which has an association with one role. */
export interface ShopOptions {
  /** The trust policy of the first role. */
  readonly trust?: PolicyDocument;
  /** EKS assumes a second role with the first. */
  readonly target?: { readonly trust?: PolicyDocument };
  readonly association?: "none" | Pick<PodIdentityAssociation, "disableSessionTags" | "policy">;
  readonly template?: Template;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The ServiceAccount's name, "cart" unless given. */
  readonly serviceAccount?: string;
}

/** A namespace with a cart whose pod gets its role by Pod Identity, all made by its owner. */
export interface PodIdentityShop {
  readonly world: World;
  readonly cluster: Cluster;
  readonly eks: EKSClient;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roles: Roles;
  readonly irsa: (...args: readonly string[]) => Promise<Run>;
  readonly associate: () => Promise<void>;
  readonly association: () => Promise<PodIdentityAssociation>;
  readonly update: (
    changes: Omit<UpdatePodIdentityAssociationCommandInput, "clusterName" | "associationId">,
  ) => Promise<void>;
  readonly dissociate: () => Promise<void>;
  readonly annotate: (annotations: Readonly<Record<string, string>>) => Promise<void>;
  /** Makes the Deployment's pods from another template, and waits for them. */
  readonly deploy: (template: Template) => Promise<void>;
  /** Makes the pods again, and waits for them. */
  readonly restart: () => Promise<void>;
  /** Waits until the Deployment's only pod is one of its template. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const NAME = "cart";
const MERGE = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

/** Opens a shop in a namespace of its own. */
export async function openPodIdentityShop(
  world: World,
  eks: EKSClient,
  namespace: string,
  { trust, target, association, template = {}, annotations = {}, serviceAccount = NAME }: ShopOptions = {},
): Promise<PodIdentityShop> {
  const cluster = clusterOf(world);
  const roles = rolesIn(world, namespace);
  const own = { clusterName: CLUSTER_NAME, namespace, serviceAccount };
  const idOf = async (): Promise<string> => {
    const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand(own));
    return associations[0]?.associationId ?? "";
  };
  const named = async () => ({ clusterName: CLUSTER_NAME, associationId: await idOf() });
  const options = association === "none" ? {} : association;
  const settled = (): Promise<void> => onlyPodIsCurrent(cluster, namespace);
  const shop: PodIdentityShop = {
    world,
    cluster,
    eks,
    namespace,
    serviceAccount,
    roles,
    irsa: (...args) => irsa(args, world.environmentOf("admin")),
    async associate() {
      const targetRoleArn = target === undefined ? {} : { targetRoleArn: roles.target };
      const asked = { ...own, roleArn: roles.first, ...targetRoleArn, ...options };
      await eks.send(new CreatePodIdentityAssociationCommand(asked));
    },
    async association() {
      const described = await eks.send(new DescribePodIdentityAssociationCommand(await named()));
      if (described.association === undefined) throw new Error("EKS describes no association");
      return described.association;
    },
    async update(changes) {
      await eks.send(new UpdatePodIdentityAssociationCommand({ ...(await named()), ...changes }));
    },
    async dissociate() {
      await eks.send(new DeletePodIdentityAssociationCommand(await named()));
    },
    async annotate(changes) {
      const body = { metadata: { annotations: changes } };
      await cluster.core.patchNamespacedServiceAccount({ namespace, name: serviceAccount, body }, MERGE);
    },
    async deploy(next) {
      const body = deployment(shop, next);
      await cluster.apps.replaceNamespacedDeployment({ namespace, name: NAME, body });
      await settled();
    },
    async restart() {
      const again = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
      const body = { spec: { template: { metadata: { annotations: again } } } };
      await cluster.apps.patchNamespacedDeployment({ namespace, name: NAME, body }, MERGE);
      await settled();
    },
    settled,
    async close() {
      if ((await idOf()) !== "") await shop.dissociate();
      await cluster.core.deleteNamespace({ name: namespace });
    },
  };
  await roles.create("first", trust);
  if (target !== undefined) await roles.create("target", target.trust);
  if (association !== "none") await shop.associate();
  await cluster.core.createNamespace({ body: { metadata: { name: namespace } } });
  const metadata = { name: serviceAccount, namespace, annotations };
  await cluster.core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  await cluster.apps.createNamespacedDeployment({ namespace, body: deployment(shop, template) });
  await settled();
  return shop;
}

function deployment(
  { namespace, serviceAccount }: Pick<PodIdentityShop, "namespace" | "serviceAccount">,
  { labels = {}, env = {}, spec = {} }: Template,
) {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const containers = [{ name: "app", image: "registry.invalid/app:1", env: variables }];
  return {
    metadata: { name: NAME, namespace },
    spec: {
      selector: { matchLabels: { app: NAME } },
      template: {
        metadata: { labels: { app: NAME, ...labels } },
        spec: { serviceAccountName: serviceAccount, containers, ...spec },
      },
    },
  };
}

function onlyPodIsCurrent({ apps, core }: Cluster, namespace: string): Promise<void> {
  return vi.waitFor(async () => {
    const { metadata, status } = await apps.readNamespacedDeployment({ namespace, name: NAME });
    const { observedGeneration, updatedReplicas, replicas, availableReplicas } = status ?? {};
    const isRolledOut =
      observedGeneration === metadata?.generation &&
      [updatedReplicas, replicas, availableReplicas].every((count) => count === 1);
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${NAME}` });
    if (!isRolledOut || items.length !== 1)
      throw new Error(`not rolled out: ${JSON.stringify({ status, pods: items.map((pod) => pod.status) })}`);
  }, PATIENCE);
}
