import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import type { Statement } from "../../../src/model/trust-policy/document.ts";
import { trustPolicy, webIdentityStatement } from "../../../src/model/trust-policy/grant.ts";
import type { FindingCode } from "../../../src/verification/rows.ts";
import { grantOf, type Shop } from "./shop.ts";

/** One thing broken on the wire, and what `verify` is to name. */
export interface Break {
  readonly name: string;
  readonly finds: { readonly row: string; readonly code: FindingCode; readonly fix: "command" | "advice" };
  readonly breaks: (shop: Shop) => Promise<unknown>;
}

const KEY = "eks.amazonaws.com/role-arn";

/** Our statement with a text in it replaced wherever it stands. */
function trusting(text: string, other: string): Break["breaks"] {
  return (shop) => {
    const ours = JSON.stringify(webIdentityStatement(grantOf(shop)));
    return shop.setTrust(trustPolicy([JSON.parse(ours.replaceAll(text, other))]));
  };
}

/** The provider registered under another URL than the issuer's. */
function registeredAs(other: (url: string) => string): Break["breaks"] {
  return async ({ iam, providerArn, world }) => {
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn }));
    const Url = other(world.cluster.issuer);
    const twin = `${providerArn.split("oidc-provider/")[0]}oidc-provider/${Url.slice("https://".length)}`;
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: twin }));
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["sts.amazonaws.com"] }));
  };
}

/** Our statement, changed. */
function stating(change: (ours: Statement, shop: Shop) => Statement | readonly Statement[]): Break["breaks"] {
  return (shop) => shop.setTrust(trustPolicy([change(webIdentityStatement(grantOf(shop)), shop)].flat()));
}

