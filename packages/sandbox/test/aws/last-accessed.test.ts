import {
  CreateRoleCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { PATIENCE } from "../../../../test/worlds/patience.ts";
import { AWS_ACCOUNT, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const ROLE_ARN = `arn:aws:iam::${AWS_ACCOUNT}:role/app`;
const T = "2026-11-19T08:00:00.000Z";

async function roleAllowing(...Action: readonly string[]) {
  const { iam } = aws();
  await iam.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: trustIn(AWS_ACCOUNT) }));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action, Resource: "*" },
  });
  await iam.send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "p", PolicyDocument }));
}

async function record(body: object): Promise<number> {
  const { emulation } = aws();
  const answer = await fetch(`${emulation.url}/_irsa/use`, {
    method: "PUT",
    headers: { authorization: `Bearer ${emulation.controlToken}` },
    body: JSON.stringify(body),
  });
  return answer.status;
}

async function report(Granularity: "ACTION_LEVEL" | "SERVICE_LEVEL", MaxItems?: number) {
  const { iam } = aws();
  const { JobId } = await iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn: ROLE_ARN, Granularity }),
  );
  const ask = (Marker?: string) =>
    iam.send(
      new GetServiceLastAccessedDetailsCommand({
        JobId,
        ...(MaxItems && { MaxItems }),
        ...(Marker && { Marker }),
      }),
    );
  const first = await ask();
  await expect.poll(async () => (await ask()).JobStatus, PATIENCE).toBe("COMPLETED");
  const pages = [await ask()];
  for (let last = pages[0]; last?.Marker !== undefined; last = pages.at(-1))
    pages.push(await ask(last.Marker));
  return { first, services: pages.flatMap(({ ServicesLastAccessed }) => ServicesLastAccessed ?? []), pages };
}

describe("the report of what a role used", () => {
  it("has the services that its policies allow, with what was recorded of them", async () => {
    await roleAllowing("s3:*", "sns:Publish", "SQS:SendMessage");
    expect(await record({ roleArn: ROLE_ARN, actions: ["s3:CreateBucket", "sns:Publish"], at: T })).toBe(200);
    const { first, services } = await report("ACTION_LEVEL");
    expect(first.JobStatus).toBe("IN_PROGRESS");
    expect(
      services.map(({ ServiceNamespace, LastAuthenticated }) => [ServiceNamespace, LastAuthenticated]),
    ).toEqual([
      ["s3", new Date(T)],
      ["sns", new Date(T)],
      ["sqs", undefined],
    ]);
    const tracked = services[0]?.TrackedActionsLastAccessed ?? [];
    expect(tracked.find(({ ActionName }) => ActionName === "CreateBucket")?.LastAccessedTime).toEqual(
      new Date(T),
    );
    expect(tracked.find(({ ActionName }) => ActionName === "DeleteBucket")?.LastAccessedTime).toBeUndefined();
    expect(tracked.some(({ ActionName }) => ActionName === "GetObject")).toBe(false);
    expect(services[1]?.TrackedActionsLastAccessed).toBeUndefined();
  });

  it("has no actions at service level, and comes in pages", async () => {
    await roleAllowing("*");
    const { services, pages } = await report("SERVICE_LEVEL", 2);
    expect(pages.length).toBeGreaterThan(1);
    expect(services.every(({ TrackedActionsLastAccessed }) => TrackedActionsLastAccessed === undefined)).toBe(
      true,
    );
  });

  it("is recorded of roles that exist alone", async () => {
    expect(await record({ roleArn: ROLE_ARN, actions: [] })).toBe(400);
  });
});
