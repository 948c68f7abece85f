import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import * as fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { fingerprintsIn } from "../../../src/audit/baseline.ts";
import { readXml } from "../../../src/aws/xml.ts";
import { readOrganizationPolicy } from "../../../src/config/organization.ts";
import { readClusterFiles } from "../../../src/config/read-file.ts";
import { translateEksctl } from "../../../src/eksctl-syntax/translate.ts";
import { userAccess } from "../../../src/kubernetes/kubeconfig.ts";
import { bindManifests } from "../../../src/manifests/bind-manifests.ts";
import { findServiceAccounts } from "../../../src/manifests/find-service-accounts.ts";
import { readManifests } from "../../../src/manifests/read-manifests.ts";
import {
  parseClusterArn,
  parseClusterName,
  parsePolicyArn,
  parseRoleArn,
  splitArn,
} from "../../../src/model/arn.ts";
import { isFailure } from "../../../src/model/failure.ts";
import { hostPath, parseIssuerUrl } from "../../../src/model/issuer.ts";
import { readJson } from "../../../src/model/json.ts";
import { Problems } from "../../../src/model/problems.ts";
import { parseRoleName, parseRolePath, parseRolePrefix } from "../../../src/model/role-name.ts";
import {
  parseServiceAccountPath,
  parseNamespaceName,
  parseServiceAccountName,
  parseSubject,
} from "../../../src/model/service-account-ref.ts";
import { readTemplate, withRetainedResources } from "../../../src/model/stack-template.ts";
import { administratorLike } from "../../../src/model/trust-policy/administrator.ts";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import { matchesWildcard } from "../../../src/model/trust-policy/match.ts";
import { decodePolicyDocument, parsePolicyDocument } from "../../../src/model/trust-policy/parse.ts";
import { webIdentityRequest } from "../../../src/model/trust-policy/request.ts";
import { canonicalJson } from "../../../src/model/trust-policy/same.ts";
import { ROLE_SETTINGS } from "../../../src/model/role-settings.ts";
import { parseWorkloadName } from "../../../src/model/workload-name.ts";
import { parseAudience, parseTag, parseThumbprint } from "../../../src/oidc-association/input.ts";
import { examineFile } from "../../../src/sdk-versions/examine.ts";
import { parseLabel } from "../../../src/service-account/service-account/label.ts";
import { aServiceAccount } from "../../fakes/values.ts";
import { HOSTILE_TEXTS, RUNS, textsFor } from "./hostile.ts";
import { CLUSTER_CA } from "../../fakes/certificates.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "irsa-fuzz-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const ROLE = "arn:aws:iam::111122223333:role/teams/app";
const PROVIDER = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/5D1C";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "a",
      Effect: "Allow",
      Principal: { Federated: [PROVIDER], AWS: "*" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "oidc.eks.eu-west-1.amazonaws.com/id/5D1C:aud": "sts.amazonaws.com" },
        "ForAllValues:StringLike": {
          "oidc.eks.eu-west-1.amazonaws.com/id/5D1C:sub": ["system:serviceaccount:*:a?"],
        },
        DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
        IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
        NumericLessThan: { "sts:X": 3 },
        BinaryEquals: { "a:b": "YQ==" },
      },
    },
  ],
});
const IDENTITY = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", NotAction: ["s3:Get*"], Resource: "arn:aws:s3:::*" },
});
const CLUSTER_CONFIG = `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: demo, region: eu-west-1 }
x: &policies [arn:aws:iam::aws:policy/ReadOnlyAccess]
iam:
  withOIDC: true
  serviceAccounts:
    - metadata: { name: app, namespace: shop, labels: { a: b }, annotations: { c: d } }
      attachPolicyARNs: *policies
      tags: { team: shop }
    - metadata: { name: other, namespace: shop }
      wellKnownPolicies: { ebsCSIController: true, externalDNS: { hostedZones: [Z1] } }
      attachPolicy: ${IDENTITY}
`;
const ORGANIZATION = `permissionsBoundary: arn:aws:iam::111122223333:policy/edge
rolePrefix: irsa-
tags: { owner: platform }
forbiddenPolicies: ["*Administrator*"]
auditIgnore: [{ rule: sub-missing, subject: "a*", reason: known, until: "2027-01-01" }]
`;
const MANIFEST = `apiVersion: v1
kind: List
items:
  - &one
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: app, namespace: shop }
    spec: { template: { spec: { containers: [], serviceAccountName: default } } }
  - apiVersion: v1
    kind: ServiceAccount
    metadata: { name: app, annotations: { eks.amazonaws.com/role-arn: ${ROLE} } }
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: job
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers: []
`;
const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
  - { name: a, cluster: { server: "https://localhost:1", certificate-authority-data: ${Buffer.from(CLUSTER_CA).toString("base64")} } }
