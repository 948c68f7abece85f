import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fileOf, read, wrongsOf } from "./read.ts";

const SAMPLE = readFileSync(new URL("samples/eksctl-accounts.yaml", import.meta.url), "utf8");
const ADDITIONS = readFileSync(new URL("samples/irsa-additions.yaml", import.meta.url), "utf8");
const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const PERMITS = `permissionPolicyARNs: [${S3}]`;
const READS = `attachPolicyARNs: [${S3}]`;

describe("a file of eksctl's", () => {
  const file = read(SAMPLE);
  const serviceAccountOf = (name: string) =>
    file.serviceAccounts.find(({ serviceAccount }) => serviceAccount.name === name);

  it("names the cluster, and whether its provider is part of the plan", () => {
    expect(file).toMatchObject({
      cluster: { name: "eks-work-cluster", region: "ap-northeast-2" },
      withOidc: true,
    });
    expect(read(ADDITIONS).withOidc).toBe(false);
  });

  it("has each ServiceAccount with all that is said of it", () => {
    expect(serviceAccountOf("s3-reader")).toMatchObject({
      serviceAccount: { namespace: "backend-apps", name: "s3-reader" },
      labels: { "aws-usage": "application", replicas: "3" },
      annotations: { "example.com/owner": "payments" },
      role: { kind: "managed", policies: [S3], tags: { "cost-centre": "42" } },
      roleOnly: false,
      where: "a.yaml:14:7",
    });
    expect(serviceAccountOf("external-dns")).toMatchObject({
      role: { boundary: "arn:aws:iam::111122223333:policy/edge", policies: [] },
      wellKnown: [{ policy: { field: "externalDNS" } }],
    });
    expect(serviceAccountOf("queue-worker")).toMatchObject({
      serviceAccount: { namespace: "default" },
      role: { name: "queue-worker", inline: { Version: "2012-10-17" } },
    });
    expect(serviceAccountOf("legacy")?.role).toEqual({
      kind: "existing",
      arn: "arn:aws:iam::111122223333:role/made/legacy",
    });
    expect(serviceAccountOf("gitops")).toMatchObject({ roleOnly: true });
  });

  it("says in one line what is ignored", () => {
    const [note, ...more] = file.notes;
    expect(more).toEqual([]);
    expect(note?.message).toBe(
      "ignored (managed by eksctl): addons, iam.serviceAccounts[].status, iam.serviceRolePermissionsBoundary, managedNodeGroups, metadata.tags, metadata.version",
    );
  });

  it("takes what irsa adds to the format", () => {
    const choices = read(ADDITIONS).serviceAccounts.flatMap(({ wellKnown }) => wellKnown);
    expect(choices.map(({ policy, lists, switches }) => [policy.field, lists, switches])).toEqual([
      ["certManager", { hostedZones: ["Z0123456789ABC"] }, []],
      ["ebsCSIController", { kmsKeys: ["arn:aws:kms:ap-northeast-2:111122223333:key/1"] }, []],
      ["velero", { buckets: ["backups"], kmsKeys: [] }, []],
      ["vpcCNI", {}, ["ipv6"]],
    ]);
  });

  it("takes the audience from the webhook's annotation", () => {
    const [serviceAccount] = read(
      fileOf(`metadata: { name: a, annotations: { eks.amazonaws.com/audience: vault } }\n${READS}`),
    ).serviceAccounts;
    expect(serviceAccount).toMatchObject({ audience: "vault", annotations: {} });
  });
});

describe("kube-system/aws-node", () => {
  const head = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: { name: c, region: r }\n";
  const implied = (rest: string) =>
    read(`${head}${rest}`).notes.some(({ code }) => code === "implied-account");

  it.each([
    ["iam: { withOIDC: true }", true],
    ["iam: { withOIDC: false }", false],
    ["iam: { withOIDC: true }\naddons: [{ name: coredns }]", true],
    ["iam: { withOIDC: true }\naddons: [{ name: vpc-cni }]", false],
    ["iam: { withOIDC: true }\naddonsConfig: { disableDefaultAddons: true }", false],
    [
      `iam: { withOIDC: true, serviceAccounts: [{ metadata: { name: aws-node, namespace: kube-system }, ${READS} }] }`,
      false,
    ],
  ])("%s: implied %s", (rest, expected) => expect(implied(rest)).toBe(expected));
});

