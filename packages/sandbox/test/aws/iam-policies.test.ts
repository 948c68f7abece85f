import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { AWS_POLICIES_DATE } from "../../src/aws/iam/aws-policies.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { AWS_ACCOUNT, permissions, refusal, refusalOf, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const OWN = `arn:aws:iam::${AWS_ACCOUNT}:policy/team/own`;
const ROLE_ARN = `arn:aws:iam::${AWS_ACCOUNT}:role/app`;

async function createOwn(PolicyDocument = permissions()) {
  const input = { PolicyName: "own", Path: "/team/", Description: "ours", PolicyDocument };
  return aws().iam.send(new CreatePolicyCommand({ ...input, Tags: [{ Key: "a", Value: "1" }] }));
}

async function createRole(attached: readonly string[], PermissionsBoundary?: string) {
  const { iam } = aws();
  const role = { RoleName: "app", AssumeRolePolicyDocument: trustIn(AWS_ACCOUNT) };
  await iam.send(new CreateRoleCommand({ ...role, ...(PermissionsBoundary && { PermissionsBoundary }) }));
  for (const PolicyArn of attached)
    await iam.send(new AttachRolePolicyCommand({ RoleName: "app", PolicyArn }));
}

describe("the account", () => {
  it("tells all of its roles and policies together, or as filtered", async () => {
    const { iam } = aws();
    await createOwn();
    await createRole([OWN, AGENT], READ);
    const inline = { RoleName: "app", PolicyName: "inline", PolicyDocument: permissions() };
    await iam.send(new PutRolePolicyCommand(inline));
    const all = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
    expect(all.RoleDetailList).toMatchObject([
      {
        Arn: ROLE_ARN,
        AssumeRolePolicyDocument: encodeURIComponent(trustIn(AWS_ACCOUNT)),
        RolePolicyList: [{ PolicyName: "inline", PolicyDocument: encodeURIComponent(permissions()) }],
        AttachedManagedPolicies: [{ PolicyArn: OWN }, { PolicyArn: AGENT }],
        PermissionsBoundary: { PermissionsBoundaryArn: READ },
      },
    ]);
    expect(all.Policies?.map(({ Arn }) => Arn)).toEqual([OWN, AGENT]);
    expect(all.Policies?.[0]?.PolicyVersionList).toMatchObject([
      { Document: encodeURIComponent(permissions()) },
    ]);
    const roles = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ["Role"] }));
    expect([roles.RoleDetailList?.length, roles.Policies?.length ?? 0]).toEqual([1, 0]);
  });
});

describe("SimulatePrincipalPolicy", () => {
  const simulate = async (ActionNames: string[], ResourceArns: string[] = []) => {
    const input = { PolicySourceArn: ROLE_ARN, ActionNames, ResourceArns };
    const { EvaluationResults } = await aws().iam.send(new SimulatePrincipalPolicyCommand(input));
    return EvaluationResults?.map(({ EvalDecision }) => EvalDecision);
  };

  beforeEach(async () => {
    await createRole([READ]);
    const denied = { Effect: "Deny", Action: "s3:Get*", Resource: "arn:aws:s3:::secret/*" };
    const tagged = {
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: "*",
      Condition: { StringEquals: { "s3:RequestObjectTag/a": "b" } },
    };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [denied, tagged] });
    await aws().iam.send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "p", PolicyDocument }));
  });

  it("stays within the boundary, and does not know other principals", async () => {
    const { store, iam } = aws();
    store.write(AWS_ACCOUNT, ({ roles }) => Object.assign(roles["app"] ?? {}, { boundary: AGENT }));
    expect(await simulate(["s3:GetObject", "cloudwatch:PutMetricData"])).toEqual([
      "implicitDeny",
      "implicitDeny",
    ]);
    const other = { PolicySourceArn: `${ROLE_ARN}-none`, ActionNames: ["s3:GetObject"] };
    expect(await refusalOf(iam.send(new SimulatePrincipalPolicyCommand(other)))).toEqual(
      refusal("NoSuchEntityException", /was not found/),
    );
  });
});

describe("AWS's managed policies", () => {
  const attach = async (PolicyArn: string) => {
    await createRole([]);
    return aws().iam.send(new AttachRolePolicyCommand({ RoleName: "app", PolicyArn }));
  };

  it.each([
    "AmazonDynamoDBReadOnlyAccess",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "job-function/Billing",
  ])("%s is attached by its name", async (name) => {
    await attach(`arn:aws:iam::aws:policy/${name}`);
    expect(await aws().iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "app" }))).toMatchObject({
      AttachedPolicies: [{ PolicyName: name.slice(name.indexOf("/") + 1) }],
    });
  });

  it("has a list of a day, which an error names: IAM may have newer ones", async () => {
    expect(AWS_POLICIES_DATE).toMatch(/^\d{4}-\d\d-\d\d$/);
    const error = await refusalOf(attach("arn:aws:iam::aws:policy/AmazonTomorrowFullAccess"));
    expect(JSON.stringify(error)).toContain(
      `irsa sandbox: it is not in its list of AWS managed policies, which is of ${AWS_POLICIES_DATE}`,
    );
  });
});
