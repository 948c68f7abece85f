import {
  array,
  boolean,
  constantFrom,
  dictionary,
  oneof,
  option,
  record,
  string,
  uniqueArray,
  type Arbitrary,
} from "fast-check";
import type { ExportModel, Resource } from "../../src/export/model.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { parseIssuerUrl, providerArn } from "../../src/model/issuer.ts";
import { aCluster, aServiceAccount, CLOUDWATCH, ownRole, right, S3_READ } from "../fakes/values.ts";
import { aModel, anAssociation, aRole } from "./a-model.ts";

const PIECES = [
  "${",
  "$${",
  "$$${",
  "%{",
  "%%{",
  "%%%{",
  "\\${",
  "}",
  '"',
  "'",
  "`",
  "\\",
  "\n",
  "\r\n",
  "\t",
  " ",
  "$(id)",
  "`id`",
  "&a",
  "*b",
  "!Ref",
  "!!binary",
  "- ",
  ": ",
  "#",
  " #",
  "?",
  "|",
  ">",
  "@",
  "%TAG",
  "---",
  "...",
  "yes",
  "no",
  "on",
  "null",
  "~",
  "0x1f",
  "012",
  "1_000",
  "1:30",
  "2001-01-01",
  ".inf",
  "=",
  "<<",
  "//",
  "/*",
  "*/",
  "EOT",
  "<<EOT",
  "\u0085",
  "\u2028",
  "\uFEFF",
  "\u202E",
  "\u0301",
  "é",
  "名",
  "👩‍👩‍👧",
  "##[error]",
  "##vso[task",
  "::set-output",
  "constructor",
  "__proto__",
];

/** Texts that a language could take for more than a text, without what no language of ours can have: NUL, and half characters. */
export const hostileText = oneof(
  array(constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join("")),
  constantFrom(...HOSTILE_NAMES.filter((name) => name.length < 1000)),
  string({ unit: "binary", maxLength: 20 }),
).map((text) => text.replaceAll("\0", "").replaceAll(/\p{Surrogate}/gu, ""));

const key = hostileText.filter((text) => text !== "" && text !== "__proto__");

const document = record({
  action: hostileText,
  resource: hostileText,
  conditionKey: key,
  value: hostileText,
}).map(({ action, resource, conditionKey, value }) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow" as const,
      Action: [action],
      Resource: resource,
      Condition: { StringEquals: { [conditionKey]: value }, Bool: { "aws:SecureTransport": true } },
    },
  ],
}));

const names = uniqueArray(constantFrom("cart", "till", "a.b-c", "1"), { minLength: 1, maxLength: 3 });

/** Models whose values are hostile wherever AWS, Kubernetes or a file may have a free text. */
export const hostileModel: Arbitrary<ExportModel> = record({
  names,
  description: hostileText,
  tags: dictionary(key, hostileText, { maxKeys: 3, noNullPrototype: true }),
  inline: dictionary(key, document, { maxKeys: 2, noNullPrototype: true }),
  trust: document,
  audience: hostileText,
  policy: option(hostileText, { nil: undefined }),
  target: option(hostileText, { nil: undefined }),
  untagged: boolean(),
  isLive: boolean(),
}).map(({ names: all, description, tags, inline, trust, audience, policy, target, untagged, isLive }) => {
  const resources = all.flatMap((name): Resource[] => {
    const serviceAccount = aServiceAccount(`shop/${name}`);
    const role = aRole({
      name,
      arn: ownRole(name),
      description,
      tags,
      inline,
      trust,
      policies: [CLOUDWATCH, S3_READ],
      path: "/a/",
    });
    const association = anAssociation({
      serviceAccount,
      role: role.arn,
      ...(policy !== undefined && { policy }),
      ...(target !== undefined && { targetRole: target }),
      withoutSessionTags: untagged,
      tags,
      ...(isLive && {
        existing: { id: `a-${name}`, arn: `arn:aws:eks:x:1:podidentityassociation/c/a-${name}` },
      }),
    });
    return [role, association, { kind: "serviceAccount", serviceAccount, labels: tags, annotations: tags }];
  });
  const provider: Resource = {
    kind: "provider",
    arn: providerArn(aCluster(), right(parseIssuerUrl("https://oidc.example.com"))),
    url: "https://oidc.example.com",
    clientIds: [audience],
    thumbprints: [],
    tags,
  };
  return aModel([provider, ...resources, { kind: "namespace", name: "shop" }], isLive);
});
