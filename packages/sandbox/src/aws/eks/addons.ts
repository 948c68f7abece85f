import { randomUUID } from "node:crypto";
import { AwsError, maybeText, type Parameter, type Parameters } from "../exchange.ts";
import { isObject } from "../iam/policy-grammar.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { at, type AddonState, type ClusterState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { KNOWN_ADDONS } from "./addon-catalog.ts";
import { addonArn, addonResult, ownedBy } from "./addon-result.ts";
import { checkPodRole, invalidParameter, required } from "./association-input.ts";
import { clusterOf, listResult, notFound } from "./clusters.ts";
import { addAssociation } from "./pod-identity.ts";
import { checkedTags } from "./tags.ts";

/**
 * Add-ons with the associations that they own. They are active immediately: only the answers of the operations that
 * make and delete one tell that they are at it. Source: Amazon EKS API Reference, the operations named.
 */
export const ADDON_OPERATIONS: Operations = {
  ListAddons(context) {
    return listResult("addons", Object.keys(clusterOf(context).addons).toSorted(), context);
  },

  DescribeAddon(context) {
    const cluster = clusterOf(context);
    return { addon: addonResult(cluster, addonOf(cluster, context.parameters), "ACTIVE") };
  },

  DescribeAddonVersions(context) {
    const wanted = maybeText(context.parameters, "addonName");
    if (wanted !== undefined && at(KNOWN_ADDONS, wanted) === undefined) throw unsupported(wanted);
    const known = Object.entries(KNOWN_ADDONS).filter(([name]) => wanted === undefined || name === wanted);
    const shown = known.map(([addonName, { version, older = [], serviceAccount, namespace }]) => ({
      addonName,
      type: "kube-system",
      addonVersions: [version, ...older].map((addonVersion) => ({
        addonVersion,
        architecture: ["amd64", "arm64"],
        compatibilities: [
          { clusterVersion: "*", platformVersions: ["*"], defaultVersion: addonVersion === version },
        ],
        requiresIamPermissions: serviceAccount !== undefined,
      })),
      defaultNamespace: namespace,
      publisher: "eks",
      owner: "aws",
    }));
    return listResult("addons", shown, context);
  },

  CreateAddon: create,

  UpdateAddon(context) {
    const { parameters, now } = context;
    const cluster = clusterOf(context);
    const addon = addonOf(cluster, parameters);
    checkConflictMode(parameters);
    const version = maybeText(parameters, "addonVersion");
    if (version !== undefined) addon.version = checkedVersion(addon.name, version);
    const roleArn = maybeText(parameters, "serviceAccountRoleArn");
    if (roleArn !== undefined) addon.serviceAccountRoleArn = roleArn === "" ? undefined : roleArn;
    addon.configurationValues = maybeText(parameters, "configurationValues") ?? addon.configurationValues;
    addon.modified = now.toISOString();
    const wanted = associationsIn(parameters);
    if (wanted !== undefined) replaceOwned(context, cluster, addon, wanted);
    return {
      update: {
        id: randomUUID(),
        status: "InProgress",
        type: "AddonUpdate",
        params: [],
        createdAt: now,
        errors: [],
      },
    };
  },

  DeleteAddon(context) {
    const cluster = clusterOf(context);
    const addon = addonOf(cluster, context.parameters);
    const shown = addonResult(cluster, addon, "DELETING");
    delete cluster.addons[addon.name];
    const { preserve } = context.parameters;
    if (preserve !== true && preserve !== "true") {
      const owned = ownedBy(cluster, addon);
      for (const { id } of owned) delete cluster.associations[id];
    }
    return { addon: shown };
  },
};