/** Worlds that a command fixes, or advice alone, one thing at a time. */
export const BREAKS: readonly Break[] = [
  {
    name: "no provider",
    finds: { row: "A1", code: "provider-missing", fix: "command" },
    breaks: ({ iam, providerArn }) =>
      iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn })),
  },
  {
    name: "a provider without the audience",
    finds: { row: "A5", code: "audience-not-accepted", fix: "command" },
    breaks: ({ iam, providerArn }) =>
      iam.send(
        new RemoveClientIDFromOpenIDConnectProviderCommand({
          OpenIDConnectProviderArn: providerArn,
          ClientID: "sts.amazonaws.com",
        }),
      ),
  },
  {
    name: "the provider of a cluster that is gone",
    finds: { row: "A1", code: "provider-missing", fix: "command" },
    breaks: registeredAs((url) => url.replace(/[^/]+$/, "0".repeat(32))),
  },
  {
    name: "the issuer's id under the dual-stack host",
    finds: { row: "A3", code: "provider-other-host", fix: "command" },
    breaks: registeredAs((url) => url.replace(/oidc\.eks\.([^.]+)\.amazonaws\.com/, "oidc-eks.$1.api.aws")),
  },
  {
    name: "an empty annotation",
    finds: { row: "C1", code: "annotation-missing", fix: "advice" },
    breaks: ({ annotate }) => annotate({ [KEY]: "" }),
  },
  {
    name: "kube2iam's key",
    finds: { row: "C2", code: "annotation-misspelt", fix: "command" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: null, "iam.amazonaws.com/role": role }),
  },
  {
    name: "an instance profile's ARN",
    finds: { row: "C3", code: "arn-malformed", fix: "advice" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: role.replace(":role/", ":instance-profile/") }),
  },
  {
    name: "a blank behind the ARN",
    finds: { row: "C3", code: "arn-malformed", fix: "command" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: `${role} ` }),
  },
  {
    name: "China's partition",
    finds: { row: "C3", code: "arn-other-partition", fix: "command" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: role.replace("arn:aws:", "arn:aws-cn:") }),
  },
  {
    name: "Helm wrote the ServiceAccount again",
    finds: { row: "C5", code: "annotation-owned", fix: "advice" },
    breaks: ({ annotate }) => annotate({ [KEY]: null, "meta.helm.sh/release-name": "cart" }),
  },
  {
    name: "another name",
    finds: trustBreak("B1", "subject-mismatch"),
    breaks: trusting("shop:cart", "shop:card"),
  },
  {
    name: "upper case",
    finds: trustBreak("B1", "subject-mismatch"),
    breaks: trusting("serviceaccount:shop:", "serviceaccount:Shop:"),
  },
  {
    name: "a subject without its head",
    finds: trustBreak("B1", "subject-mismatch"),
    breaks: trusting("system:serviceaccount:", ""),
  },
  {
    name: "several subjects, none of them",
    finds: trustBreak("B1", "subject-mismatch"),
    breaks: stating((ours, shop) => ({
      ...ours,
      Condition: {
        StringLike: {
          [`${grantOf(shop).issuerHostPath}:sub`]: [
            "system:serviceaccount:a:*",
            "system:serviceaccount:shop:car",
          ],
        },
      },
    })),
  },
  {
    name: "the wrong action",
    finds: trustBreak("B7", "no-web-identity"),
    breaks: stating((ours) => ({ ...ours, Action: "sts:AssumeRole" })),
  },
  {
    name: "a Deny beside",
    finds: { row: "B12", code: "denied-by-statement", fix: "advice" },
    breaks: stating((ours, shop) => [
      ours,
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { [`${grantOf(shop).issuerHostPath}:sub`]: "*:shop:*" } },
      },
    ]),
  },
  {
    name: "a condition that no token meets",
    finds: trustBreak("B12", "condition-unmet"),
    breaks: stating((ours, { role }) => ({
      ...ours,
      Condition: { ...ours.Condition, StringLike: { "aws:PrincipalArn": role } },
    })),
  },
  {
    name: "another cluster's key",
    finds: trustBreak("B4", "condition-key-mangled"),
    breaks: stating((ours, shop) => {
      const { issuerHostPath } = grantOf(shop);
      const text = JSON.stringify(ours.Condition).replaceAll(
        issuerHostPath,
        issuerHostPath.replace("/id/", "/id/0"),
      );
      return { ...ours, Condition: JSON.parse(text) };
    }),
  },
  {
    name: "no annotation",
    finds: { row: "C1", code: "annotation-missing", fix: "advice" },
    breaks: ({ annotate }) => annotate({ [KEY]: null }),
  },
  {
    name: "a misspelt key",
    finds: { row: "C2", code: "annotation-misspelt", fix: "command" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: null, "eks.amazon.com/role-arn": role }),
  },
  {
    name: "a role's name for its ARN",
    finds: { row: "C3", code: "arn-malformed", fix: "advice" },
    breaks: ({ annotate }) => annotate({ [KEY]: "cart" }),
  },
  {
    name: "no ServiceAccount",
    finds: { row: "C4", code: "account-missing", fix: "advice" },
    breaks: ({ cluster }) => cluster.core.deleteNamespacedServiceAccount({ namespace: "shop", name: "cart" }),
  },
  {
    name: "an empty audience",
    finds: { row: "A5", code: "audience-empty", fix: "command" },
    breaks: ({ annotate }) => annotate({ "eks.amazonaws.com/audience": "" }),
  },
  {
    name: "a role that is gone",
    finds: { row: "B11", code: "role-missing", fix: "advice" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: `${role}-before` }),
  },
  {
    name: "the path left out",
    finds: { row: "B11", code: "role-path", fix: "command" },
    breaks: ({ annotate, role }) => annotate({ [KEY]: role.replace("/team/", "/") }),
  },
  {
    name: "another namespace",
    finds: trustBreak("B1", "subject-mismatch"),
    breaks: trusting("serviceaccount:shop:", "serviceaccount:store:"),
  },
  {
    name: "a wildcard under StringEquals",
    finds: trustBreak("B2", "wildcard-under-equals"),
    breaks: trusting("shop:cart", "shop:*"),
  },
  {
    name: "host and region turned around",
    finds: trustBreak("B3", "federated-mismatch"),
    breaks: trusting("oidc.eks.", "oidc."),
  },
  {
    name: "a mangled key",
    finds: trustBreak("B4", "condition-key-mangled"),
    breaks: trusting(":sub", ":sub:aud"),
  },
  {
    name: "https:// in the key",
    finds: trustBreak("B5", "scheme-in-name"),
    breaks: (shop) => {
      const { issuerHostPath } = grantOf(shop);
      return trusting(`"${issuerHostPath}:`, `"https://${issuerHostPath}:`)(shop);
    },
  },
  {
    name: "another audience",
    finds: trustBreak("B8", "audience-mismatch"),
    breaks: trusting('"sts.amazonaws.com"', '"sts.amazonaws.com.cn"'),
  },
  {
    name: "the issuer of the cluster before",
    finds: trustBreak("A2", "other-issuer"),
    breaks: trusting("/id/", "/id/0"),
  },
  {
    name: "EC2's trust",
    finds: trustBreak("B7", "no-web-identity"),
    breaks: ({ setTrust }) =>
      setTrust(
        trustPolicy([
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      ),
  },
];

function trustBreak(row: string, code: FindingCode): Break["finds"] {
  return { row, code, fix: "command" };
}
