import type { Aws } from "../../../aws/clients.ts";
import type { OrganizationAccount, OrganizationsPort } from "../../../aws/organizations-port.ts";
import type { Caller } from "../../../aws/port.ts";
import { parseRoleArn, splitArn, type RoleArn } from "../../../model/arn.ts";
import { Failure, isFailure } from "../../../model/failure.ts";
import { LIMITS } from "../../../model/limits.ts";
import { invalid, valid, type Parsed } from "../../../model/problems.ts";
import type { ClusterSelector, Target } from "../../../model/target.ts";

/** Which AWS accounts of an organization are covered, and how. */
export interface AskedOrganization {
  /** Roots or organizational units, with all below them; empty for the whole organization. */
  readonly units: readonly string[];
  /** Name of the role to assume in each AWS account, with its path. */
  readonly role: string;
  readonly regions: readonly string[];
  readonly clusters: ClusterSelector;
}

/** The AWS accounts of an organization as targets, and those that can't be one. */
export interface OrganizationTargets {
  readonly targets: readonly Target[];
  readonly leftOut: readonly OrganizationAccount[];
}

/**
 * Lists the AWS accounts. The caller's own is read with the caller's own credentials; one that is not active, as a suspended
 * one, is left out.
 * @throws Failure that says who may list them, where that is denied
 */
export async function organizationTargets(
  { organizations }: Pick<Aws, "organizations">,
  caller: Caller,
  { units, role, regions, clusters }: AskedOrganization,
): Promise<OrganizationTargets> {
  const accounts = await accountsIn(organizations, units);
  const { partition = "aws" } = splitArn(caller.arn) ?? {};
  const targetOf = ({ awsAccount, name }: OrganizationAccount): Target => ({
    name: name === "" ? awsAccount : name,
    awsAccount,
    access: { roles: awsAccount === caller.awsAccount ? [] : [roleIn(awsAccount, partition, role)] },
    regions,
    clusters,
  });
  const active = accounts.filter(({ state }) => state === "ACTIVE");
  if (active.length === 0)
    throw new Failure("failed", "no-aws-account", "no active AWS account found in the organization", {
      facts: units.map((unit) => ["--ou", unit] as const),
    });
  return { targets: active.map(targetOf), leftOut: accounts.filter(({ state }) => state !== "ACTIVE") };
}

/** The ID of a root or an organizational unit. Source: Organizations API Reference, ParentId. */
export function parseUnit(text: string): Parsed<string> {
  return /^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/.test(text)
    ? valid(text)
    : invalid("is not a valid ID of an organizational unit; an example is ou-ab12-cd34ef56");
}

/** The name of a role with its path, if it has one. */
export function parseRoleToAssume(text: string): Parsed<string> {
  return !text.startsWith("/") && parseRoleArn(`arn:aws:iam::111122223333:role/${text}`).ok
    ? valid(text)
    : invalid("is not a valid role name; use NAME or PATH/NAME");
}

/** In the order of their IDs, so that two answers can be compared. */
async function accountsIn(
  port: OrganizationsPort,
  units: readonly string[],
): Promise<readonly OrganizationAccount[]> {
  const found = new Map<string, OrganizationAccount>();
  const add = (accounts: readonly OrganizationAccount[]): void =>
    accounts.forEach((one) => found.set(one.awsAccount, one));
  if (units.length === 0) add(await explained(() => port.listAccounts()));
  const seen = new Set(units);
  // What is below a unit is taken up by the same loop; AWS nests them five deep.
  for (const unit of seen) {
    add(await explained(() => port.listAccounts(unit), unit));
    (await explained(() => port.listUnits(unit), unit)).forEach((one) => seen.add(one));
    if (seen.size > LIMITS.organizationalUnits)
      throw new Failure(
        "failed",
        "unexpected-answer",
        `AWS returned more than ${LIMITS.organizationalUnits} organizational units`,
      );
  }
  return [...found.values()].toSorted((one, other) => (one.awsAccount < other.awsAccount ? -1 : 1));
}

async function explained<T>(list: () => Promise<T>, unit?: string): Promise<T> {
  try {
    return await list();
  } catch (error) {
    if (isFailure(error, "access-denied"))
      throw new Failure("denied", "access-denied", error.message, {
        ...error.detail,
        advice:
          "AWS accounts are listed with credentials of the management account, or of a delegated administrator",
        cause: error,
      });
    if (unit !== undefined && isFailure(error, "aws-error") && /ParentNotFound/.test(error.message))
      throw new Failure("input", "invalid-input", `--ou '${unit}' not found in the organization`, {
        cause: error,
      });
    throw error;
  }
}

function roleIn(awsAccount: string, partition: string, role: string): RoleArn {
  const arn = parseRoleArn(`arn:${partition}:iam::${awsAccount}:role/${role}`);
  if (arn.ok) return arn.value;
  throw new Failure("failed", "unexpected-answer", `'${awsAccount}' is not a valid AWS account ID`);
}
