import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, permissions, refusal, refusalOf, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const OWN = `arn:aws:iam::${ACCOUNT}:policy/team/own`;
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/app`;

async function createOwn(PolicyDocument = permissions()) {
  const input = { PolicyName: "own", Path: "/team/", Description: "ours", PolicyDocument };
  return aws().iam.send(new CreatePolicyCommand({ ...input, Tags: [{ Key: "a", Value: "1" }] }));
}

async function createRole(attached: readonly string[], PermissionsBoundary?: string) {
  const { iam } = aws();
  const role = { RoleName: "app", AssumeRolePolicyDocument: trustIn(ACCOUNT) };
  await iam.send(new CreateRoleCommand({ ...role, ...(PermissionsBoundary && { PermissionsBoundary }) }));
  for (const PolicyArn of attached)
    await iam.send(new AttachRolePolicyCommand({ RoleName: "app", PolicyArn }));
}

describe("a managed policy", () => {
  it("of AWS's has its default version and document", async () => {
    const { iam } = aws();
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: AGENT }));
    expect(Policy).toMatchObject({ Arn: AGENT, DefaultVersionId: "v3", Path: "/", AttachmentCount: 0 });
    const wanted = { PolicyArn: AGENT, VersionId: "v3" };
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand(wanted));
    const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")) as {
      Statement: unknown[];
    };
    expect(document.Statement).toHaveLength(2);
    const old = iam.send(new GetPolicyVersionCommand({ ...wanted, VersionId: "v1" }));
    expect(await refusalOf(old)).toEqual(refusal("NoSuchEntityException", /version v1 does not exist/));
  });

  it("of the account's own is made, shown, listed and deleted", async () => {
    const { iam } = aws();
    expect((await createOwn()).Policy?.Arn).toBe(OWN);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: OWN }))).Policy).toMatchObject({
      PolicyId: expect.stringMatching(/^ANPA/) as string,
      Description: "ours",
      Tags: [{ Key: "a", Value: "1" }],
    });
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: OWN }));
    expect(Versions).toMatchObject([{ VersionId: "v1", IsDefaultVersion: true }]);
    const local = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
    expect(local.Policies?.map(({ Arn }) => Arn)).toEqual([OWN]);
    await iam.send(new DeletePolicyCommand({ PolicyArn: OWN }));
    expect(await refusalOf(iam.send(new GetPolicyCommand({ PolicyArn: OWN })))).toEqual(
      refusal("NoSuchEntityException", `Policy ${OWN} was not found.`),
    );
  });

  it("is not made twice, too long or malformed", async () => {
    await createOwn();
    expect(await refusalOf(createOwn())).toEqual(
      refusal("EntityAlreadyExistsException", /^A policy called own already exists/),
    );
    expect(await refusalOf(createOwn("{"))).toEqual(
      refusal("MalformedPolicyDocumentException", "This policy contains invalid Json"),
    );
    const long = { PolicyName: "long", PolicyDocument: permissions({ Sid: "x".repeat(6144) }) };
    expect(await refusalOf(aws().iam.send(new CreatePolicyCommand(long)))).toEqual(
      refusal("LimitExceededException", "Cannot exceed quota for PolicySize: 6144"),
    );
  });

  it("is kept while it is attached", async () => {
    const { iam } = aws();
    await createOwn();
    await createRole([OWN]);
    const { PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: OWN }));
    expect(PolicyRoles).toMatchObject([{ RoleName: "app" }]);
    expect((await iam.send(new ListPoliciesCommand({ OnlyAttached: true }))).Policies).toMatchObject([
      { Arn: OWN, AttachmentCount: 1 },
    ]);
    expect(await refusalOf(iam.send(new DeletePolicyCommand({ PolicyArn: OWN })))).toEqual(
      refusal("DeleteConflictException", "Cannot delete a policy attached to entities."),
    );
  });
});

describe("the account", () => {
  it("sums up what it has and may have", async () => {
    await createRole([]);
    const { SummaryMap } = await aws().iam.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toMatchObject({
      Roles: 1,
      RolesQuota: 1000,
      AttachedPoliciesPerRoleQuota: 10,
      AssumeRolePolicySizeQuota: 2048,
    });
  });

  it("tells all of its roles and policies at once, or as filtered", async () => {
    const { iam } = aws();
    await createOwn();
    await createRole([OWN, AGENT], READ);
    const inline = { RoleName: "app", PolicyName: "inline", PolicyDocument: permissions() };
    await iam.send(new PutRolePolicyCommand(inline));
    const all = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
    expect(all.RoleDetailList).toMatchObject([
      {
        Arn: ROLE_ARN,
        AssumeRolePolicyDocument: encodeURIComponent(trustIn(ACCOUNT)),
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

  it("weighs attached and inline policies", async () => {
    const objects = ["arn:aws:s3:::open/a", "arn:aws:s3:::secret/a"];
    expect(await simulate(["s3:GetObject"], objects)).toEqual(["allowed", "explicitDeny"]);
    expect(await simulate(["S3:LISTBUCKET", "s3:DeleteObject"])).toEqual(["allowed", "implicitDeny"]);
  });

  it("tells which condition keys it lacks", async () => {
    const input = { PolicySourceArn: ROLE_ARN, ActionNames: ["s3:PutObject"] };
    const { EvaluationResults } = await aws().iam.send(new SimulatePrincipalPolicyCommand(input));
    expect(EvaluationResults).toMatchObject([
      { EvalDecision: "implicitDeny", MissingContextValues: ["s3:RequestObjectTag/a"] },
    ]);
  });

  it("stays within the boundary, and does not know other principals", async () => {
    const { store, iam } = aws();
    store.write(ACCOUNT, ({ roles }) => Object.assign(roles["app"] ?? {}, { boundary: AGENT }));
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
