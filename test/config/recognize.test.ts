import { describe, expect, it } from "vitest";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { permissionsOf } from "../../src/config/well-known-policies/permissions.ts";
import type { RecognizedPolicy } from "../../src/model/well-known-policy.ts";
import { candidatesOf, recognize } from "../../src/config/well-known-policies/recognize.ts";
import { everyVersion } from "../../src/config/well-known-policies/versions.ts";
import type { PolicyArn } from "../../src/model/arn.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import type { RoleDocuments } from "../../src/service-account/list/role-documents.ts";
import { aCluster } from "../fakes/values.ts";

const CANDIDATES = candidatesOf(WELL_KNOWN_POLICIES);

function policy(field: string) {
  const found = WELL_KNOWN_POLICIES.find((one) => one.field === field);
  if (found === undefined) throw new Error(`no policy ${field}`);
  return found;
}

function document(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

const GIVEN = { buckets: ["b"] };

function current(field: string, lists: Record<string, string[]> = GIVEN, switches: string[] = []) {
  return permissionsOf([{ policy: policy(field), lists, switches }], aCluster());
}

function roleOf(given: Partial<RoleDocuments> & { readonly said?: readonly Statement[] }): RoleDocuments {
  const { said = [], attached = [], inline = {}, managed = [] } = given;
  return { attached, managed, inline: { ...(said.length > 0 && { irsa: document(said) }), ...inline } };
}

function states(role: RoleDocuments): Record<string, string> {
  return Object.fromEntries(recognize(role, CANDIDATES).map(({ field, state }) => [field, state]));
}

function found(role: RoleDocuments, field: string): RecognizedPolicy {
  const one = recognize(role, CANDIDATES).find((other) => other.field === field);
  if (one === undefined) throw new Error(`${field} is not recognized`);
  return one;
}

/** The versions before the current one; with some inputs nothing has changed since. */
const EARLIER = WELL_KNOWN_POLICIES.flatMap((one) => {
  const all = everyVersion(one);
  const now = new Set(
    all.filter(({ by }) => by === undefined).map(({ statements }) => JSON.stringify(statements)),
  );
  return all
    .filter(({ by, statements }) => by !== undefined && !now.has(JSON.stringify(statements)))
    .map((version) => ({ field: one.field, ...version }));
});

const aws = (name: string) => `arn:aws:iam::aws:policy/${name}` as PolicyArn;

describe("what irsa writes now is current", () => {
  it.each(WELL_KNOWN_POLICIES)("$field", ({ field, inputs }) => {
    const every = Object.fromEntries(Object.keys(inputs).map((name) => [name, [`${name}-1`, `${name}-2`]]));
    for (const lists of [GIVEN, { ...every, ...GIVEN }]) {
      const { managed, statements } = current(field, lists);
      const role = roleOf({ said: statements, attached: managed });
      expect(found(role, field)).toMatchObject({ state: "current", lacks: [], excess: [] });
    }
  });

  it("with other statements, spread over documents, in any case", () => {
    const [first, ...more] = current("externalDNS").statements;
    const inline = {
      one: document([
        { Effect: "Allow", Action: "s3:ListBucket", Resource: "*" },
        { ...first, Effect: "Allow", Action: "ROUTE53:changeresourcerecordsets" },
      ]),
      two: document(more),
    };
    expect(states(roleOf({ inline }))).toEqual({ externalDNS: "current" });
  });

  it("of two together, both", () => {
    const said = ["externalDNS", "certManager"].flatMap((field) => current(field).statements);
    expect(states(roleOf({ said }))).toEqual({ externalDNS: "current", certManager: "current" });
  });

  it("of a policy that is a part of another, the other alone", () => {
    const said = current("velero").statements;
    expect(states(roleOf({ said }))).toEqual({ velero: "current" });
  });
});

describe("what was written before is outdated", () => {
  it.each(EARLIER)("$field by $by", ({ field, by, managed, statements }) => {
    const role = roleOf({ said: statements, attached: managed.map(aws) });
    const one = recognize(role, CANDIDATES).find((other) => other.field === field);
    expect(one).toMatchObject({ state: "outdated", writtenBy: by });
    expect((one?.lacks.length ?? 0) + (one?.excess.length ?? 0)).toBeGreaterThan(0);
  });

  it("externalDNS: tells the action that it lacks", () => {
    const [version] = policy("externalDNS").earlier;
    const said = version?.statements({
      arn: (_, resource) => resource,
      globalArn: (_, resource) => resource,
      list: () => ["Z1"],
      isOn: () => false,
      clusterName: "c",
    });
    const one = found(roleOf({ said: said ?? [] }), "externalDNS");
    expect(one).toMatchObject({
      state: "outdated",
      lacks: [{ action: "route53:ListTagsForResources", when: "" }],
      excess: [],
    });
  });

  const unnarrowed: readonly Statement[] = [
    { Effect: "Allow", Action: "route53:ChangeResourceRecordSets", Resource: "*" },
    { Effect: "Allow", Action: "route53:GetChange", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["route53:ListHostedZonesByName", "route53:ListResourceRecordSets"],
      Resource: "*",
    },
  ];

  it("certManager: tells what it allows too much, also beside the current document", () => {
    const excess = [{ action: "route53:ChangeResourceRecordSets", when: "" }];
    expect(found(roleOf({ said: unnarrowed }), "certManager")).toMatchObject({ state: "outdated", excess });
    const both = roleOf({ said: [...unnarrowed, ...current("certManager").statements] });
    expect(found(both, "certManager")).toMatchObject({ state: "outdated", excess, lacks: [] });
  });

  it("what a wildcard or an attached policy allows is not lacking", () => {
    const [, ...rest] = EARLIER.find(({ field }) => field === "awsGatewayController")?.statements ?? [];
    const [first] = EARLIER.find(({ field }) => field === "awsGatewayController")?.statements ?? [];
    if (first === undefined) throw new Error("no earlier version");
    const managed = [document([{ Effect: "Allow", Action: "acm:List*", Resource: "*" }])];
    const said = [first, ...rest];
    expect(found(roleOf({ said }), "awsGatewayController").lacks).toHaveLength(1);
    expect(found(roleOf({ said, managed }), "awsGatewayController").lacks).toEqual([]);
  });
});

describe("eksctl's policies by name", () => {
  const NAME = "eksctl-c-addon-iamserviceaccount-kube-system-lb-PolicyAWSLoadBalancerController";
  const old = document(
    current("awsLoadBalancerController").statements.map((statement) => ({
      ...statement,
      Action: [statement.Action ?? []].flat().filter((action) => action !== "ec2:DescribeRouteTables"),
    })),
  );

  it("of an older eksctl, with what they lack", () => {
    expect(found(roleOf({ inline: { [NAME]: old } }), "awsLoadBalancerController")).toMatchObject({
      evidence: "name",
      state: "outdated",
      lacks: [{ action: "ec2:DescribeRouteTables" }],
    });
  });

  it("that lack nothing and match no version are unknown: eksctl may be newer than irsa", () => {
    const narrowed = document(
      current("awsLoadBalancerController").statements.map((statement) => ({
        ...statement,
        Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
      })),
    );
    const one = found(roleOf({ inline: { [NAME]: narrowed } }), "awsLoadBalancerController");
    expect(one.state).toBe("unknown");
  });

  it("of the EBS CSI driver is replaced by a managed policy", () => {
    const inline = {
      "x-PolicyEBSCSIController": document([{ Effect: "Allow", Action: "ec2:AttachVolume", Resource: "*" }]),
    };
    expect(found(roleOf({ inline }), "ebsCSIController")).toMatchObject({
      state: "outdated",
      lacksPolicies: ["service-role/AmazonEBSCSIDriverPolicy"],
    });
  });
});

describe("unknown is never taken for current", () => {
  it("most actions and no version in whole is unknown", () => {
    const said = current("externalDNS").statements.map((statement) => ({
      ...statement,
      Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
    }));
    expect(found(roleOf({ said }), "externalDNS")).toMatchObject({ state: "unknown", evidence: "similar" });
  });

  it.each([
    ["a wildcard", { Effect: "Allow", Action: "route53:*", Resource: "*" }],
    ["everything", { Effect: "Allow", Action: "*", Resource: "*" }],
    ["all but something", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    ["a denial", { Effect: "Deny", Action: "route53:ChangeResourceRecordSets", Resource: "*" }],
  ] as const)("%s is no well-known policy", (_, statement) => {
    expect(states(roleOf({ said: [statement] }))).toEqual({});
  });

  it("a policy of the AWS account with the name of AWS's is not AWS's", () => {
    const name = "service-role/AmazonEBSCSIDriverPolicy";
    expect(states(roleOf({ attached: [aws(name)] }))).toEqual({ ebsCSIController: "current" });
    const own = `arn:aws:iam::111122223333:policy/${name}` as PolicyArn;
    expect(states(roleOf({ attached: [own] }))).toEqual({});
  });
});
