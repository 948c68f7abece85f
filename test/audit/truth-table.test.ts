import { describe, expect, it } from "vitest";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import { aCluster, OLD_ISSUER, ownRole } from "../fakes/values.ts";
import { PAGE } from "../model/trust-policy/truth-table/case.ts";
import {
  serviceAccount,
  allow,
  association,
  AUD,
  audited,
  CLUSTER,
  grant,
  inventory,
  provider,
  PROVIDER,
  role,
  rows,
  SUB,
  trusting,
  type WrittenCluster,
} from "./build.ts";

const EKS = "https://docs.aws.amazon.com/eks/latest/userguide";
const POD_IDENTITY = `${EKS}/pod-id-role.html`;
const TARGET_ROLES = `${EKS}/pod-id-assign-target-role.html`;
const STS = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html";
const PROVIDERS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html";
const WEBHOOK = "https://github.com/aws/amazon-eks-pod-identity-webhook#readme";

const SUBJECT = "system:serviceaccount:shop:cart";
const SERVICE_ACCOUNTS = [
  serviceAccount("shop/cart"),
  serviceAccount("shop/web"),
  serviceAccount("pay/cart"),
];
const ALL = ["pay/cart", "shop/cart", "shop/web"];

/** One line: a world of one role `r`, and who becomes it. */
interface Case {
  readonly name: string;
  readonly source: string;
  readonly trust: PolicyDocument;
  readonly who: readonly string[];
  readonly world?: WrittenCluster;
}

const pinned = { [SUB]: SUBJECT, [AUD]: "sts.amazonaws.com" };

function under(
  name: string,
  source: string,
  condition: Statement["Condition"],
  who: readonly string[],
  ...more: readonly Statement[]
): Case {
  return { name, source, trust: trustPolicy([allow(condition), ...more]), who };
}

function having(name: string, source: string, statements: readonly unknown[], who: readonly string[]): Case {
  return { name, source, trust: trustPolicy(statements as readonly Statement[]), who };
}

function within(
  name: string,
  source: string,
  world: WrittenCluster,
  trust: PolicyDocument,
  who: readonly string[],
): Case {
  return { name, source, trust, who, world };
}

function deny(condition: Statement["Condition"], changes: Partial<Statement> = {}): Statement {
  return allow(condition, { Effect: "Deny", ...changes });
}

const CHINA = aCluster({
  arn: "arn:aws-cn:eks:cn-north-1:111122223333:cluster/eks-work-cluster",
  issuer: "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/5D1CA0FFEE0000000000000000000001",
});
const OTHER = aCluster({
  arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/other",
  issuer: OLD_ISSUER,
});
const OTHER_HOST = hostPath(OTHER.issuer);