function create(context: OperationContext): Result {
  const { parameters, now } = context;
  const cluster = clusterOf(context);
  const name = required(parameters, "addonName");
  const clientRequestToken = maybeText(parameters, "clientRequestToken");
  const known = at(cluster.addons, name);
  if (known !== undefined) {
    const isRepeated = clientRequestToken !== undefined && known.clientRequestToken === clientRequestToken;
    if (isRepeated) return { addon: addonResult(cluster, known, "CREATING") };
    throw new AwsError(409, "ResourceInUseException", "Addon already exists.");
  }
  const version = checkedVersion(name, maybeText(parameters, "addonVersion"));
  checkConflictMode(parameters);
  const { namespaceConfig } = parameters;
  const created = now.toISOString();
  const addon: AddonState = {
    name,
    version,
    serviceAccountRoleArn: maybeText(parameters, "serviceAccountRoleArn"),
    configurationValues: maybeText(parameters, "configurationValues"),
    namespace:
      (isObject(namespaceConfig) ? maybeText(namespaceConfig, "namespace") : undefined) ??
      KNOWN_ADDONS[name]?.namespace,
    clientRequestToken,
    created,
    modified: created,
    tags: checkedTags(parameters),
  };
  cluster.addons[name] = addon;
  for (const one of associationsIn(parameters) ?? []) own(context, cluster, addon, one);
  return { addon: addonResult(cluster, addon, "CREATING") };
}

interface AddonAssociation {
  readonly serviceAccount: string;
  readonly roleArn: string;
}

/** Add-ons can't own associations that exist already. Source: EKS User Guide, "IAM roles for Amazon EKS add-ons". */
function own(
  context: OperationContext,
  cluster: ClusterState,
  addon: AddonState,
  { serviceAccount, roleArn }: AddonAssociation,
): void {
  const { namespace = "kube-system" } = addon;
  const ownerArn = addonArn(cluster, addon);
  addAssociation(context, cluster, { namespace, serviceAccount, roleArn, ownerArn, tags: {} });
}

/** Those that are no longer named are deleted; the others keep their ids. */
function replaceOwned(
  context: OperationContext,
  cluster: ClusterState,
  addon: AddonState,
  wanted: readonly AddonAssociation[],
): void {
  const owned = new Map(ownedBy(cluster, addon).map((one) => [one.serviceAccount, one]));
  for (const one of wanted) {
    const known = owned.get(one.serviceAccount);
    owned.delete(one.serviceAccount);
    if (known === undefined) own(context, cluster, addon, one);
    else {
      checkPodRole(context.awsAccount, one.roleArn);
      known.roleArn = one.roleArn;
      known.modified = context.now.toISOString();
    }
  }
  for (const { id } of owned.values()) delete cluster.associations[id];
}

function associationsIn({
  podIdentityAssociations: given,
}: Parameters): readonly AddonAssociation[] | undefined {
  if (given === undefined || given === null) return undefined;
  const listed: readonly (Parameter | undefined)[] = [given].flat();
  return listed.map((one) => {
    if (!isObject(one)) throw invalidParameter("podIdentityAssociations is a list of associations.");
    return { serviceAccount: required(one, "serviceAccount"), roleArn: required(one, "roleArn") };
  });
}

function addonOf(cluster: ClusterState, parameters: Parameters): AddonState {
  const name = required(parameters, "addonName");
  const addon = at(cluster.addons, name);
  if (addon === undefined) throw notFound(`No addon: ${name} found in cluster: ${cluster.name}`);
  return addon;
}

function checkedVersion(name: string, wanted: string | undefined): string {
  const known = at(KNOWN_ADDONS, name);
  if (known === undefined) throw unsupported(name);
  const { version, older = [] } = known;
  if (wanted !== undefined && ![version, ...older].includes(wanted))
    throw invalidParameter(`Addon version specified is not supported: ${wanted}`);
  return wanted ?? version;
}

/** Source: Amazon EKS API Reference, CreateAddon and UpdateAddon: `resolveConflicts`. */
function checkConflictMode(parameters: Parameters): void {
  const mode = maybeText(parameters, "resolveConflicts") ?? "NONE";
  if (!["NONE", "OVERWRITE", "PRESERVE"].includes(mode))
    throw invalidParameter(`Value '${mode}' at 'resolveConflicts' is not one of OVERWRITE, NONE, PRESERVE.`);
}

function unsupported(name: string): AwsError {
  return invalidParameter(`Addon ${name} specified is not supported`);
}
