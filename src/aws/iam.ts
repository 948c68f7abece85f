import {
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListOpenIDConnectProvidersCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfilesForRole,
  paginateListRolePolicies,
  paginateListRoles,
  type IAMClient,
  type Role as SdkRole,
} from "@aws-sdk/client-iam";
import type { PolicyArn, ProviderArn, RoleArn } from "../model/arn.ts";
import type { Provider, Role } from "../model/iam-objects.ts";
import { read } from "./call.ts";
import { iamWrites } from "./iam-writes.ts";
import { getRoleDetails, listRolesInFull } from "./iam-details.ts";
import { getLastAccessed, getUseReport } from "./iam-last-accessed.ts";
import { getSimulation } from "./iam-simulation.ts";
import { answered, decoded, gathered, toListing, toSettings, toTags } from "./iam-wire.ts";
import type { IamPort } from "./port.ts";

/** The most that IAM gives in one answer; an AWS account may have thousands of roles. */
const ROLES_A_PAGE = 1000;

/** IAM through the SDK. */
export function iamAdapter(client: IAMClient): IamPort {
  return { ...iamReads(client), ...iamWrites(client) };
}

type Reads = Pick<IamPort, Extract<keyof IamPort, `get${string}` | `list${string}`>>;

function iamReads(client: IAMClient): Reads {
  return {
    getProvider: (arn) => read("iam:GetOpenIDConnectProvider", () => getProvider(client, arn)),
    async listProviders() {
      const send = () => client.send(new ListOpenIDConnectProvidersCommand({}));
      const answer = await read("iam:ListOpenIDConnectProviders", send);
      return answered("the list", answer?.OpenIDConnectProviderList).map(
        (one) => (one.Arn ?? "") as ProviderArn,
      );
    },
    async listRoles() {
      const pages = paginateListRoles({ client, pageSize: ROLES_A_PAGE }, {});
      return (await read("iam:ListRoles", () => gathered(pages, ({ Roles }) => Roles)))?.map(toListing) ?? [];
    },
    listRolesInFull: (also) => listRolesInFull(client, also),
    getRole: (name) => read("iam:GetRole", () => getRole(client, name)),
    getRoleDetails: (name) => getRoleDetails(client, name),
    async listAttachedPolicies(RoleName) {
      const pages = paginateListAttachedRolePolicies({ client }, { RoleName });
      const list = () => gathered(pages, ({ AttachedPolicies }) => AttachedPolicies);
      const attached = await read("iam:ListAttachedRolePolicies", list);
      return attached?.map(({ PolicyArn }) => (PolicyArn ?? "") as PolicyArn);
    },
    async listInlinePolicies(RoleName) {
      const pages = paginateListRolePolicies({ client }, { RoleName });
      return read("iam:ListRolePolicies", () => gathered(pages, ({ PolicyNames }) => PolicyNames));
    },
    async getInstanceProfileRole(InstanceProfileName) {
      const command = new GetInstanceProfileCommand({ InstanceProfileName });
      const answer = await read("iam:GetInstanceProfile", () => client.send(command));
      if (answer === undefined) return undefined;
      const [role] = answered("the instance profile", answer.InstanceProfile).Roles ?? [];
      return role && (answered("a role's ARN", role.Arn) as RoleArn);
    },
    async listInstanceProfiles(RoleName) {
      const pages = paginateListInstanceProfilesForRole({ client }, { RoleName });
      const list = () => gathered(pages, ({ InstanceProfiles }) => InstanceProfiles);
      const profiles = await read("iam:ListInstanceProfilesForRole", list);
      return profiles?.map(({ InstanceProfileName }) => InstanceProfileName ?? "");
    },
    async getInlinePolicy(roleName, policyName) {
      const command = new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName });
      const answer = await read("iam:GetRolePolicy", () => client.send(command));
      return answer === undefined ? undefined : decoded(`inline policy ${policyName}`, answer.PolicyDocument);
    },
    async getPolicyVersionId(policy) {
      const answer = await read("iam:GetPolicy", () =>
        client.send(new GetPolicyCommand({ PolicyArn: policy })),
      );
      return answer && answered("the policy", answer.Policy).DefaultVersionId;
    },
    async getPolicyDocument(policy, versionId) {
      const command = new GetPolicyVersionCommand({ PolicyArn: policy, VersionId: versionId });
      const answer = await read("iam:GetPolicyVersion", () => client.send(command));
      return decoded(`policy ${policy}`, answer?.PolicyVersion?.Document);
    },
    async getAccountSummary() {
      const answer = await read("iam:GetAccountSummary", () => client.send(new GetAccountSummaryCommand({})));
      return answer?.SummaryMap ?? {};
    },
    getSimulation: (principal, actions, resource) => getSimulation(client, principal, actions, resource),
    getUseReport: (role) => getUseReport(client, role),
    getLastAccessed: (reportId) => getLastAccessed(client, reportId),
  };
}

async function getProvider(client: IAMClient, arn: ProviderArn): Promise<Provider> {
  const answer = await client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  answered("the provider", answer.Url);
  return {
    arn,
    clientIds: answer.ClientIDList ?? [],
    thumbprints: answer.ThumbprintList ?? [],
    tags: toTags(answer.Tags),
  };
}

/** In seconds, where IAM says none. */
const DEFAULT_SESSION = 3600;

async function getRole(client: IAMClient, name: string): Promise<Role> {
  const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
  return toRole(answered("the role", Role));
}

function toRole(role: SdkRole): Role {
  const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    arn: (role.Arn ?? "") as RoleArn,
    name: role.RoleName ?? "",
    id: answered("the role's id", role.RoleId),
    trust: decoded(`trust policy of ${role.RoleName ?? ""}`, role.AssumeRolePolicyDocument),
    maxSessionSeconds: DEFAULT_SESSION,
    ...toSettings(role),
    ...(boundary !== undefined && { boundary: boundary as PolicyArn }),
    tags: toTags(role.Tags),
  };
}