describe("several files and documents", () => {
  const one = fileOf(`metadata: { name: one }\n${READS}`);
  const two = fileOf(`metadata: { name: two }\n${READS}`);

  it("are read together", () => {
    expect(read(one, two).serviceAccounts.map(({ where }) => where)).toEqual(["a.yaml:6:5", "b.yaml:6:5"]);
    expect(read(`${one}---\n${two}---\n`).serviceAccounts.map(({ where }) => where)).toEqual([
      "a.yaml:6:5",
      "a.yaml:14:5",
    ]);
  });

  it("are of one cluster", () => {
    expect(wrongsOf(one, two.replace("eks-work-cluster", "other"))).toEqual([
      "b.yaml:3:11 'other in ap-northeast-2' is a different cluster than eks-work-cluster in ap-northeast-2 (a.yaml:3:11); one run handles one cluster",
    ]);
  });

  it("name a ServiceAccount once", () => {
    expect(wrongsOf(one, one)).toEqual([
      "b.yaml:6:5 'default/one' is a duplicate of ServiceAccount, first defined at a.yaml:6:5",
    ]);
  });

  it("give a role's name to one ServiceAccount, whatever its case", () => {
    const first = fileOf(`metadata: { name: a }\nroleName: Worker\n${READS}`);
    const second = fileOf(`metadata: { name: b }\nroleName: worker\n${READS}`);
    expect(wrongsOf(first, second)).toEqual([
      "b.yaml:6:5 'worker' is a duplicate of roleName, first defined at a.yaml:6:5",
    ]);
  });

  it("must hold something", () => {
    expect(wrongsOf("# nothing\n")).toEqual(["a.yaml has no ClusterConfig"]);
  });
});

