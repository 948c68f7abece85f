import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type GetServiceLastAccessedDetailsResponse,
  type IAMClient,
  type ServiceLastAccessed,
} from "@aws-sdk/client-iam";
import type { RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import type { ActionUse, LastAccessed, ServiceUse } from "../model/last-accessed.ts";
import { LIMITS } from "../model/limits.ts";
import { asFailure } from "./call.ts";
import { answered, gathered } from "./iam-wire.ts";

/** Begins the report of what a role used. Source: IAM API Reference, GenerateServiceLastAccessedDetails. */
export async function getUseReport(client: IAMClient, role: RoleArn): Promise<string> {
  try {
    const command = new GenerateServiceLastAccessedDetailsCommand({ Arn: role, Granularity: "ACTION_LEVEL" });
    return answered("the id of the report", (await client.send(command)).JobId);
  } catch (error) {
    throw asFailure("iam:GenerateServiceLastAccessedDetails", error);
  }
}

/** The report, if it is done. Source: IAM API Reference, GetServiceLastAccessedDetails. */
export async function getLastAccessed(
  client: IAMClient,
  reportId: string,
): Promise<LastAccessed | undefined> {
  try {
    const first = await page(client, reportId);
    if (first.JobStatus === "IN_PROGRESS") return undefined;
    if (first.JobStatus !== "COMPLETED") throw failed(first);
    // Without action-level data every action would be unknown.
    const isWhole = first.JobType === undefined || first.JobType === "ACTION_LEVEL";
    const services = await gathered(pages(client, reportId, first), (one) => one.ServicesLastAccessed);
    const asOf = answered("the time of the report", first.JobCompletionDate ?? first.JobCreationDate);
    return { asOf: asOf.toISOString(), services: services.map((one) => toService(one, isWhole)) };
  } catch (error) {
    throw asFailure("iam:GetServiceLastAccessedDetails", error);
  }
}

function page(
  client: IAMClient,
  JobId: string,
  Marker?: string,
): Promise<GetServiceLastAccessedDetailsResponse> {
  return client.send(
    new GetServiceLastAccessedDetailsCommand({ JobId, ...(Marker !== undefined && { Marker }) }),
  );
}

async function* pages(client: IAMClient, reportId: string, first: GetServiceLastAccessedDetailsResponse) {
  let current = first;
  for (let count = 0; count <= LIMITS.pages; count += 1) {
    yield current;
    if (current.IsTruncated !== true || current.Marker === undefined) return;
    current = await page(client, reportId, current.Marker);
  }
}

function failed({ Error: why }: GetServiceLastAccessedDetailsResponse): Failure {
  const { Code = "", Message = "" } = why ?? {};
  return new Failure("failed", "use-report-failed", "IAM could not report what the role used", {
    facts: [["IAM says", [Code, Message].filter((text) => text !== "").join(": ") || "nothing"]],
    advice: "Run the command again",
  });
}

function toService(found: ServiceLastAccessed, isWhole: boolean): ServiceUse {
  const { LastAuthenticated, TrackedActionsLastAccessed = [] } = found;
  return {
    service: answered("a service's namespace", found.ServiceNamespace).toLowerCase(),
    ...(LastAuthenticated !== undefined && { lastUsed: LastAuthenticated.toISOString() }),
    actions: isWhole
      ? TrackedActionsLastAccessed.map(({ ActionName, LastAccessedTime }): ActionUse => ({
          name: answered("an action's name", ActionName),
          ...(LastAccessedTime !== undefined && { lastUsed: LastAccessedTime.toISOString() }),
        }))
      : [],
  };
}
