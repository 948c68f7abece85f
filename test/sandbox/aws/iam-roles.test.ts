import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  type CreateRoleCommandInput,
} from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { ACCOUNT, refusal, refusalOf, permissions, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

async function create(input: Partial<CreateRoleCommandInput> = {}) {
  const defaults = { RoleName: "app", AssumeRolePolicyDocument: trustIn(ACCOUNT) };
  return aws().iam.send(new CreateRoleCommand({ ...defaults, ...input }));
}

async function get(RoleName = "app") {
  return (await aws().iam.send(new GetRoleCommand({ RoleName }))).Role;
}

describe("a role", () => {
  it("is shown as it was made, its trust percent-encoded", async () => {
    const { Role } = await create({
      Path: "/irsa/",
      Description: "for the agent",
      MaxSessionDuration: 7200,
      PermissionsBoundary: READ,
      Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
    });
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:role/irsa/app`,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}$/) as string,
      Path: "/irsa/",
      Description: "for the agent",
      MaxSessionDuration: 7200,
      PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: READ },
      Tags: [{ Key: "irsa/managed-by", Value: "irsa" }],
      AssumeRolePolicyDocument: encodeURIComponent(trustIn(ACCOUNT)),
    });
    expect(await get()).toEqual(Role);
  });

  it("is unique without regard to case", async () => {
    await create({ RoleName: "App" });
    expect(await refusalOf(create())).toEqual(
      refusal("EntityAlreadyExistsException", "Role with name app already exists."),
    );
    expect((await get("APP"))?.RoleName).toBe("App");
  });

  it.each(["none", "constructor", "__proto__"])("named %s is not there", async (name) => {
    expect(await refusalOf(get(name))).toEqual(
      refusal("NoSuchEntityException", `The role with name ${name} cannot be found.`),
    );
  });

  it("changes part by part", async () => {
    const { iam } = aws();
    const role = { RoleName: "app" };
    await create({ Tags: [{ Key: "a", Value: "1" }] });
    const trust = trustIn(ACCOUNT, { Sid: "another" });
    await iam.send(new UpdateAssumeRolePolicyCommand({ ...role, PolicyDocument: trust }));
    await iam.send(new UpdateRoleCommand({ ...role, MaxSessionDuration: 43_200 }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ ...role, PermissionsBoundary: AGENT }));
    await iam.send(
      new TagRoleCommand({
        ...role,
        Tags: [
          { Key: "A", Value: "2" },
          { Key: "b", Value: "" },
        ],
      }),
    );
    expect(await get()).toMatchObject({
      AssumeRolePolicyDocument: encodeURIComponent(trust),
      MaxSessionDuration: 43_200,
      PermissionsBoundary: { PermissionsBoundaryArn: AGENT },
      Tags: [
        { Key: "A", Value: "2" },
        { Key: "b", Value: "" },
      ],
    });
    await iam.send(new DeleteRolePermissionsBoundaryCommand(role));
    await iam.send(new UntagRoleCommand({ ...role, TagKeys: ["a"] }));
    expect((await get())?.PermissionsBoundary).toBeUndefined();
    expect((await iam.send(new ListRoleTagsCommand(role))).Tags).toEqual([{ Key: "b", Value: "" }]);
  });

  it("falls back to an hour's session when UpdateRole does not name another", async () => {
    await create({ MaxSessionDuration: 7200 });
    await aws().iam.send(new UpdateRoleCommand({ RoleName: "app", Description: "new" }));
    expect(await get()).toMatchObject({ Description: "new", MaxSessionDuration: 3600 });
  });

  it.each<[string, Partial<CreateRoleCommandInput>, string, string | RegExp]>([
    [
      "a long name",
      { RoleName: "x".repeat(65) },
      "ValidationError",
      /'roleName' .* length less than or equal to 64$/,
    ],
    [
      "a bad name",
      { RoleName: "a b" },
      "ValidationError",
      /Value 'a b' at 'roleName' .* pattern: \[\\w\+=,\.@-\]\+$/,
    ],
    ["a bad path", { Path: "irsa" }, "ValidationError", /at 'path' failed to satisfy constraint/],
    [
      "a short session",
      { MaxSessionDuration: 900 },
      "ValidationError",
      /'maxSessionDuration' .* greater than or equal to 3600$/,
    ],
    ["a long session", { MaxSessionDuration: 43_201 }, "ValidationError", /less than or equal to 43200$/],
    [
      "a missing boundary",
      { PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/none` },
      "NoSuchEntityException",
      /^Scope ARN: .* does not exist or is not attachable\.$/,
    ],
    [
      "doubled tags",
      {
        Tags: [
          { Key: "a", Value: "" },
          { Key: "A", Value: "" },
        ],
      },
      "InvalidInputException",
      /^Duplicate tag keys found/,
    ],
    ["reserved tags", { Tags: [{ Key: "aws:x", Value: "" }] }, "InvalidInputException", /^System tags/],
    [
      "long tag values",
      { Tags: [{ Key: "a", Value: "x".repeat(257) }] },
      "ValidationError",
      /tags\.1\.member\.value/,
    ],
    [
      "51 tags",
      { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" })) },
      "LimitExceededException",
      "The number of tags has reached the maximum limit.",
    ],
  ])("is not made with %s", async (_what, input, name, message) => {
    expect(await refusalOf(create(input))).toEqual(refusal(name, message));
    expect((await aws().iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  });

  it("is listed in pages and by path, without tags and boundary", async () => {
    await create({
      RoleName: "b",
      Path: "/irsa/",
      Tags: [{ Key: "a", Value: "" }],
      PermissionsBoundary: READ,
    });
    await create({ RoleName: "a" });
    const { iam } = aws();
    const first = await iam.send(new ListRolesCommand({ MaxItems: 1 }));
    expect([first.IsTruncated, first.Roles?.map(({ RoleName }) => RoleName)]).toEqual([true, ["a"]]);
    const second = await iam.send(new ListRolesCommand({ MaxItems: 1, Marker: first.Marker }));
    expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: "b" }] });
    expect(second.Roles?.[0]).not.toHaveProperty("Tags");
    expect(second.Roles?.[0]).not.toHaveProperty("PermissionsBoundary");
    const below = await iam.send(new ListRolesCommand({ PathPrefix: "/irsa/" }));
    expect(below.Roles?.map(({ RoleName }) => RoleName)).toEqual(["b"]);
    expect(await refusalOf(iam.send(new ListRolesCommand({ Marker: "x" })))).toEqual(
      refusal("ValidationError", "Invalid Marker."),
    );
  });

  it("is deleted only when nothing hangs on it", async () => {
    const { iam } = aws();
    const role = { RoleName: "app" };
    const remove = () => iam.send(new DeleteRoleCommand(role));
    const profile = { InstanceProfileName: "node" };
    await create();
    await iam.send(new CreateInstanceProfileCommand(profile));
    await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, ...role }));
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: AGENT }));
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument: permissions() }));

    expect(await refusalOf(remove())).toEqual(
      refusal("DeleteConflictException", /must remove roles from instance profile first\.$/),
    );
    const profiles = await iam.send(new ListInstanceProfilesForRoleCommand(role));
    expect(profiles.InstanceProfiles).toMatchObject([
      { InstanceProfileName: "node", Roles: [{ RoleName: "app" }] },
    ]);
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, ...role }));
    expect(await refusalOf(remove())).toEqual(
      refusal("DeleteConflictException", /must detach all policies first\.$/),
    );
    await iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: AGENT }));
    expect(await refusalOf(remove())).toEqual(
      refusal("DeleteConflictException", /must delete policies first\.$/),
    );
    await iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName: "p" }));
    await remove();
    await iam.send(new DeleteInstanceProfileCommand(profile));
    expect(await refusalOf(remove())).toEqual(
      refusal("NoSuchEntityException", "The role with name app cannot be found."),
    );
  });
});

