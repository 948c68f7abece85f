import {
  allOf,
  requiresOwnershipTags,
  bounded,
  isEksctls,
  isManaged,
  onlyPolicies,
  PASSED_TO_PODS,
  type Conditions,
} from "./conditions.ts";
import { resourcesOf } from "./resources.ts";
import { isRead, type AwsRight } from "./right.ts";
import { computedRoles, eksctlRoles } from "./role-patterns.ts";
import type { Scope } from "./scope.ts";

/** An action, on what it is allowed and under which conditions. */
export interface Grant {
  /** What the statement is called that allows it. */
  readonly sid: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly conditions: Conditions;
}

/** A right that the policy leaves out: with it, whoever holds the policy could take any other. */
export interface LeftOut {
  readonly action: string;
  /** The flag that adds it. */
  readonly flag: string;
  readonly why: string;
}

/** The kinds of grant of one right, or why there is none. */
export type Granted = readonly Grant[] | LeftOut;

/** True for a right that was left out. */
export function isLeftOut(granted: Granted): granted is LeftOut {
  return "flag" in granted;
}

/**
 * The statements of the policy for a right. Reads are allowed on the whole AWS account, since an annotation may name
 * any role; writes on roles that irsa creates or manages, unless `--role-arn` names others.
 * @param creates whether the same policy allows CreateRole, which requires TagRole too
 */
export function grantsOf(right: AwsRight, scope: Scope, creates: boolean): Granted {
  const { action, on } = right;
  const isOfRole = on === "own-role" || on === "role";
  if (isRead(action)) return [plain(right, scope, { sid: `Read${SIDS[on]}` })];
  if (scope.isUnrestricted === true) return [plain(right, scope)];
  if (action === "iam:CreateOpenIDConnectProvider")
    return [
      plain(right, scope, { sid: "CreateIdentityProviders", conditions: requiresOwnershipTags(scope) }),
    ];
  if (!isOfRole) return [plain(right, scope)];
  const rule = RULES[action];
  if (rule !== undefined) return rule(action, scope, { creates, ofEksctl: on === "role" });
  return edits(action, scope, { ofEksctl: on === "role" });
}

function plain(
  right: AwsRight,
  scope: Scope,
  { sid = SIDS[right.on], conditions = {} }: Partial<Pick<Grant, "sid" | "conditions">> = {},
): Grant {
  return { sid, action: right.action, resources: resourcesOf(right, scope), conditions };
}

interface Circumstances {
  readonly creates: boolean;
  /** True where roles that eksctl made are changed before they are irsa's. */
  readonly ofEksctl: boolean;
}

type Rule = (action: string, scope: Scope, circumstances: Circumstances) => Granted;

/** The writes that need more than to be of a role of irsa's. */
const RULES: Readonly<Record<string, Rule>> = {
  "iam:CreateRole": (action, scope) => [
    {
      sid: "CreateRoles",
      action,
      resources: made(scope),
      conditions: allOf(requiresOwnershipTags(scope), bounded(scope)),
    },
  ],
  "iam:TagRole": (action, scope, circumstances) => [
    ...(circumstances.creates
      ? [{ sid: "TagNewRoles", action, resources: made(scope), conditions: requiresOwnershipTags(scope) }]
      : []),
    ...edits(action, scope, circumstances),
  ],
  "iam:AttachRolePolicy": (action, scope, circumstances) => {
    const { policies = [] } = scope;
    if (policies.length > 0)
      return edits(action, scope, circumstances, allOf(onlyPolicies(policies), bounded(scope)));
    return {
      action,
      flag: "--policy-arn",
      why: "any policy could be attached, including administrator policies",
    };
  },
  "iam:DetachRolePolicy": (action, scope, circumstances) => {
    const { policies = [] } = scope;
    return edits(action, scope, circumstances, policies.length > 0 ? onlyPolicies(policies) : {});
  },
  "iam:PutRolePolicy": (action, scope, circumstances) =>
    scope.boundary === undefined
      ? { action, flag: "--permissions-boundary", why: "an inline policy can allow any action" }
      : edits(action, scope, circumstances, bounded(scope)),
  "iam:PutRolePermissionsBoundary": (action, scope, circumstances) =>
    scope.boundary === undefined
      ? { action, flag: "--permissions-boundary", why: "a boundary could be replaced with a wider one" }
      : edits(action, scope, circumstances, bounded(scope)),
  "iam:PassRole": (action, scope) => [
    { sid: "PassRolesToPods", action, resources: made(scope), conditions: PASSED_TO_PODS },
  ],
  "iam:DeleteRolePermissionsBoundary": (action) => ({
    action,
    flag: "--unrestricted",
    why: "it removes the limit of a role",
  }),
};

/** The roles that may come into being. */
function made(scope: Scope): readonly string[] {
  return [...computedRoles(scope), ...(scope.roles ?? [])];
}

/** Changes of roles that are irsa's already, of those that `--role-arn` names, and of eksctl's. */
function edits(
  action: string,
  scope: Scope,
  { ofEksctl }: Pick<Circumstances, "ofEksctl">,
  conditions: Conditions = {},
): readonly Grant[] {
  const { roles = [] } = scope;
  const managed = [...computedRoles(scope), ...eksctlRoles(scope)];
  return [
    { sid: "ManagedRoles", action, resources: managed, conditions: allOf(isManaged(scope), conditions) },
    ...(ofEksctl ? [ofEksctls(action, scope, conditions)] : []),
    ...(roles.length > 0 ? [{ sid: "NamedRoles", action, resources: roles, conditions }] : []),
  ];
}

/** To tag one is to take it over: with irsa's tags, and no others. */
function ofEksctls(action: string, scope: Scope, conditions: Conditions): Grant {
  const taken = action === "iam:TagRole" ? requiresOwnershipTags(scope) : {};
  const own = allOf(isEksctls(scope), taken, conditions);
  return { sid: "EksctlRoles", action, resources: eksctlRoles(scope), conditions: own };
}

const SIDS: Readonly<Record<AwsRight["on"], string>> = {
  cluster: "Clusters",
  addon: "Addons",
  association: "PodIdentityAssociations",
  "node-group": "NodeGroups",
  "fargate-profile": "FargateProfiles",
  provider: "IdentityProviders",
  "own-role": "Roles",
  "target-role": "RolesOfTargets",
  role: "Roles",
  "instance-profile": "InstanceProfiles",
  policy: "ManagedPolicies",
  principal: "Caller",
  stack: "EksctlStacks",
  account: "WithoutResource",
};
