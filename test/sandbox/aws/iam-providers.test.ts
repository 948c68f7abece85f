import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  type CreateOpenIDConnectProviderCommandInput,
} from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { ACCOUNT, refusal, refusalOf, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/issuer.example/id/1`;
const PROVIDER = { OpenIDConnectProviderArn: ARN };

async function create(input: Partial<CreateOpenIDConnectProviderCommandInput> = {}) {
  const defaults = { Url: "https://issuer.example/id/1", ClientIDList: ["sts.amazonaws.com"] };
  return aws().iam.send(new CreateOpenIDConnectProviderCommand({ ...defaults, ...input }));
}

async function get() {
  return aws().iam.send(new GetOpenIDConnectProviderCommand(PROVIDER));
}

describe("a provider", () => {
  it("is shown without scheme, with a thumbprint that IAM found", async () => {
    const Tags = [{ Key: "irsa/managed-by", Value: "irsa" }];
    expect(await create({ Tags })).toMatchObject({ OpenIDConnectProviderArn: ARN, Tags });
    expect(await get()).toMatchObject({
      Url: "issuer.example/id/1",
      ClientIDList: ["sts.amazonaws.com"],
      ThumbprintList: [expect.stringMatching(/^[0-9a-f]{40}$/) as string],
      CreateDate: expect.any(Date) as Date,
      Tags,
    });
    const { OpenIDConnectProviderList } = await aws().iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).toEqual([{ Arn: ARN }]);
  });

  it("loses the default port", async () => {
    expect((await create({ Url: "https://issuer.example:443/id/1" })).OpenIDConnectProviderArn).toBe(ARN);
  });

  it("is there once", async () => {
    await create();
    const message = "Provider with url https://issuer.example/id/1 already exists.";
    expect(await refusalOf(create())).toEqual(refusal("EntityAlreadyExistsException", message));
  });

  it("changes audiences, thumbprints and tags", async () => {
    const { iam } = aws();
    const thumbprint = "0".repeat(40);
    await create();
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...PROVIDER, ClientID: "b" }));
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...PROVIDER, ClientID: "b" }));
    await iam.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({ ...PROVIDER, ClientID: "sts.amazonaws.com" }),
    );
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...PROVIDER, ClientID: "none" }));
    await iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({ ...PROVIDER, ThumbprintList: [thumbprint] }),
    );
    await iam.send(
      new TagOpenIDConnectProviderCommand({
        ...PROVIDER,
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      }),
    );
    await iam.send(new UntagOpenIDConnectProviderCommand({ ...PROVIDER, TagKeys: ["a"] }));
    expect(await get()).toMatchObject({
      ClientIDList: ["b"],
      ThumbprintList: [thumbprint],
      Tags: [{ Key: "b", Value: "2" }],
    });
    expect((await iam.send(new ListOpenIDConnectProviderTagsCommand(PROVIDER))).Tags).toEqual([
      { Key: "b", Value: "2" },
    ]);
  });

  it("is deleted, also when it is not there", async () => {
    const { iam } = aws();
    await create();
    await iam.send(new DeleteOpenIDConnectProviderCommand(PROVIDER));
    await iam.send(new DeleteOpenIDConnectProviderCommand(PROVIDER));
    const message = `OpenIDConnect Provider not found for arn ${ARN}`;
    expect(await refusalOf(get())).toEqual(refusal("NoSuchEntityException", message));
    expect(
      await refusalOf(
        iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...PROVIDER, ClientID: "b" })),
      ),
    ).toEqual(refusal("NoSuchEntityException", message));
  });

  it.each<[string, Partial<CreateOpenIDConnectProviderCommandInput>, string, string | RegExp]>([
    ["http", { Url: "http://issuer.example" }, "ValidationError", "Invalid Open ID Connect Provider URL"],
    [
      "another port",
      { Url: "https://issuer.example:8443/id" },
      "ValidationError",
      "Invalid Open ID Connect Provider URL",
    ],
    [
      "a query",
      { Url: "https://issuer.example/?x" },
      "ValidationError",
      "Invalid Open ID Connect Provider URL",
    ],
    [
      "a long URL",
      { Url: `https://${"x".repeat(250)}` },
      "ValidationError",
      /'url' .* less than or equal to 255/,
    ],
    [
      "a short thumbprint",
      { ThumbprintList: ["00"] },
      "ValidationError",
      /'thumbprintList' .* greater than or equal to 40/,
    ],
    [
      "six thumbprints",
      { ThumbprintList: Array.from({ length: 6 }, () => "0".repeat(40)) },
      "InvalidInputException",
      /Thumbprint list/,
    ],
    [
      "101 audiences",
      { ClientIDList: Array.from({ length: 101 }, (_, i) => `a${i}`) },
      "LimitExceededException",
      "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
    ],
  ])("is not made with %s", async (_what, input, name, message) => {
    expect(await refusalOf(create(input))).toEqual(refusal(name, message));
  });

  it("is one of at most a hundred", async () => {
    const { store } = aws();
    store.write(ACCOUNT, ({ providers }) => {
      for (let i = 0; i < 100; i += 1) {
        const url = `issuer.example/id/other-${i}`;
        const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${url}`;
        providers[arn] = {
          arn,
          url,
          clientIds: [],
          thumbprints: [],
          tags: {},
          created: "2026-01-01T00:00:00Z",
        };
      }
    });
    expect(await refusalOf(create())).toEqual(
      refusal("LimitExceededException", "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100"),
    );
  });

  it("has the partition of its account", async () => {
    const { store, clientsOf } = aws();
    const account = "444455556666";
    store.write(account, (draft) => Object.assign(draft, { partition: "aws-cn" }));
    const principal = { arn: `arn:aws-cn:iam::${account}:user/ci`, account, userId: "AIDA" };
    const key = { accessKeyId: "AKIACHINA", secretAccessKey: "secret", principal };
    store.add(key);
    const { iam } = clientsOf(key, "cn-north-1");
    const created = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://issuer.example" }));
    expect(created.OpenIDConnectProviderArn).toBe(`arn:aws-cn:iam::${account}:oidc-provider/issuer.example`);
  });
});