describe("a trust policy", () => {
  const other = trustIn(ACCOUNT, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/none` } });
  const federated = (id: string) => trustIn(ACCOUNT, { Principal: { Federated: id } });
  const notFederated = "Federated principals must be valid domain names or SAML metadata ARNs";

  it.each([
    ["no JSON", "{", "This policy contains invalid Json"],
    ["no object", "[]", "Syntax errors in policy."],
    ["an unknown version", '{"Version":"2024-01-01","Statement":[]}', "Syntax errors in policy."],
    ["no statement", '{"Version":"2012-10-17"}', "Syntax errors in policy."],
    ["an unknown element", trustIn(ACCOUNT, { Principals: {} }), "Syntax errors in policy."],
    ["a Resource", trustIn(ACCOUNT, { Resource: "*" }), "Has prohibited field Resource"],
    ["no principal", trustIn(ACCOUNT, { Principal: undefined }), "Missing required field Principal"],
    ["no action", trustIn(ACCOUNT, { Action: undefined }), "Missing required field Action"],
    ["no effect", trustIn(ACCOUNT, { Effect: undefined }), "Missing required field Effect"],
    [
      "another service's action",
      trustIn(ACCOUNT, { Action: "s3:GetObject" }),
      "AssumeRole policy may only specify STS AssumeRole actions.",
    ],
    [
      "a wrong operator",
      trustIn(ACCOUNT, { Condition: { StringEqualz: { a: "b" } } }),
      "Invalid Condition type : StringEqualz.",
    ],
    [
      "a role that is not there",
      other,
      `Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT}:role/none"`,
    ],
    ["a provider with a scheme", federated(`arn:aws:iam::${ACCOUNT}:oidc-provider`), notFederated],
    ["a placeholder account", federated("arn:aws:iam::ACCOUNT:oidc-provider/issuer.example"), notFederated],
    [
      "another partition's provider",
      federated(`arn:aws-cn:iam::${ACCOUNT}:oidc-provider/issuer.example`),
      notFederated,
    ],
  ])("with %s is malformed", async (_what, document, message) => {
    expect(await refusalOf(create({ AssumeRolePolicyDocument: document }))).toEqual(
      refusal("MalformedPolicyDocumentException", message),
    );
  });

  it.each([
    [
      "one statement that is no list",
      JSON.stringify({ Statement: (JSON.parse(trustIn(ACCOUNT)) as { Statement: [unknown] }).Statement[0] }),
    ],
    [
      "a provider that is not there",
      federated("arn:aws:iam::999999999999:oidc-provider/issuer.example/id/2"),
    ],
    ["a domain", federated("accounts.google.com")],
    ["everyone", trustIn(ACCOUNT, { Principal: "*" })],
    [
      "another account and a service",
      trustIn(ACCOUNT, { Principal: { AWS: ["*", "999999999999"], Service: "ec2.amazonaws.com" } }),
    ],
    [
      "conditions of every kind",
      trustIn(ACCOUNT, {
        Condition: { "ForAnyValue:StringLikeIfExists": { a: ["b"] }, Null: { c: "true" } },
      }),
    ],
  ])("with %s is taken", async (_what, document) => {
    await create({ AssumeRolePolicyDocument: document });
    expect((await get())?.AssumeRolePolicyDocument).toBe(encodeURIComponent(document));
  });

  it("has at most 2048 characters, white space not counted", async () => {
    const filled = (length: number) => trustIn(ACCOUNT, { Sid: "x".repeat(length) });
    const room = 2048 - filled(0).length;
    await create({ AssumeRolePolicyDocument: filled(room).replaceAll(",", ",\n    ") });
    expect(
      await refusalOf(
        aws().iam.send(
          new UpdateAssumeRolePolicyCommand({ RoleName: "app", PolicyDocument: filled(room + 1) }),
        ),
      ),
    ).toEqual(refusal("LimitExceededException", "Cannot exceed quota for ACLSizePerRole: 2048"));
    expect(decodeURIComponent((await get())?.AssumeRolePolicyDocument ?? "")).toContain("\n");
  });
});

