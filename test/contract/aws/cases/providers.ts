import { expect } from "vitest";
import {
  createProvider,
  exceeded,
  invalid,
  motoLacks,
  motoSays,
  motoTakes,
  noSuchEntity,
  refused,
  type Case,
  type Step,
} from "../case.ts";

const api = (operation: string) => `IAM API Reference, ${operation}`;
const get: Step = {
  call: "iam:GetOpenIDConnectProvider",
  input: { OpenIDConnectProviderArn: "{provider}" },
};
const on = (operation: string, input: object): Step => ({
  call: `iam:${operation}`,
  input: { OpenIDConnectProviderArn: "{provider}", ...input },
});
const THUMBPRINT = "0123456789abcdef0123456789abcdef01234567";
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `audience-${index}`);
const badUrl = invalid("Invalid Open ID Connect Provider URL");

/** OpenID Connect providers. */
export const PROVIDER_CASES: readonly Case[] = [
  {
    name: "a provider is identified by its issuer's host and path",
    source: api("CreateOpenIDConnectProvider"),
    steps: [
      createProvider(
        { ThumbprintList: [THUMBPRINT], Tags: [{ Key: "a", Value: "1" }] },
        {
          answer: { OpenIDConnectProviderArn: "{provider}", Tags: [{ Key: "a", Value: "1" }] },
          ...motoSays(
            { answer: { OpenIDConnectProviderArn: "{provider}" } },
            "does not return the tags of a new provider",
          ),
        },
      ),
      {
        ...get,
        answer: {
          Url: "oidc.eks.eu-west-1.amazonaws.com/id/CONTRACT",
          ClientIDList: ["sts.amazonaws.com"],
          ThumbprintList: [THUMBPRINT],
          CreateDate: expect.any(Date),
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      {
        call: "iam:ListOpenIDConnectProviders",
        answer: { OpenIDConnectProviderList: [{ Arn: "{provider}" }] },
      },
    ],
  },
  {
    name: "if no thumbprint is given, IAM retrieves one",
    source: api("CreateOpenIDConnectProvider"),
    steps: [
      createProvider(),
      {
        ...get,
        answer: { ThumbprintList: [expect.stringMatching(/^[\da-f]{40}$/)] },
        ...motoSays({ answer: { ThumbprintList: [] } }, "does not retrieve a thumbprint"),
      },
    ],
  },
  {
    name: "a provider can exist only once",
    source: api("CreateOpenIDConnectProvider"),
    steps: [
      createProvider(),
      createProvider(
        { ClientIDList: ["other"] },
        {
          ...refused(409, "EntityAlreadyExistsException", "Provider with url {issuer} already exists."),
          ...motoSays(refused(409, "EntityAlreadyExistsException", "Unknown"), "does not report what exists"),
        },
      ),
    ],
  },
  {
    name: "the default port is omitted",
    source: api("CreateOpenIDConnectProvider"),
    steps: [
      createProvider(
        { Url: "https://issuer.example:443/id/1" },
        {
          answer: {
            OpenIDConnectProviderArn: "arn:aws:iam::{account}:oidc-provider/issuer.example/id/1",
          },
          ...motoSays(
            {
              answer: {
                OpenIDConnectProviderArn: "arn:aws:iam::{account}:oidc-provider/issuer.example:443/id/1",
              },
            },
            "keeps the port in the ARN",
          ),
        },
      ),
    ],
  },
  ...(
    [
      ["another scheme than https", "http://issuer.example"],
      ["another port", "https://issuer.example:8443/id"],
      ["a query", "https://issuer.example/id?x=1"],
    ] as const
  ).map(([what, Url]): Case => ({
    name: `a provider's URL with ${what} is refused`,
    source: api("CreateOpenIDConnectProvider"),
    steps: [createProvider({ Url }, { ...badUrl, ...motoTakes("accepts any URL") })],
  })),
  {
    name: "a provider's URL has at most 255 characters",
    source: api("CreateOpenIDConnectProvider"),
    steps: [
      createProvider(
        { Url: `https://issuer.example/${"x".repeat(250)}` },
        invalid(
          expect.stringMatching(
            /at ['"]url['"] failed to satisfy constraint: Member must have length less than or equal to 255/,
          ),
        ),
      ),
    ],
  },
  {
    name: "a thumbprint has forty characters, and there are five at most",
    source: api("CreateOpenIDConnectProvider"),
    steps: [
      createProvider(
        { ThumbprintList: ["00"] },
        {
          ...invalid(expect.stringContaining("'thumbprintList' failed to satisfy constraint")),
          ...motoTakes("does not check the length of thumbprints"),
        },
      ),
      createProvider(
        { ThumbprintList: Array.from({ length: 6 }, () => THUMBPRINT) },
        refused(400, "InvalidInputException", "Thumbprint list must contain fewer than 5 entries."),
      ),
    ],
  },
  {
    name: "thumbprints are replaced as a whole",
    source: api("UpdateOpenIDConnectProviderThumbprint"),
    steps: [
      createProvider(),
      on("UpdateOpenIDConnectProviderThumbprint", { ThumbprintList: [THUMBPRINT] }),
      { ...get, answer: { ThumbprintList: [THUMBPRINT] } },
    ],
  },
  {
    name: "audiences can be added and removed, even if they already exist or are already gone",
    source: `${api("AddClientIDToOpenIDConnectProvider")}, RemoveClientIDFromOpenIDConnectProvider`,
    steps: [
      createProvider(),
      ...motoLacks("AddClientIDToOpenIDConnectProvider and RemoveClientIDFromOpenIDConnectProvider", [
        on("AddClientIDToOpenIDConnectProvider", { ClientID: "b" }),
        on("AddClientIDToOpenIDConnectProvider", { ClientID: "b" }),
        on("RemoveClientIDFromOpenIDConnectProvider", { ClientID: "sts.amazonaws.com" }),
        on("RemoveClientIDFromOpenIDConnectProvider", { ClientID: "none" }),
        {
          ...on("AddClientIDToOpenIDConnectProvider", {
            OpenIDConnectProviderArn: "{provider}X",
            ClientID: "b",
          }),
          ...noSuchEntity("OpenIDConnect Provider not found for arn {provider}X"),
        },
      ]),
      {
        ...get,
        answer: { ClientIDList: ["b"] },
        ...motoSays(
          { answer: { ClientIDList: ["sts.amazonaws.com"] } },
          "does not have AddClientIDToOpenIDConnectProvider and RemoveClientIDFromOpenIDConnectProvider",
        ),
      },
    ],
  },
  {
    name: "a provider has at most a hundred audiences",
    source: "IAM User Guide, IAM and AWS STS quotas",
    steps: [
      createProvider(
        { ClientIDList: numbered(101) },
        exceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"),
      ),
      createProvider({ ClientIDList: numbered(100) }),
      ...motoLacks("AddClientIDToOpenIDConnectProvider and RemoveClientIDFromOpenIDConnectProvider", [
        {
          ...on("AddClientIDToOpenIDConnectProvider", { ClientID: "one more" }),
          ...exceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"),
        },
      ]),
    ],
  },
  {
    name: "an account has at most a hundred providers",
    source: "IAM User Guide, IAM and AWS STS quotas",
    steps: [
      ...numbered(100).map((name) => createProvider({ Url: `https://${name}.example` })),
      createProvider(
        {},
        {
          ...exceeded("Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100"),
          ...motoTakes("has no quota of providers"),
        },
      ),
    ],
  },
  {
    name: "a provider's tags are added to, replaced and taken away",
    source: `${api("TagOpenIDConnectProvider")}, UntagOpenIDConnectProvider, ListOpenIDConnectProviderTags`,
    steps: [
      createProvider({ Tags: [{ Key: "a", Value: "1" }] }),
      on("TagOpenIDConnectProvider", {
        Tags: [
          { Key: "a", Value: "2" },
          { Key: "b", Value: "" },
        ],
      }),
      {
        ...on("ListOpenIDConnectProviderTags", {}),
        answer: {
          Tags: [
            { Key: "a", Value: "2" },
            { Key: "b", Value: "" },
          ],
        },
      },
      on("UntagOpenIDConnectProvider", { TagKeys: ["a", "none"] }),
      { ...get, answer: { Tags: [{ Key: "b", Value: "" }] } },
    ],
  },
  {
    name: "a provider that does not exist is not found, yet deleting it is not an error",
    source: api("DeleteOpenIDConnectProvider"),
    steps: [
      createProvider(),
      on("DeleteOpenIDConnectProvider", {}),
      on("DeleteOpenIDConnectProvider", {}),
      { ...get, ...noSuchEntity("OpenIDConnect Provider not found for arn {provider}") },
      {
        ...on("TagOpenIDConnectProvider", { Tags: [{ Key: "a", Value: "1" }] }),
        ...noSuchEntity("OpenIDConnect Provider not found for arn {provider}"),
      },
      { call: "iam:ListOpenIDConnectProviders", answer: { OpenIDConnectProviderList: [] } },
    ],
  },
];