/** What mkat 0.3.1 misses: ServiceAccounts that can assume the role. */
const MISSED: readonly Case[] = [
  within("an account without pods", STS, { pods: [] }, trusting("shop/cart"), ["shop/cart"]),
  under("ForAnyValue", PAGE.setOperators, { "ForAnyValue:StringEquals": pinned }, ["shop/cart"]),
  under("ForAllValues", PAGE.setOperators, { "ForAllValues:StringLike": { [SUB]: `${SUBJECT}*` } }, [
    "shop/cart",
  ]),
  under("IfExists", PAGE.operators, { StringEqualsIfExists: pinned }, ["shop/cart"]),
  under("IgnoreCase", PAGE.operators, { StringEqualsIgnoreCase: { [SUB]: SUBJECT.toUpperCase() } }, [
    "shop/cart",
  ]),
  under("Null", PAGE.operators, { Null: { [SUB]: "false" } }, ALL),
  under("StringNotEquals", PAGE.operators, { StringNotEquals: { [SUB]: SUBJECT } }, ["pay/cart", "shop/web"]),
  under("StringNotLike", PAGE.operators, { StringNotLike: { [SUB]: "*:shop:*" } }, ["pay/cart"]),
  under(
    "aws:RequestedRegion",
    PAGE.globalKeys,
    { StringEquals: { ...pinned, "aws:RequestedRegion": "eu-west-1" } },
    ["shop/cart ? aws:RequestedRegion"],
  ),
  under(
    "sts:RoleSessionName",
    PAGE.stsKeys,
    { StringEquals: pinned, StringLike: { "sts:RoleSessionName": "shop-*" } },
    ["shop/cart ? sts:RoleSessionName"],
  ),
  under(
    "aws:SourceIp",
    PAGE.globalKeys,
    { StringEquals: pinned, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    ["shop/cart ? aws:SourceIp"],
  ),
  under("Bool", PAGE.globalKeys, { StringEquals: pinned, Bool: { "aws:SecureTransport": "true" } }, [
    "shop/cart",
  ]),
  under("a JSON boolean", PAGE.grammar, { StringEquals: pinned, Bool: { "aws:SecureTransport": true } }, [
    "shop/cart",
  ]),
  having(
    "NotAction",
    PAGE.notAction,
    [
      {
        Effect: "Allow",
        Principal: { Federated: PROVIDER },
        NotAction: "sts:AssumeRole",
        Condition: { StringEquals: pinned },
      },
    ],
    ["shop/cart"],
  ),
  having(
    "NotPrincipal",
    PAGE.notPrincipal,
    [
      allow({ StringEquals: pinned }),
      {
        Effect: "Deny",
        NotPrincipal: { Federated: PROVIDER },
        Action: "sts:AssumeRoleWithWebIdentity",
      },
    ],
    ["shop/cart"],
  ),
  {
    name: "a Statement that is an object",
    source: PAGE.grammar,
    trust: { Version: "2012-10-17", Statement: webIdentityStatement(grant("shop/cart")) },
    who: ["shop/cart"],
  },
  within(
    "the ServiceAccount's audience annotation",
    WEBHOOK,
    {
      serviceAccounts: [serviceAccount("shop/cart", { audience: "vault" }), serviceAccount("shop/web")],
      provider: provider(CLUSTER, { clientIds: ["sts.amazonaws.com", "vault"] }),
    },
    trustPolicy([allow({ StringEquals: { [AUD]: "vault" } })]),
    ["shop/cart", "shop/web with vault"],
  ),
  within(
    "whoever creates a pod chooses the audience of its token",
    WEBHOOK,
    { provider: provider(CLUSTER, { clientIds: ["sts.amazonaws.com", "vault"] }) },
    trustPolicy([webIdentityStatement(grant("shop/cart", { audience: "vault" }))]),
    ["shop/cart with vault"],
  ),
  within(
    "an annotated audience that the provider does not take, and another that it does",
    WEBHOOK,
    { serviceAccounts: [serviceAccount("shop/cart", { audience: "x" }), serviceAccount("shop/web")] },
    trusting("shop/cart", "shop/gone"),
    ["shop/cart with sts.amazonaws.com", "shop/gone (absent)"],
  ),
  within(
    "another audience, where the provider could not be read",
    WEBHOOK,
    { provider: undefined },
    trustPolicy([webIdentityStatement(grant("shop/cart", { audience: "vault" }))]),
    [`shop/cart with vault ? ${AUD}`],
  ),
  under("Allow of Principal *", PAGE.principal, { StringEquals: pinned }, ["shop/cart"]),
  having("Principal * alone", PAGE.principal, [allow(undefined, { Principal: "*" })], ALL),
  within(
    "a ServiceAccount that another cluster's statement does not hide: two issuers in one policy",
    PAGE.evaluation,
    {},
    trustPolicy([
      webIdentityStatement(
        grant("shop/web", { providerArn: providerArn(OTHER, OTHER.issuer), issuerHostPath: OTHER_HOST }),
      ),
      webIdentityStatement(grant("shop/cart")),
    ]),
    ["shop/cart"],
  ),
];

/** What mkat reports, though nobody can assume the role. */
const FALSE: readonly Case[] = [
  under(
    "Deny of Principal *",
    PAGE.principal,
    { StringEquals: pinned },
    [],
    deny(undefined, { Principal: "*" }),
  ),
  under(
    "Deny of AWS *",
    PAGE.principal,
    { StringEquals: pinned },
    [],
    deny(undefined, { Principal: { AWS: "*" } }),
  ),
  under(
    "Deny by StringNotEquals",
    PAGE.operators,
    { StringLike: { [SUB]: "system:serviceaccount:*" } },
    ["shop/web"],
    deny({ StringNotEquals: { [SUB]: "system:serviceaccount:shop:web" } }),
  ),
  under(
    "[a-z] is literal",
    PAGE.operators,
    { StringLike: { [SUB]: "system:serviceaccount:[a-z]*:cart" } },
    [],
  ),
  within(
    "Pod Identity with a role that does not trust it",
    POD_IDENTITY,
    { associations: [association("shop/cart", "r")] },
    trustPolicy([]),
    [],
  ),
];

/** What mkat is silent about. */
const SILENT: readonly Case[] = [
  within("a role that trusts an account that does not exist", STS, {}, trusting("shop/gone"), [
    "shop/gone (absent)",
  ]),
  under(
    "* under StringEquals is literal",
    PAGE.operators,
    { StringEquals: { [SUB]: "system:serviceaccount:shop:*" } },
    [],
  ),
  having(
    "provider A with provider B's keys",
    PAGE.federationKeys,
    [allow({ StringEquals: { [`${OTHER_HOST}:sub`]: SUBJECT } })],
    [],
  ),
  under(
    "aud missing: any audience that the provider takes",
    PAGE.multipleValues,
    { StringEquals: { [SUB]: SUBJECT } },
    ["shop/cart"],
  ),
  within("a provider that is not registered", PROVIDERS, { provider: "missing" }, trusting("shop/cart"), []),
  within(
    "a provider that does not take the audience",
    PROVIDERS,
    { provider: provider(CLUSTER, { clientIds: ["other"] }) },
    trusting("shop/cart"),
    [],
  ),
  within("a provider that could not be read", PROVIDERS, { provider: undefined }, trusting("shop/cart"), [
    "shop/cart",
  ]),
  within(
    "another partition",
    PAGE.principal,
    { cluster: CHINA },
    trustPolicy([
      webIdentityStatement(
        grant("shop/cart", {
          providerArn: providerArn(CHINA, CHINA.issuer),
          issuerHostPath: hostPath(CHINA.issuer),
        }),
      ),
    ]),
    ["shop/cart"],
  ),
];

/** What everyone gets right, and must. */
const PLAIN: readonly Case[] = [
  within("the usual statement", PAGE.federationKeys, {}, trusting("shop/cart"), ["shop/cart"]),
  under("* crosses /", PAGE.operators, { StringLike: { [SUB]: "*" } }, ALL),
  under("* crosses :", PAGE.operators, { StringLike: { [SUB]: "system:serviceaccount:sh*" } }, [
    "shop/cart",
    "shop/web",
  ]),
  under("? is one character", PAGE.operators, { StringLike: { [SUB]: "system:serviceaccount:shop:?eb" } }, [
    "shop/web",
  ]),
  under("sub missing", PAGE.multipleValues, { StringEquals: { [AUD]: "sts.amazonaws.com" } }, ALL),
  under(
    "values differ in case",
    PAGE.operators,
    { StringEquals: { [SUB]: "system:serviceaccount:Shop:cart" } },
    [],
  ),
  under("keys may differ in case", PAGE.condition, { StringEquals: { [SUB.toUpperCase()]: SUBJECT } }, [
    "shop/cart",
  ]),
  under(
    "an unrelated key is absent",
    PAGE.operators,
    { StringEquals: { ...pinned, "aws:username": "x" } },
    [],
  ),
  under(
    "the other issuer's aud",
    PAGE.federationKeys,
    { StringEquals: { ...pinned, [`${OTHER_HOST}:aud`]: "x" } },
    [],
  ),
  under(
    "Deny of one ServiceAccount",
    PAGE.evaluation,
    undefined,
    ["pay/cart", "shop/web"],
    deny({ StringEquals: { [SUB]: SUBJECT } }),
  ),
  having("another action", PAGE.action, [allow(undefined, { Action: "sts:AssumeRole" })], []),
  having("sts:*", PAGE.action, [allow({ StringEquals: pinned }, { Action: "sts:*" })], ["shop/cart"]),
  having(
    "EC2 alone",
    PAGE.principal,
    [allow(undefined, { Principal: { Service: "ec2.amazonaws.com" } })],
    [],
  ),
  under(
    "a policy variable on sub",
    PAGE.variables,
    { StringLike: { [SUB]: "system:serviceaccount:${aws:username}:cart" } },
    [],
  ),
  within("accounts that could not be read", STS, { serviceAccounts: undefined }, trusting("shop/cart"), [
    "shop/cart (unknown)",
  ]),
  within(
    "Pod Identity",
    POD_IDENTITY,
    { associations: [association("shop/cart", "r")] },
    trustPolicy([
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ]),
    ["shop/cart by association"],
  ),
  within(
    "Pod Identity without sts:TagSession",
    POD_IDENTITY,
    { associations: [association("shop/cart", "r")] },
    trustPolicy([
      { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]),
    [],
  ),
];

describe.each([
  ["that mkat misses", MISSED],
  ["that mkat reports falsely", FALSE],
  ["that mkat is silent about", SILENT],
  ["that are plain", PLAIN],
])("who can become a role: cases %s", (_, cases) => {
  it.each(cases.map((one) => [`${one.name} (${one.source})`, one] as const))("%s", (_name, one) => {
    const world = audited({ serviceAccounts: SERVICE_ACCOUNTS, ...one.world });
    expect(rows(inventory({ roles: [role("r", one.trust)], clusters: [world] }))).toEqual(
      one.who.map((who) => `r ← ${who}`),
    );
  });
});

it(`the target role of an association (${TARGET_ROLES})`, () => {
  const trust = trustPolicy([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ]);
  const target = trustPolicy([
    { Effect: "Allow", Principal: { AWS: ownRole("first") }, Action: ["sts:AssumeRole", "sts:TagSession"] },
  ]);
  const associations = [association("shop/cart", "first", { targetRoleArn: ownRole("target") })];
  const clusters = [audited({ serviceAccounts: SERVICE_ACCOUNTS, associations })];
  const roles = [role("first", trust), role("target", target), role("other", target)];
  expect(rows(inventory({ roles, clusters }))).toEqual([
    `target ← shop/cart by association through ${ownRole("first")}`,
  ]);
});

it("two clusters that have ServiceAccounts of one name are two", () => {
  const clusters = [
    audited({ serviceAccounts: SERVICE_ACCOUNTS }),
    audited({ cluster: OTHER, provider: provider(OTHER), serviceAccounts: [serviceAccount("shop/cart")] }),
  ];
  const trust = trustPolicy([
    webIdentityStatement(
      grant("shop/cart", { providerArn: providerArn(OTHER, OTHER.issuer), issuerHostPath: OTHER_HOST }),
    ),
  ]);
  expect(rows(inventory({ roles: [role("r", trust)], clusters }))).toEqual(["r ← shop/cart"]);
});
