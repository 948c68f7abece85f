import type { AwsRight, AwsTarget } from "./right.ts";
import type { Scope } from "./scope.ts";

/** An identity policy that allows something, as IAM takes it. */
export interface IamPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly AllowStatement[];
}

/** One statement of it. */
export interface AllowStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const SIDS: Readonly<Record<AwsTarget, string>> = {
  cluster: "Clusters",
  association: "PodIdentityAssociations",
  provider: "IdentityProviders",
  "own-role": "OwnRoles",
  role: "Roles",
  "instance-profile": "InstanceProfiles",
  policy: "ManagedPolicies",
  principal: "Caller",
  stack: "EksctlStacks",
  account: "WithoutResource",
};

/** The policy that allows these rights and no more, a statement for what is allowed on the same resources. */
export function iamPolicy(rights: readonly AwsRight[], scope: Scope): IamPolicy {
  const statements = new Map<string, AllowStatement>();
  for (const target of Object.keys(SIDS) as AwsTarget[]) {
    const Action = rights.filter(({ on }) => on === target).map(({ action }) => action);
    if (Action.length === 0) continue;
    const Resource = resourcesOf(target, scope);
    const key = Resource.join(" ");
    const { Sid = SIDS[target], Action: before = [] } = statements.get(key) ?? {};
    const actions = [...new Set([...before, ...Action])].toSorted();
    statements.set(key, { Sid, Effect: "Allow", Action: actions, Resource });
  }
  return { Version: "2012-10-17", Statement: [...statements.values()] };
}

/** The ARNs of what a right is for. Source: Service Authorization Reference. */
export function resourcesOf(target: AwsTarget, scope: Scope): readonly string[] {
  const { partition, region = "*", account = "*", cluster = "*" } = scope;
  const iam = `arn:${partition}:iam::${account}:`;
  const eks = `arn:${partition}:eks:${region}:${account}:`;
  switch (target) {
    case "cluster":
      return [`${eks}cluster/${cluster}`];
    case "association":
      return [`${eks}podidentityassociation/${cluster}/*`];
    case "provider":
      return [`${iam}oidc-provider/*`];
    case "own-role":
      return [`${iam}role${ownRoles(scope)}`];
    case "role":
      return [`${iam}role/*`];
    case "instance-profile":
      return [`${iam}instance-profile/*`];
    case "policy":
      // AWS's own policies have `aws` for the account.
      return account === "*" ? [`${iam}policy/*`] : [`${iam}policy/*`, `arn:${partition}:iam::aws:policy/*`];
    case "stack":
      return [
        `arn:${partition}:cloudformation:${region}:${account}:stack/eksctl-${cluster}-addon-iamserviceaccount-*`,
      ];
    case "principal":
      return [`${iam}role/*`, `${iam}user/*`];
    case "account":
      return ["*"];
  }
}

/** Without a path that is asked for, roles of a prefix are at `/`. */
function ownRoles({ rolePrefix, rolePath }: Scope): string {
  if (rolePrefix === undefined) return `${rolePath ?? "/"}*`;
  return `${rolePath ?? "/"}${rolePrefix}*`;
}

/** What a reader should know of the policy's resources, in sentences. */
export function scopeNotes(rights: readonly AwsRight[], scope: Scope): string[] {
  const open = [
    ...(scope.cluster === undefined ? ["cluster"] : []),
    ...(scope.region === undefined ? ["region"] : []),
    ...(scope.account === undefined ? ["AWS account"] : []),
  ];
  const hasOwn = rights.some(({ on }) => on === "own-role");
  const isNarrow = scope.rolePrefix !== undefined || scope.rolePath !== undefined;
  return [
    ...(open.length === 0 ? [] : [`Any ${listed(open)}: --cluster-arn narrows it.`]),
    ...(hasOwn && !isNarrow
      ? ["Any role may be made and changed: --role-prefix and --role-path narrow it."]
      : []),
    ...(hasOwn && isNarrow
      ? [
          `Roles that --role-name or --attach-role-arn names are changed only if they are ${ownRoles(scope)} too.`,
        ]
      : []),
  ];
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
