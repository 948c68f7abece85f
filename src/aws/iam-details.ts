import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type AttachedPolicy,
  type GetAccountAuthorizationDetailsResponse,
  type IAMClient,
  type ManagedPolicyDetail,
  type PolicyDetail,
  type Role,
  type RoleDetail,
} from "@aws-sdk/client-iam";
import type { PolicyArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import type { RoleDetails, RolesInFull } from "../model/iam-objects.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { asFailure, read } from "./call.ts";
import type { IamPort } from "./port.ts";
import { answered, decoded, decodedIfAny, gathered, toListing, toTags } from "./iam-wire.ts";

/** The most that IAM gives in one answer. */
const ITEMS_A_PAGE = 1000;

/** Everything in one list. Source: IAM API Reference, GetAccountAuthorizationDetails. */
export async function listRolesInFull(
  client: IAMClient,
  { policies }: Parameters<IamPort["listRolesInFull"]>[0],
): Promise<RolesInFull> {
  const query = { Filter: ["Role" as const, ...(policies ? ["LocalManagedPolicy" as const] : [])] };
  const pages = paginateGetAccountAuthorizationDetails({ client, pageSize: ITEMS_A_PAGE }, query);
  try {
    const parts = await gathered(pages, (page) => [toPart(page)]);
    return {
      roles: parts.flatMap(({ roles }) => roles),
      policies: new Map(parts.flatMap(({ policies }) => policies)),
    };
  } catch (error) {
    throw asFailure("iam:GetAccountAuthorizationDetails", error);
  }
}

/** What is attached to one role, in four kinds of reads. */
export async function getRoleDetails(client: IAMClient, name: string): Promise<RoleDetails | undefined> {
  const RoleName = name;
  const [answer, attached, inlineNames] = await Promise.all([
    read("iam:GetRole", () => client.send(new GetRoleCommand({ RoleName }))),
    read("iam:ListAttachedRolePolicies", () =>
      gathered(paginateListAttachedRolePolicies({ client }, { RoleName }), (page) => page.AttachedPolicies),
    ),
    read("iam:ListRolePolicies", () =>
      gathered(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames),
    ),
  ]);
  if (answer === undefined) return undefined;
  const role = answered("the role", answer.Role);
  const inline = await Promise.all(
    (inlineNames ?? []).map((PolicyName) =>
      read("iam:GetRolePolicy", () => client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
    ),
  );
  return toDetails(
    role,
    attached ?? [],
    inline.filter((one) => one !== undefined),
  );
}

/** What is kept of a page: the answer itself is large. */
function toPart({ RoleDetailList, Policies = [] }: GetAccountAuthorizationDetailsResponse) {
  return { roles: answered("the list", RoleDetailList).map(toRole), policies: Policies.flatMap(toPolicy) };
}

function toRole(role: RoleDetail): RolesInFull["roles"][number] {
  return { ...toListing(role), details: detailsIfValid(role) };
}

/** One bad document must not fail a whole list. */
function detailsIfValid(role: RoleDetail): RoleDetails | undefined {
  try {
    return toDetails(role, role.AttachedManagedPolicies ?? [], role.RolePolicyList ?? []);
  } catch (error) {
    if (isFailure(error, "unexpected-answer")) return undefined;
    throw error;
  }
}

function toDetails(
  { PermissionsBoundary: limit, Tags, RoleLastUsed: use, CreateDate }: Role | RoleDetail,
  attached: readonly AttachedPolicy[],
  inline: readonly PolicyDetail[],
): RoleDetails {
  const boundary = limit?.PermissionsBoundaryArn;
  return {
    attached: attached.map(({ PolicyArn }) => (PolicyArn ?? "") as PolicyArn),
    inline: Object.fromEntries(
      inline.map(({ PolicyName: name = "", PolicyDocument: text }) => [
        name,
        decoded(`inline policy ${name}`, text),
      ]),
    ),
    ...(boundary !== undefined && { boundary: boundary as PolicyArn }),
    tags: toTags(Tags),
    ...(use?.LastUsedDate !== undefined && { lastUsed: use.LastUsedDate.toISOString() }),
    ...(CreateDate !== undefined && { createdAt: CreateDate.toISOString() }),
  };
}

/** A managed policy with its default version, of up to five that the list brings. */
function toPolicy({ Arn, PolicyVersionList = [] }: ManagedPolicyDetail): [PolicyArn, PolicyDocument][] {
  const version = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion === true);
  const document = decodedIfAny(version?.Document);
  return Arn === undefined || document === undefined ? [] : [[Arn as PolicyArn, document]];
}