users:
  - { name: a, user: { token: abc, exec: { apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks], interactiveMode: Never, env: [{ name: A, value: b }] } } }
contexts:
  - { name: a, context: { cluster: a, user: a } }
current-context: a
`;
const LISTINGS: Readonly<Record<string, string>> = {
  "package-lock.json": '{"lockfileVersion":3,"packages":{"node_modules/aws-sdk":{"version":"2.1.0"}}}',
  "npm-shrinkwrap.json":
    '{"lockfileVersion":1,"dependencies":{"a":{"version":"1","dependencies":{"aws-sdk":{"version":"2.1.0"}}}}}',
  "composer.lock": '{"packages":[{"name":"aws/aws-sdk-php","version":"3.1"}]}',
  "packages.lock.json": '{"version":1,"dependencies":{"net8.0":{"AWSSDK.Core":{"resolved":"3.7.0"}}}}',
  "pom.xml":
    "<project><properties><v>1.1</v></properties><dependencies><dependency><groupId>software.amazon.awssdk</groupId><artifactId>s3</artifactId><version>${v}</version></dependency></dependencies></project>",
  "Cargo.lock": '[[package]]\nname = "aws-config"\nversion = "0.1.0"\n',
  "poetry.lock": '[[package]]\nname = "boto3"\nversion = "1.2.3"\ngroups = ["main"]\n',
  "Gemfile.lock": "GEM\n  specs:\n    aws-sdk-core (3.1.0)\n",
  "go.mod":
    "module a\n\nrequire (\n\tgithub.com/aws/aws-sdk-go v1.2.3 // indirect\n)\nreplace a v1 => b v2\n",
  "requirements.txt":
    "boto3[crt]>=1.2,<2; python_version < '3' --hash=sha256:a\nbotocore @ https://a/b\n-r x\n",
  "bom.json": '{"bomFormat":"CycloneDX","components":[{"purl":"pkg:npm/aws-sdk@2.1.0","components":[]}]}',
  "pnpm-lock.yaml":
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: '1'\n        version: aws-sdk@2.1.0(b@1)\npackages:\n  aws-sdk@2.1.0:\n    resolution: {integrity: a, x: [b]}\nsnapshots:\n  aws-sdk@2.1.0(b@1): {}\n",
  "yarn.lock": '# yarn lockfile v1\n"aws-sdk@^2", aws-sdk@2:\n  version "2.1.0"\n',
  "berry/yarn.lock":
    '__metadata:\n  version: 8\n? "aws-sdk@npm:2"\n:\n  version: 2.1.0\n  resolution: "aws-sdk@npm:2.1.0"\n',
  "bun.lock":
    '{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"aws-sdk":"2",},},},"packages":{"aws-sdk":["aws-sdk@2.1.0","",{},"a"],}}',
  "deno.lock":
    '{"version":"4","npm":{"aws-sdk@2.1.0":{}},"remote":{"https://esm.sh/v1/aws-sdk@2.1.0/a":"b"},"specifiers":{}}',
  "Pipfile.lock": '{"_meta":{"pipfile-spec":6},"default":{"boto3":{"version":"==1.2"}},"develop":{}}',
  "gradle.lockfile":
    "# This is a Gradle generated file for dependency locking.\nsoftware.amazon.awssdk:s3:2.1=a,testB\nempty=\n",
  "libs.versions.toml":
    '[versions]\na = "1"\n[libraries]\ns3 = { module = "software.amazon.awssdk:s3", version.ref = "a" }\n',
  "a.csproj":
    '<Project><PropertyGroup><V>$(V)1</V></PropertyGroup><ItemGroup><PackageReference Include="AWSSDK.S3" Version="$(V)"/></ItemGroup></Project>',
  "a.deps.json": '{"runtimeTarget":{},"libraries":{"AWSSDK.Core/3.7.0":{"type":"package"}}}',
  "packages.config": '<packages><package id="AWSSDK.Core" version="3.3"/></packages>',
  "go.sum": "github.com/aws/aws-sdk-go v1.2.3 h1:a=\ngithub.com/aws/aws-sdk-go v1.2.3/go.mod h1:a=\n",
  "a.spdx": "SPDXVersion: SPDX-2.3\nPackageName: a\nExternalRef: PACKAGE-MANAGER purl pkg:pypi/boto3@1\n",
  "bom.xml":
    '<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component><purl>pkg:npm/aws-sdk@2.1.0</purl></component></components></bom>',
  "conan.lock": '{"version":"0.5","requires":["aws-sdk-cpp/1.7#a%1"],"build_requires":[]}',
  "package.json": '{"dependencies":{"aws-sdk":"^2.1 || >=2.3 <3","a":"npm:aws-sdk@~2"}}',
  "pyproject.toml":
    '[project]\ndependencies = ["boto3[crt]>=1,<2; a"]\n[tool.poetry.group.a]\noptional = true\n[tool.poetry.dependencies]\nboto3 = "^1.2"\n',
  "Cargo.toml": '[dependencies]\naws-config = { version = "1", package = "b" }\n',
  "composer.json": '{"require":{"aws/aws-sdk-php":"~3.1|^2"}}',
  Gemfile: 'gem "aws-sdk-s3", "~> 1.2"\n',
  "a.spdx.json":
    '{"spdxVersion":"SPDX-2.3","packages":[{"externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:pypi/boto3@1"}]}]}',
};
const TEMPLATE = JSON.stringify({
  Resources: {
    Role1: { Type: "AWS::IAM::Role", DeletionPolicy: "Retain", Metadata: { a: 1 }, Properties: {} },
  },
});
const XML =
  '<?xml version="1.0"?><ListRolesResponse xmlns="a"><Roles><member><Arn>a&amp;&#x41;</Arn></member></Roles><!-- x --><a><![CDATA[b]]></a></ListRolesResponse>';

/** A parser: what it is given, and texts that it takes. */
interface Subject {
  readonly name: string;
  readonly seeds: readonly string[];
  readonly run: (text: string) => unknown;
  /** What else it may throw, by its own documentation. */
  readonly throws?: (error: unknown) => boolean;
}

const serviceAccount = aServiceAccount("shop/app");
const request = webIdentityRequest({
  providerArn: PROVIDER,
  issuerHostPath: "oidc.eks.eu-west-1.amazonaws.com/id/5D1C",
  subject: "system:serviceaccount:shop:app",
  audience: "sts.amazonaws.com",
});
const words = (name: string, seeds: readonly string[], run: Subject["run"]): Subject => ({
  name,
  seeds,
  run,
});
const isSyntaxError = (error: unknown): boolean => error instanceof SyntaxError || error instanceof URIError;

const SUBJECTS: readonly Subject[] = [
  words(
    "ARN",
    [ROLE, PROVIDER, "arn:aws:eks:eu-west-1:111122223333:cluster/demo", "arn:aws:iam::aws:policy/A"],
    (text) => [
      splitArn(text),
      parseRoleArn(text),
      parsePolicyArn(text),
      parseClusterArn(text),
      parseClusterName(text),
    ],
  ),
  words("role name", ["irsa-demo-shop-app", "/teams/"], (text) => [
    parseRoleName(text),
    parseRolePrefix(text),
    parseRolePath(text),
  ]),
  words("ServiceAccount", ["shop/app", "system:serviceaccount:shop:app", "shop"], (text) => [
    parseServiceAccountPath(text),
    parseSubject(text),
    parseNamespaceName(text),
    parseServiceAccountName(text),
  ]),
  words("issuer", ["https://oidc.eks.eu-west-1.amazonaws.com/id/5D1C"], (text) => {
    const parsed = parseIssuerUrl(text);
    return parsed.ok && hostPath(parsed.value);
  }),
  words("audience, thumbprint", ["sts.amazonaws.com", "0a".repeat(20)], (text) => [
    parseAudience(text),
    parseThumbprint(text),
  ]),
  words("tag, label", ["team=shop", "example.com/team=a", "a=b=c"], (text) => [
    parseTag(text),
    parseLabel(text),
  ]),
  words("duration", ["2h", "3600", "90m", "1h30m"], ROLE_SETTINGS.maxSessionSeconds.parse),
  words("description", ["reads the carts", "Grüße", ""], ROLE_SETTINGS.description.parse),
  words("workload", ["deployment/app", "cj/job", "sts/a"], parseWorkloadName),
  words("wildcard", ["system:serviceaccount:*:a?", "*a*b*c?"], (text) => [
    matchesWildcard(text, text),
    matchesWildcard(text, "a".repeat(2_000)),
  ]),
  words("JSON", [TRUST, IDENTITY], (text) => readJson(text, { uniqueKeys: true })),
  words("trust policy", [TRUST], (text) => {
    const parsed = parsePolicyDocument(text, "trust");
    if (parsed.ok) return [evaluateTrust(parsed.document, request), canonicalJson(parsed.document)];
    return parsed;
  }),
  words("identity policy", [IDENTITY], (text) => {
    const parsed = parsePolicyDocument(text, "identity");
    return parsed.ok && [administratorLike(parsed.document), canonicalJson(parsed.document)];
  }),
  {
    name: "policy of IAM",
    seeds: [TRUST, encodeURIComponent(TRUST)],
    throws: isSyntaxError,
    run: (text) => {
      const document = decodePolicyDocument(text);
      return [evaluateTrust(document, request), administratorLike(document), canonicalJson(document)];
    },
  },
  words("ClusterConfig", [CLUSTER_CONFIG], (text) => {
    const problems = new Problems();
    const file = readClusterFiles([{ name: "a.yaml", text }], problems);
    // Whoever gets nothing must have been told why.
    expect(file !== undefined || problems.list.length > 0).toBe(true);
    return problems.list;
  }),
  words(".irsa.yaml", [ORGANIZATION], (text) => readOrganizationPolicy({ name: ".irsa.yaml", text })),
  words("manifest", [MANIFEST], (text) => {
    const manifests = readManifests(text);
    if (!manifests.ok) return manifests;
    findServiceAccounts(manifests.value);
    return bindManifests(manifests.value, { serviceAccount, workloads: [] }).bound;
  }),
  words("kubeconfig", [KUBECONFIG], (text) => {
    const file = join(FOLDER, "kubeconfig");
    writeFileSync(file, text);
    return userAccess(file, undefined).context;
  }),
  words(
    "baseline",
    ['{"schemaVersion":2,"result":{"findings":[{"fingerprint":"a"}],"suppressed":[]}}'],
    fingerprintsIn,
  ),
  ...Object.entries(LISTINGS).map(([name, text]) =>
    words(name, [text], (damaged) => examineFile(name, damaged, ["irsa", "pod-identity"])),
  ),
  words("any listing", Object.values(LISTINGS), (text) => examineFile("unnamed", text, ["irsa"])),
  { name: "XML of AWS", seeds: [XML], run: readXml, throws: isSyntaxError },
  words("CloudFormation template", [TEMPLATE], (text) => readTemplate(text) && withRetainedResources(text)),
  words(
    "eksctl command line",
    [
      "create iamserviceaccount --cluster demo --namespace shop --name app --attach-policy-arn arn:aws:iam::aws:policy/A --approve",
      "utils associate-iam-oidc-provider --cluster=demo",
      "delete iamserviceaccount -c demo app",
    ],
    (text) => translateEksctl(text.split(" "), false),
  ),
];

/** A parser that takes more of the processor's time with any text is open to whoever may hand it one. */
const PROCESSOR_MILLISECONDS = 10_000;
/** A parser that takes longer hangs. On a machine with much else to do the fastest has its pauses. */
const MILLISECONDS = 300_000;

/** Runs something for at most so long: the script's time limit ends what a timer could not. */
function bounded(run: () => unknown): void {
  (globalThis as { fuzzed?: () => unknown }).fuzzed = run;
  const before = process.cpuUsage();
  try {
    runInThisContext("fuzzed()", { timeout: MILLISECONDS });
  } finally {
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(PROCESSOR_MILLISECONDS);
  }
}

let cases = 0;
afterAll(() => console.log(`fuzz: ${SUBJECTS.length} parsers, ${cases} cases`));

it.each(SUBJECTS)(
  "$name: any text is read or refused, in time",
  { timeout: 600_000 },
  ({ seeds, run, throws }) => {
    const isTakenOrRefused = (text: string): void => {
      cases += 1;
      try {
        bounded(() => run(text));
      } catch (error) {
        if (!isFailure(error) && throws?.(error) !== true)
          throw new Error(`with ${text.length} characters: ${text.slice(0, 200)}`, { cause: error });
      }
    };
    HOSTILE_TEXTS.forEach(isTakenOrRefused);
    fc.assert(fc.property(textsFor(seeds), isTakenOrRefused), { numRuns: RUNS });
  },
);

it.each(SUBJECTS)("$name: what is right is read", ({ seeds, run }) => {
  for (const seed of seeds) expect(() => run(seed)).not.toThrow();
});
