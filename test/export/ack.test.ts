import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ack } from "../../src/export/engines/ack.ts";
import { manifests } from "../../src/export/engines/manifests.ts";
import type { Resource } from "../../src/export/model.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { aServiceAccount, CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aModel, anAssociation, aRole } from "./a-model.ts";

interface Read {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

const read = (text: string): Read[] =>
  parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS() as Read);

const written = (resources: readonly Resource[], isLive = false, namespace?: string): Read[] =>
  read(ack.write(aModel(resources, isLive), namespace));

const serviceAccount: Resource = {
  kind: "serviceAccount",
  serviceAccount: aServiceAccount("shop/cart"),
  labels: {},
  annotations: { "eks.amazonaws.com/role-arn": ownRole("cart") },
};

describe("ACK's resources", () => {
  it("are in ACK's namespace, or the one that is given; ServiceAccounts stay in theirs", () => {
    const namespaces = (all: readonly Read[]) => all.map(({ metadata }) => metadata.namespace);
    expect(namespaces(written([aRole(), serviceAccount]))).toEqual(["ack-system", "shop"]);
    expect(namespaces(written([aRole(), serviceAccount], false, "iam"))).toEqual(["iam", "shop"]);
  });

  it("refer to the role of an association that is in the text, and name any other", () => {
    const [role, association] = written([aRole(), anAssociation()]);
    expect(association?.spec).toMatchObject({ roleRef: { from: { name: role?.metadata.name } } });
    expect(association?.spec).not.toHaveProperty("roleARN");
    const [alone] = written([anAssociation({ role: ownRole("theirs") })]);
    expect(alone?.spec).toMatchObject({ roleARN: ownRole("theirs") });
    expect(alone?.spec).not.toHaveProperty("roleRef");
  });

  it("name the cluster's region: the controller may run in another", () => {
    const [association] = written([anAssociation()]);
    expect(association?.metadata.annotations).toEqual({ "services.k8s.aws/region": "ap-northeast-2" });
  });

  it("adopt what is live by what AWS calls it, and keep it when they are deleted", () => {
    const existing = { id: "a-1", arn: "arn" };
    const all = written([aRole({ name: 'a"b' }), anAssociation({ existing })], true);
    expect(all.map(({ metadata }) => metadata.annotations)).toEqual([
      expect.objectContaining({ "services.k8s.aws/adoption-fields": String.raw`{"name":"a\"b"}` }),
      expect.objectContaining({
        "services.k8s.aws/adoption-fields": '{"clusterName":"eks-work-cluster","associationID":"a-1"}',
      }),
    ]);
    for (const { metadata } of all)
      expect(metadata.annotations).toMatchObject({
        "services.k8s.aws/adoption-policy": "adopt-or-create",
        "services.k8s.aws/deletion-policy": "retain",
      });
    expect(written([aRole()])[0]?.metadata).not.toHaveProperty("annotations");
  });

  it("say no more than what is asked for: no empty list, path or description", () => {
    const [role] = written([aRole()]);
    expect(Object.keys(role?.spec ?? {})).toEqual(["name", "assumeRolePolicyDocument", "maxSessionDuration"]);
    const [full] = written([
      aRole({ path: "/a/", description: "b", boundary: CLOUDWATCH, policies: [CLOUDWATCH] }),
    ]);
    expect(full?.spec).toMatchObject({
      path: "/a/",
      description: "b",
      permissionsBoundary: CLOUDWATCH,
      policies: [CLOUDWATCH],
    });
  });

  it("give back what others wrote, whatever it is", () => {
    const names = HOSTILE_NAMES.filter((name) => !/[\uD800-\uDFFF]/u.test(name));
    const role = aRole({
      description: names.join(" "),
      tags: Object.fromEntries(names.map((name) => [name, name])),
      inline: Object.fromEntries(names.map((name) => [name, { Statement: [] }])),
    });
    const [one] = written([role]);
    expect(one?.spec).toMatchObject({
      description: role.description,
      tags: expect.arrayContaining(Object.entries(role.tags).map(([key, value]) => ({ key, value }))),
      inlinePolicies: Object.fromEntries(
        Object.entries(role.inline).map(([name, document]) => [name, JSON.stringify(document)]),
      ),
    });
  });
});

describe("manifests", () => {
  it("are the ServiceAccounts and the namespaces that are asked for", () => {
    const model = aModel([{ kind: "namespace", name: "shop" }, serviceAccount]);
    expect(read(manifests.write(model))).toEqual([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { namespace: "shop", name: "cart", annotations: serviceAccount.annotations },
      },
    ]);
  });
});
