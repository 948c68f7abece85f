import { PODS_SERVICE } from "./eks/association-input.ts";
import {
  isWrite,
  maybeText,
  qualified,
  type AwsRequest,
  type Parameter,
  type Parameters,
} from "./exchange.ts";
import { isObject } from "./iam/policy-grammar.ts";
import { tagKeysIn, tagsIn } from "./iam/tags.ts";
import { resourceArn } from "./resource-arn.ts";
import { at, type AwsAccountState, type RoleState, type Tags } from "./state.ts";

/** One thing that a request must be allowed. */
export interface Question {
  /** As `iam:CreateRole`. */
  readonly action: string;
  readonly resource: string;
  /** The condition keys of the request, by their names in lower case; what is not there is absent. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

/** Source: IAM User Guide, "Tagging IAM resources": whoever creates something with tags must be allowed to tag it too. */
const TAGGED_IN_ONE_CALL: Readonly<Record<string, string>> = {
  "iam:CreateRole": "iam:TagRole",
  "iam:CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
};

/** What IAM has to allow for a request to be carried out. */
export function questionsOf(request: AwsRequest, awsAccount: AwsAccountState): readonly Question[] {
  const action = qualified(request);
  const first = {
    action,
    resource: resourceOf(request, awsAccount),
    context: contextOf(request, awsAccount, action),
  };
  const passing = passedRoles(request).map((resource) => passRole(resource, first.resource));
  const tagging = Object.keys(tagsIn(request.parameters)).length > 0 ? TAGGED_IN_ONE_CALL[action] : undefined;
  if (tagging === undefined) return [first, ...passing];
  return [first, { ...first, action: tagging, context: contextOf(request, awsAccount, tagging) }, ...passing];
}

/** Operations that give a role to EKS for pods. */
const PASSING = new Set([
  "CreatePodIdentityAssociation",
  "UpdatePodIdentityAssociation",
  "CreateAddon",
  "UpdateAddon",
]);

/** The roles of associations that a request makes or changes; a target role is not passed. */
function passedRoles({ service, action, parameters }: AwsRequest): readonly string[] {
  if (service !== "eks" || !PASSING.has(action)) return [];
  const owned = [parameters["podIdentityAssociations"] ?? []].flat() as readonly (Parameter | undefined)[];
  const given = [parameters["roleArn"], ...owned.map((one) => (isObject(one) ? one["roleArn"] : undefined))];
  return given.filter((arn) => typeof arn === "string" && arn !== "").map(String);
}

/** Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service". */
function passRole(resource: string, associated: string): Question {
  const context = { "iam:passedtoservice": [PODS_SERVICE], "iam:associatedresourcearn": [associated] };
  return { action: "iam:PassRole", resource, context: new Map(Object.entries(context)) };
}

function resourceOf(request: AwsRequest, awsAccount: AwsAccountState): string {
  const { service, parameters, region } = request;
  if (request.action.startsWith("List") && service === "iam" && parameters["RoleName"] === undefined)
    return "*";
  const profile = maybeText(parameters, "InstanceProfileName");
  if (profile !== undefined)
    return (
      at(awsAccount.instanceProfiles, profile.toLowerCase())?.arn ??
      `${iam(awsAccount)}instance-profile/${profile}`
    );
  const tagged = maybeText(parameters, "resourceArn");
  if (service === "eks" && tagged !== undefined) return tagged;
  const part = clusterPart(request);
  if (part !== undefined) return `arn:${awsAccount.partition}:eks:${region}:${awsAccount.awsAccount}:${part}`;
  return roleOf(request, awsAccount)?.arn ?? resourceArn(request, awsAccount.awsAccount);
}

/** Parts of clusters that are resources of their own; what EKS puts behind the name is not known here. */
const CLUSTER_PARTS: readonly (readonly [actions: RegExp, kind: string, parameter: string])[] = [
  [/^(Describe|Update|Delete)PodIdentityAssociation$/, "podidentityassociation", "associationId"],
  [/^(Describe|Update|Delete)Addon$/, "addon", "addonName"],
  [/^(Describe|Delete)Nodegroup$/, "nodegroup", "nodegroupName"],
  [/^(Describe|Delete)FargateProfile$/, "fargateprofile", "fargateProfileName"],
];

function clusterPart({ action, parameters }: AwsRequest): string | undefined {
  const [, kind, parameter = ""] = CLUSTER_PARTS.find(([actions]) => actions.test(action)) ?? [];
  if (kind === undefined) return undefined;
  return `${kind}/${maybeText(parameters, "clusterName") ?? ""}/${maybeText(parameters, parameter) ?? ""}`;
}

function iam({ partition, awsAccount }: AwsAccountState): string {
  return `arn:${partition}:iam::${awsAccount}:`;
}

/** The role that the request is about, if there is one; not the one that it is to make. */
function roleOf(
  { service, action, parameters }: AwsRequest,
  awsAccount: AwsAccountState,
): RoleState | undefined {
  const name = maybeText(parameters, "RoleName");
  if (service !== "iam" || name === undefined || action === "CreateRole") return undefined;
  return at(awsAccount.roles, name.toLowerCase());
}

/** Actions of which the boundary is the role's own. Source: Service Authorization Reference, IAM. */
const BY_ROLES_BOUNDARY = new Set([
  "iam:AttachRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePolicy",
  "iam:DeleteRolePolicy",
  "iam:DeleteRole",
  "iam:DeleteRolePermissionsBoundary",
]);
/** Actions of which it is the one that is asked for. */
const BY_NEW_BOUNDARY = new Set(["iam:CreateRole", "iam:PutRolePermissionsBoundary"]);
const BY_POLICY = new Set(["iam:AttachRolePolicy", "iam:DetachRolePolicy"]);

/** Source: Service Authorization Reference, IAM: the condition keys of each action and resource. */
function contextOf(request: AwsRequest, awsAccount: AwsAccountState, action: string): Question["context"] {
  const { parameters } = request;
  const role = roleOf(request, awsAccount);
  const provider = at(awsAccount.providers, maybeText(parameters, "OpenIDConnectProviderArn") ?? "");
  const boundary = BY_NEW_BOUNDARY.has(action)
    ? maybeText(parameters, "PermissionsBoundary")
    : BY_ROLES_BOUNDARY.has(action)
      ? role?.boundary
      : undefined;
  const keys: Readonly<Record<string, readonly string[]>> = {
    ...one("iam:permissionsboundary", boundary),
    ...one("iam:policyarn", BY_POLICY.has(action) ? maybeText(parameters, "PolicyArn") : undefined),
    ...tagged("resourcetag", role?.tags ?? provider?.tags ?? {}),
    ...(isWrite(request.action) ? ofRequestedTags(parameters) : {}),
  };
  return new Map(Object.entries(keys));
}

function ofRequestedTags(parameters: Parameters): Readonly<Record<string, readonly string[]>> {
  const tags = tagsIn(parameters);
  const keys = [...Object.keys(tags), ...tagKeysIn(parameters)];
  return { ...tagged("requesttag", tags), ...(keys.length > 0 && { "aws:tagkeys": keys }) };
}

function tagged(kind: "resourcetag" | "requesttag", tags: Tags): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(tags).flatMap(([key, value]) => {
    const names =
      kind === "resourcetag" ? [`aws:${kind}/${key}`, `iam:${kind}/${key}`] : [`aws:${kind}/${key}`];
    return names.map((name) => [name.toLowerCase(), [value]] as const);
  });
  return Object.fromEntries(entries);
}

function one(key: string, value: string | undefined): Readonly<Record<string, readonly string[]>> {
  return value === undefined ? {} : { [key]: [value] };
}
