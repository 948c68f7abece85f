import { assert, constantFrom, property, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { templateResources } from "../../src/export/engines/cloudformation.ts";
import type { ExportModel, Resource } from "../../src/export/model.ts";
import { merged } from "../../src/export/stackset/merge.ts";
import { placeOf } from "../../src/export/stackset/place.ts";
import { stackSetCommands } from "../../src/export/stackset/commands.ts";
import { sharedLogicalId, stackSetEngine, stackSetTemplate } from "../../src/export/stackset/stack-set.ts";
import { clusterRef, parseClusterArn } from "../../src/model/arn.ts";
import { base32Digest } from "../../src/model/digest.ts";
import { parseIssuerUrl } from "../../src/model/issuer.ts";
import { right } from "../fakes/values.ts";
import { aModel, aRole } from "./a-model.ts";
import { hostileModel } from "./arbitrary-model.ts";
import { resolveTemplate } from "./resolve-template.ts";

type Where = readonly [name: string, awsAccount: string, region: string, partition?: string];

const [BLUE, GREEN, CHINA] = [
  ["blue", "111122223333", "eu-west-1"],
  ["green", "444455556666", "us-east-1"],
  ["a", "777788889999", "cn-north-1", "aws-cn"],
] as const satisfies readonly Where[];

/** The model as it is for another cluster: its own values are in every text, wherever `BLUE`'s are. */
function moved(model: ExportModel, [name, awsAccount, region, partition = "aws"]: Where): ExportModel {
  const arn = right(parseClusterArn(`arn:${partition}:eks:${region}:${awsAccount}:cluster/${name}`));
  const issuer = right(parseIssuerUrl(`https://oidc.eks.${region}.amazonaws.com/id/${name}`));
  const resources = JSON.parse(
    JSON.stringify(model.resources)
      .replaceAll("111122223333", awsAccount)
      .replaceAll("arn:aws:", `arn:${partition}:`),
  );
  return { ...model, cluster: clusterRef(arn), issuer, resources };
}

const tagsOf = (serviceAccount: string) => ({
  "irsa/managed-by": "irsa",
  "irsa/namespace": "shop",
  "irsa/service-account": serviceAccount,
});

/** A role whose trust policy, tags, name and session name the cluster. */
function roleIn([name, awsAccount, region]: Where) {
  const issuer = `oidc.eks.${region}.amazonaws.com/id/${name}`;
  return aRole({
    name: `${name}-cart-${name.length}x`,
    trust: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::${awsAccount}:oidc-provider/${issuer}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [`${issuer}:sub`]: "${aws:a}", [`${issuer}:aud`]: "x" } },
        },
      ],
    },
    tags: {
      ...tagsOf("cart"),
      "irsa/cluster-arn": `arn:aws:eks:${region}:${awsAccount}:cluster/${name}`,
      note: "a cluster called blue, ${not} a variable",
    },
  });
}

const modelIn = (where: Where): ExportModel => moved(aModel([roleIn(where)]), where);