describe("a role's policies", () => {
  const role = { RoleName: "app" };

  it("are attached once, up to ten", async () => {
    const { iam } = aws();
    await create();
    const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn }));
    const names = [
      "CloudWatchAgentServerPolicy",
      "AmazonS3ReadOnlyAccess",
      "AmazonSQSFullAccess",
      "AmazonEKS_CNI_Policy",
      "AmazonEKSWorkerNodePolicy",
      "AmazonSSMReadOnlyAccess",
      "AmazonEC2ReadOnlyAccess",
      "AmazonKinesisFullAccess",
      "service-role/AmazonEBSCSIDriverPolicy",
      "service-role/AmazonEFSCSIDriverPolicy",
    ];
    for (const name of names) await attach(`arn:aws:iam::aws:policy/${name}`);
    await attach(AGENT);
    expect(await refusalOf(attach("arn:aws:iam::aws:policy/AdministratorAccess"))).toEqual(
      refusal("LimitExceededException", "Cannot exceed quota for PoliciesPerRole: 10"),
    );
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand(role));
    expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual(
      names.map((name) => `arn:aws:iam::aws:policy/${name}`),
    );
    expect(AttachedPolicies?.at(-1)?.PolicyName).toBe("AmazonEFSCSIDriverPolicy");
  });

  it.each([
    [
      "arn:aws:iam::aws:policy/None",
      "NoSuchEntityException",
      /^Policy .* does not exist or is not attachable\.$/,
    ],
    [`arn:aws-cn:iam::aws:policy/AdministratorAccess`, "NoSuchEntityException", /does not exist/],
    ["AdministratorAccess-by-name", "InvalidInputException", "ARN AdministratorAccess-by-name is not valid."],
  ])("can't be %s", async (PolicyArn, name, message) => {
    await create();
    expect(await refusalOf(aws().iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn })))).toEqual(
      refusal(name, message),
    );
  });

  it("can't be detached when not attached", async () => {
    await create();
    const detach = aws().iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: AGENT }));
    expect(await refusalOf(detach)).toEqual(
      refusal("NoSuchEntityException", `Policy ${AGENT} was not found.`),
    );
  });

  it("stand inline, up to 10240 characters together", async () => {
    const { iam } = aws();
    await create();
    const put = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument }));
    await put("one", permissions());
    await put("two", permissions({ Sid: "x".repeat(9000) }));
    expect(await refusalOf(put("three", permissions({ Sid: "x".repeat(2000) })))).toEqual(
      refusal("LimitExceededException", "Maximum policy size of 10240 bytes exceeded for role app"),
    );
    expect((await iam.send(new ListRolePoliciesCommand(role))).PolicyNames).toEqual(["one", "two"]);
    expect(await iam.send(new GetRolePolicyCommand({ ...role, PolicyName: "one" }))).toMatchObject({
      PolicyDocument: encodeURIComponent(permissions()),
    });
    expect(await refusalOf(iam.send(new GetRolePolicyCommand({ ...role, PolicyName: "three" })))).toEqual(
      refusal("NoSuchEntityException", "The role policy with name three cannot be found."),
    );
  });

  it.each([
    ["a principal", permissions({ Principal: "*" }), "Policy document should not specify a principal."],
    ["no action", permissions({ Action: undefined }), "Policy statement must contain actions."],
    ["no resource", permissions({ Resource: undefined }), "Policy statement must contain resources."],
    ["an action without service", permissions({ Action: "GetObject" }), /must be prefaced by a vendor/],
    ["a bucket's name", permissions({ Resource: "bucket" }), 'Resource bucket must be in ARN format or "*".'],
    ["no JSON", "yaml: true", "This policy contains invalid Json"],
  ])("with %s are malformed", async (_what, PolicyDocument, message) => {
    await create();
    const put = aws().iam.send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument }));
    expect(await refusalOf(put)).toEqual(refusal("MalformedPolicyDocumentException", message));
  });
});
