import { hostPath } from "../../../src/model/issuer.ts";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { webIdentityStatement } from "../../../src/model/trust-policy/grant.ts";
import { aServiceAccount, OLD_ISSUER } from "../../fakes/values.ts";
import type { FindingCode } from "../../../src/verification/rows.ts";
import type { World } from "../../fakes/world.ts";
import { CART, ROLE } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

const LINK = "trust-policy";
const SUBJECT = "system:serviceaccount:shop:cart";

/** Worlds whose role does not let the ServiceAccount in. */
export const TRUST_WORLDS: readonly BrokenWorld[] = [
  trust(
    "another namespace",
    "B1",
    "subject-mismatch",
    replacing(SUBJECT, "system:serviceaccount:store:cart"),
  ),
  trust("another name", "B1", "subject-mismatch", replacing(SUBJECT, "system:serviceaccount:shop:card")),
  trust("upper case", "B1", "subject-mismatch", replacing(SUBJECT, "system:serviceaccount:Shop:cart")),
  trust("a subject without its head", "B1", "subject-mismatch", replacing(SUBJECT, "shop:cart")),
  trust("several subjects, none of them", "B1", "subject-mismatch", (world) => ({
    ...ours(world),
    Condition: {
      StringLike: { [key(world, "sub")]: ["system:serviceaccount:a:*", "system:serviceaccount:shop:car"] },
    },
  })),
  trust(
    "a wildcard under StringEquals",
    "B2",
    "wildcard-under-equals",
    replacing(SUBJECT, "system:serviceaccount:shop:*"),
  ),
  trust(
    "host and region turned around",
    "B3",
    "federated-mismatch",
    replacing("oidc.eks.ap-northeast-2.amazonaws.com", "oidc.ap-northeast-2.eks.amazonaws.com"),
  ),
  trust("a mangled key", "B4", "condition-key-mangled", replacing(":sub", ":sub:aud")),
  trust("another cluster's key", "B4", "condition-key-mangled", (world) => {
    const { Condition = {}, ...rest } = ours(world);
    return { ...rest, Condition: changed(Condition, hostPath(world.cluster.issuer), OLD_ISSUER.slice(8)) };
  }),
  trust("https:// in the key", "B5", "scheme-in-name", (world) => {
    const { Condition = {}, ...rest } = ours(world);
    const name = hostPath(world.cluster.issuer);
    return { ...rest, Condition: changed(Condition, name, `https://${name}`) };
  }),
  trust(
    "https:// in the provider's ARN",
    "B5",
    "scheme-in-name",
    replacing("oidc-provider/", "oidc-provider/https://"),
  ),
  trust(
    "a provider of another partition",
    "B6",
    "federated-partition",
    replacing("arn:aws:iam", "arn:aws-cn:iam"),
  ),
  trust("EC2's trust", "B7", "no-web-identity", () => ({
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  })),
  trust("the wrong action", "B7", "no-web-identity", (world) => ({
    ...ours(world),
    Action: "sts:AssumeRole",
  })),
  trust("no statement", "B7", "no-web-identity", () => []),
  trust(
    "another audience",
    "B8",
    "audience-mismatch",
    replacing("sts.amazonaws.com", "sts.amazonaws.com.cn"),
  ),
  trust("the issuer of the cluster before", "A2", "other-issuer", (world) => {
    const grant = {
      ...world.grantOf({ serviceAccount: aServiceAccount(CART) }),
      issuerHostPath: OLD_ISSUER.slice(8),
    };
    const arn = grant.providerArn.replace(hostPath(world.cluster.issuer), OLD_ISSUER.slice(8));
    return webIdentityStatement({ ...grant, providerArn: arn });
  }),
  trust("a condition that no token meets", "B12", "condition-unmet", (world) => ({
    ...ours(world),
    Condition: {
      ...ours(world).Condition,
      StringLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" },
    },
  })),
  trust(
    "a Deny beside",
    "B12",
    "denied-by-statement",
    (world) => [
      ours(world),
      {
        Effect: "Deny",
        Principal: "*",
        Action: "*",
        Condition: { StringLike: { [key(world, "sub")]: "*:shop:*" } },
      },
    ],
    "advice",
  ),
];

type Makes = (world: World) => Statement | readonly Statement[];

function trust(
  name: string,
  row: string,
  code: FindingCode,
  makes: Makes,
  fix: "command" | "advice" = "command",
): BrokenWorld {
  const breaks = (world: World): void => {
    const document: PolicyDocument = { Version: "2012-10-17", Statement: makes(world) };
    world.editRole(ROLE, ({ role }) => ({ role: { ...role, trust: document } }));
  };
  return { name, breaks, finds: { link: LINK, row, code, fix } };
}

function ours(world: World): Statement {
  return webIdentityStatement(world.grantOf({ serviceAccount: aServiceAccount(CART) }));
}

function key(world: World, claim: string): string {
  return `${hostPath(world.cluster.issuer)}:${claim}`;
}

/** Our statement with a text in it replaced wherever it stands. */
function replacing(text: string, other: string): Makes {
  return (world) => changed(ours(world), text, other);
}

function changed<T>(value: T, text: string, other: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(text, other)) as T;
}