describe("the template of a stack set", () => {
  it("has literals where all clusters are the same, and mappings for the rest", () => {
    const template = parse(stackSetTemplate([modelIn(BLUE), modelIn(GREEN)]), { version: "1.1" });
    expect(Object.keys(template.Resources)).toEqual([expect.stringMatching(/^RoleShopCart[a-z0-9]{8}$/)]);
    const [id = ""] = Object.keys(template.Resources);
    expect(template.Mappings).toEqual({
      Issuer: {
        "eu-west-1": { "111122223333": "oidc.eks.eu-west-1.amazonaws.com/id/blue" },
        "us-east-1": { "444455556666": "oidc.eks.us-east-1.amazonaws.com/id/green" },
      },
      ClusterName: { "eu-west-1": { "111122223333": "blue" }, "us-east-1": { "444455556666": "green" } },
      [`${id}RoleName`]: {
        "eu-west-1": { "111122223333": "blue-cart-4x" },
        "us-east-1": { "444455556666": "green-cart-5x" },
      },
    });
    const { AssumeRolePolicyDocument, Tags } = template.Resources[id].Properties;
    expect(AssumeRolePolicyDocument["Fn::Sub"][0]).toContain('"${Issuer}:sub":"${!aws:a}"');
    expect(Tags).toContainEqual({ Key: "note", Value: "a cluster called blue, ${not} a variable" });
    expect(Tags).toContainEqual({
      Key: "irsa/cluster-arn",
      Value: {
        "Fn::Sub": [
          "arn:aws:eks:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterName}",
          { ClusterName: expect.anything() },
        ],
      },
    });
  });

  it("is a template of literals for one cluster", () => {
    const { Mappings, Resources } = parse(stackSetTemplate([modelIn(BLUE)]), { version: "1.1" });
    expect(Mappings).toBeUndefined();
    expect(JSON.stringify(Resources)).not.toContain("Fn::");
  });

  it("is in each place what a stack's template is there, whatever is in it", () => {
    const places = uniqueArray(constantFrom<Where>(BLUE, GREEN, CHINA), { minLength: 1 });
    assert(
      property(hostileModel, places, (model, all) => {
        const kept = model.resources.filter(({ kind }) => stackSetEngine.kinds.includes(kind));
        const models = all.map((where) => withOwn(moved({ ...model, resources: kept }, where)));
        const { value, Mappings } = merged(
          models.map((one) => templateResources(one, sharedLogicalId)),
          models.map(placeOf),
        );
        for (const one of models) {
          const { awsAccount, region, arn } = one.cluster;
          const partition = arn.split(":")[1] ?? "";
          const resolved = resolveTemplate({ Mappings, Resources: value }, { partition, region, awsAccount });
          expect(plain(resolved)).toEqual(plain(templateResources(one, sharedLogicalId)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, readonly ExportModel[], string]>([
    [
      "two clusters in one region of an AWS account",
      [modelIn(BLUE), modelIn(["red", "111122223333", "eu-west-1"])],
      "clusters 'blue' and 'red' in eu-west-1 of AWS account 111122223333",
    ],
    [
      "a role that two regions would create",
      [modelIn(BLUE), moved(aModel([aRole()]), ["red", "111122223333", "us-east-1"])],
      "role 'blue-cart-4x', which the stacks in eu-west-1 and us-east-1 would both create",
    ],
    [
      "clusters with other resources",
      [modelIn(BLUE), moved(aModel([]), GREEN)],
      "not of one form in all clusters",
    ],
  ])("can't have %s", (_, models, reason) => {
    const facts = [["not expressible", expect.arrayContaining([expect.stringContaining(reason)])]];
    const failure = expect.objectContaining({ code: "not-expressible", detail: { facts } });
    expect(() => stackSetTemplate(models)).toThrow(failure);
  });
});

/** With the cluster's own values beside and within what is hostile. */
function withOwn(model: ExportModel): ExportModel {
  const { cluster, issuer } = model;
  const resources = model.resources.map((one): Resource => {
    if (one.kind !== "role") return one;
    const [statement] = [one.trust.Statement].flat();
    const Condition = { StringEquals: { [`${issuer}:sub`]: `${one.description}${cluster.name}` } };
    return {
      ...one,
      name: `${one.name}-${base32Digest(cluster.arn, 4)}`,
      description: `${cluster.name}${one.description} ${cluster.region}`,
      trust: { ...one.trust, Statement: [{ ...statement, Effect: "Allow" as const, Condition }] },
      tags: { ...one.tags, ...tagsOf(one.name), here: `${cluster.arn} ${one.description}` },
    };
  });
  return { ...model, resources };
}

/** Documents, which may also be texts, as values. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, one: unknown) =>
    (key === "AssumeRolePolicyDocument" || key === "PolicyDocument") && typeof one === "string"
      ? JSON.parse(one)
      : one,
  );
}

describe("the commands", () => {
  it("have a call for each set of regions: a call has an instance for each AWS account in each region", () => {
    const at = (...where: Where): ExportModel => moved(aModel([]), where);
    const text = stackSetCommands([
      at("a", "111122223333", "us-east-1"),
      at("b", "111122223333", "eu-west-1"),
      at("c", "444455556666", "eu-west-1"),
      at("d", "444455556666", "us-east-1"),
      at("e", "777788889999", "eu-west-1"),
    ]);
    expect(text.split("\n").filter((one) => one.includes("create-stack-instances"))).toEqual([
      "aws cloudformation create-stack-instances --stack-set-name irsa --accounts 111122223333 444455556666 --regions eu-west-1 us-east-1",
      "aws cloudformation create-stack-instances --stack-set-name irsa --accounts 777788889999 --regions eu-west-1",
    ]);
  });
});