describe("what is wrong with a ServiceAccount is reported with its place", () => {
  it.each([
    [
      "no name",
      `metadata: { namespace: a }\n${READS}`,
      ["a.yaml:6:15 iam.serviceAccounts[0].metadata.name must be set: ServiceAccount name"],
    ],
    [
      "a name that Kubernetes refuses",
      `metadata: { name: BadName }\n${READS}`,
      [
        "a.yaml:6:23 'BadName' is not a valid ServiceAccount name: Kubernetes allows a-z, 0-9, '-' and '.', with a letter or digit at both ends",
      ],
    ],
    [
      "no permissions",
      "metadata: { name: a }",
      [
        "a.yaml:6:5 iam.serviceAccounts[0] gives no permissions; set one of attachPolicyARNs, attachPolicy, wellKnownPolicies or attachRoleARN",
      ],
    ],
    [
      "a well-known policy that is off",
      "metadata: { name: a }\nwellKnownPolicies: { externalDNS: false }",
      [
        "a.yaml:6:5 iam.serviceAccounts[0] gives no permissions; set one of attachPolicyARNs, attachPolicy, wellKnownPolicies or attachRoleARN",
      ],
    ],
    [
      "an ARN that is none",
      "metadata: { name: a }\nattachPolicyARNs: [AmazonS3ReadOnlyAccess]",
      [
        "a.yaml:7:24 'AmazonS3ReadOnlyAccess' is not a valid policy ARN; an example is arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
      ],
    ],
    [
      "the wrong case",
      `metadata: { name: a }\nattachPolicyARNS: [${S3}]\n${READS}`,
      [
        "a.yaml:7:5 'attachPolicyARNS' is not a field of iam.serviceAccounts[0]; did you mean 'attachPolicyARNs'? Fields are case-sensitive",
      ],
    ],
    [
      "a misspelt field",
      `metadata: { name: a }\n${READS}\npermissionBoundary: x`,
      [
        "a.yaml:8:5 'permissionBoundary' is not a field of iam.serviceAccounts[0]; did you mean 'permissionsBoundary'?",
      ],
    ],
    [
      "a field of nothing",
      `metadata: { name: a }\n${READS}\nconstructor: 1`,
      [
        expect.stringMatching(
          /^a\.yaml:8:5 'constructor' is not a field of iam\.serviceAccounts\[0\]; it has metadata, attachPolicyARNs,/,
        ) as string,
      ],
    ],
    [
      "a role beside what makes one",
      `metadata: { name: a }\nattachRoleARN: arn:aws:iam::111122223333:role/r\n${READS}\nroleName: x\nwellKnownPolicies: { externalDNS: true }`,
      [
        `a.yaml:8:24 '${S3}' can't be used with attachRoleARN, which does not change the role`,
        "a.yaml:9:15 'x' can't be used with attachRoleARN, which does not change the role",
        "a.yaml:10:5 'wellKnownPolicies' can't be used with attachRoleARN, which does not change the role",
      ],
    ],
    [
      "a document that IAM refuses",
      "metadata: { name: a }\nattachPolicy:\n  Version: 2012-10-17\n  Statement:\n  - { Effect: allow, Action: 's3:*', Resource: '*' }",
      [`a.yaml:10:11 'attachPolicy': Statement[0].Effect must be "Allow" or "Deny", not "allow"`],
    ],
    [
      "a document that is none",
      "metadata: { name: a }\nattachPolicy: hello",
      ["a.yaml:7:19 iam.serviceAccounts[0].attachPolicy must be a mapping, not a string"],
    ],
    [
      "a pattern for the subject",
      `metadata: { name: a }\n${READS}\nsubjectPattern: app-*`,
      [expect.stringMatching(/^a\.yaml:8:21 'app-\*': subjectPattern is not supported/) as string],
    ],
    [
      "the role's annotation",
      `metadata: { name: a, annotations: { eks.amazonaws.com/role-arn: x } }\n${READS}`,
      ["a.yaml:6:41 'eks.amazonaws.com/role-arn' is set by irsa; to use an existing role, set attachRoleARN"],
    ],
    [
      "a text that YAML reads as something else",
      `metadata: { name: a, namespace: on }\n${READS}`,
      [
        "a.yaml:6:37 iam.serviceAccounts[0].metadata.namespace must be a string; write 'on' in quotes, or it is read as true",
      ],
    ],
    [
      "a switch that is none",
      `metadata: { name: a }\n${READS}\nroleOnly: maybe`,
      ["a.yaml:8:15 iam.serviceAccounts[0].roleOnly must be true or false, not a string"],
    ],
    [
      "a well-known policy without what it needs",
      "metadata: { name: a }\nwellKnownPolicies: { velero: true }",
      [
        "a.yaml:7:34 iam.serviceAccounts[0].wellKnownPolicies.velero must be a mapping with buckets, not true",
      ],
    ],
    [
      "what narrows it, misspelt",
      "metadata: { name: a }\nwellKnownPolicies: { externalDNS: { zones: [Z1] } }",
      [
        "a.yaml:7:41 'zones' is not a field of iam.serviceAccounts[0].wellKnownPolicies.externalDNS; it has hostedZones",
      ],
    ],
    [
      "what narrows it, wrong",
      "metadata: { name: a }\nwellKnownPolicies: { externalDNS: { hostedZones: [example.com] } }",
      [
        "a.yaml:7:55 'example.com' is not valid; expected IDs of hosted zones, such as Z0123456789ABC (default: all)",
      ],
    ],
    [
      "two of its variants at once",
      "metadata: { name: a }\nwellKnownPolicies: { ebsCSIController: { taggedOnly: true, clusterScoped: true } }",
      ["a.yaml:7:44 'taggedOnly' can't be combined with clusterScoped"],
    ],
    [
      "two keys of a tag",
      `metadata: { name: a }\n${READS}\ntags: { Team: a, team: b }`,
      ["a.yaml:8:22 'team=b' has a duplicate key; tag keys of roles are not case-sensitive"],
    ],
  ])("%s", (_what, entry, expected) => expect(wrongsOf(fileOf(entry))).toEqual(expected));

  it("all together", () => {
    const [first, second] = ["metadata: { name: A }\nattachPolicyARNs: [x]", "metadata: { nam: b }"];
    const text = fileOf(first ?? "", second ?? "");
    expect(wrongsOf(text.replace("iam:", "iam:\n  withOidc: true")).map((one) => one.split(" ")[0])).toEqual([
      "a.yaml:5:3",
      "a.yaml:7:23",
      "a.yaml:8:24",
      "a.yaml:9:5",
      "a.yaml:9:15",
      "a.yaml:9:17",
    ]);
  });
});

describe("what is wrong around the ServiceAccounts", () => {
  it.each([
    ["another kind", "apiVersion: v1\nkind: Deployment\nmetadata: { name: a }\n", 3],
    ["no metadata", "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n", 1],
    ["a field of no format", `${fileOf(`metadata: { name: a }\n${READS}`)}nodegroups: []\n`, 1],
    [
      "a Pod Identity association with a field of no format",
      `${fileOf(`metadata: { name: a }\n${READS}`)}  podIdentityAssociations: [{ namespace: a, serviceAccountName: b, roleArn: x, ${PERMITS} }]\n`,
      1,
    ],
    ["a list for a document", "- a\n", 1],
  ])("%s", (_what, text, count) => expect(wrongsOf(text)).toHaveLength(count));
});
