import { createHash } from "node:crypto";
import { matchesWildcard } from "irsa-model/trust-policy/match.ts";
import { maybeText, text } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { pageOf } from "../paging.ts";
import { at, type AwsAccountState, type RoleState } from "../state.ts";
import { invalidInput, noSuchEntity, violation } from "../validation.ts";
import type { Result } from "../wire-format.ts";
import { stringsOf } from "./policy-grammar.ts";
import { permissionsOf } from "./role-permissions.ts";
import { TRACKED_ACTIONS } from "./tracked-actions.ts";

/** How long a report takes, in milliseconds; with AWS it is seconds. */
const REPORT_MILLISECONDS = 300;

const GRANULARITIES = ["SERVICE_LEVEL", "ACTION_LEVEL"];

/**
 * The reports of what roles used, which is what was recorded of them (`RoleState.used`). A report's id has all that is asked,
 * so that none is kept. Source: IAM API Reference, the operations named; IAM User Guide, "last accessed information".
 */
export const LAST_ACCESSED_OPERATIONS: Operations = {
  GenerateServiceLastAccessedDetails({ awsAccount, parameters, now }) {
    const role = roleByArn(awsAccount, text(parameters, "Arn"));
    const granularity = maybeText(parameters, "Granularity") ?? "SERVICE_LEVEL";
    if (!GRANULARITIES.includes(granularity))
      throw violation(granularity, "granularity", `satisfy enum value set: [${GRANULARITIES.join(", ")}]`);
    return { JobId: jobId(role, granularity, now.getTime()) };
  },

  GetServiceLastAccessedDetails(context) {
    const { awsAccount, parameters, now } = context;
    const id = text(parameters, "JobId");
    const begun = Number.parseInt(id.slice(-12), 16);
    const found = Object.values(awsAccount.roles)
      .flatMap((role) => GRANULARITIES.map((granularity) => ({ role, granularity })))
      .find(({ role, granularity }) => jobId(role, granularity, begun) === id);
    if (found === undefined) throw noSuchEntity(`Job ${id} not found`);
    const done = begun + REPORT_MILLISECONDS;
    const head = { JobType: found.granularity, JobCreationDate: new Date(begun) };
    if (now.getTime() < done) return { ...head, JobStatus: "IN_PROGRESS" };
    return {
      ...head,
      JobStatus: "COMPLETED",
      JobCompletionDate: new Date(done),
      ...services(found.role, found.granularity, context),
    };
  },
};

/** 36 characters, of which the last twelve are the time. */
function jobId({ id }: RoleState, granularity: string, begun: number): string {
  const digest = createHash("sha256").update(`${id} ${granularity}`).digest("hex");
  const parts = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 20)];
  return [...parts, begun.toString(16).padStart(12, "0")].join("-");
}

function roleByArn(awsAccount: AwsAccountState, arn: string): RoleState {
  const role = at(awsAccount.roles, arn.slice(arn.lastIndexOf("/") + 1).toLowerCase());
  if (role?.arn === arn) return role;
  if (/:(role|user|group|policy)\//.test(arn)) throw noSuchEntity(`ARN ${arn} is not valid.`);
  throw invalidInput(`Invalid ARN: ${arn}`);
}

function services(
  role: RoleState,
  granularity: string,
  { awsAccount, parameters }: OperationContext,
): Result {
  const { items, next } = pageOf(allowedServices(awsAccount, role), parameters);
  return {
    ServicesLastAccessed: items.map((service) => serviceResult(role, service, granularity)),
    IsTruncated: next !== undefined,
    Marker: next,
  };
}

/** The services that the role's policies allow something of, boundaries and denials not weighed. */
function allowedServices(awsAccount: AwsAccountState, role: RoleState): readonly string[] {
  const { identity } = permissionsOf(awsAccount, role);
  const allows = identity.filter(({ Effect }) => Effect === "Allow");
  const patterns = allows.flatMap(({ Action }) => stringsOf(Action));
  const named = patterns.map((pattern) => pattern.split(":")[0]?.toLowerCase() ?? "");
  const isEverything = allows.some(({ NotAction }) => NotAction !== undefined);
  const known = [...Object.keys(TRACKED_ACTIONS), ...named.filter((name) => !/[*?]/.test(name))];
  const allowed = known.filter(
    (service) => isEverything || named.some((name) => matchesWildcard(name, service)),
  );
  return [...new Set(allowed)].toSorted();
}

function serviceResult({ arn, used = {} }: RoleState, service: string, granularity: string): Result {
  const times = Object.entries(used).filter(([action]) => action.toLowerCase().startsWith(`${service}:`));
  const last = times
    .map(([, time]) => time)
    .toSorted()
    .at(-1);
  const tracked = granularity === "ACTION_LEVEL" ? at(TRACKED_ACTIONS, service) : undefined;
  return {
    ServiceName: service,
    ServiceNamespace: service,
    TotalAuthenticatedEntities: last === undefined ? 0 : 1,
    ...(last !== undefined && { LastAuthenticated: new Date(last), LastAuthenticatedEntity: arn }),
    ...(tracked !== undefined && {
      TrackedActionsLastAccessed: tracked.map((ActionName): Result => {
        const time = times.find(
          ([action]) => action.toLowerCase() === `${service}:${ActionName}`.toLowerCase(),
        )?.[1];
        return {
          ActionName,
          ...(time !== undefined && { LastAccessedTime: new Date(time), LastAccessedEntity: arn }),
        };
      }),
    }),
  };
}

/** What a world says that a role used, for the reports. */
export interface RecordedUse {
  readonly roleArn: string;
  /** As `s3:CreateBucket`. */
  readonly actions: readonly string[];
  /** RFC 3339; now by default. */
  readonly at?: string;
  /** When the role was made, as RFC 3339, if that is to be changed. */
  readonly created?: string;
}

/** Records it. @throws AwsError NoSuchEntity */
export function recordUse(awsAccount: AwsAccountState, use: RecordedUse, now: Date): void {
  const role = roleByArn(awsAccount, use.roleArn);
  const time = new Date(use.at ?? now).toISOString();
  const used = { ...role.used, ...Object.fromEntries(use.actions.map((action) => [action, time])) };
  const created = use.created === undefined ? role.created : new Date(use.created).toISOString();
  awsAccount.roles[role.name.toLowerCase()] = { ...role, used, created };
}
