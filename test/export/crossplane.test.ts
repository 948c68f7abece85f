import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { crossplane } from "../../src/export/engines/crossplane.ts";
import type { Resource } from "../../src/export/model.ts";
import { CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aModel, anAssociation, aRole } from "./a-model.ts";

interface Read {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly managementPolicies?: unknown; readonly forProvider: object };
}

const written = (resources: readonly Resource[], isLive = false, namespace?: string): Read[] =>
  parseAllDocuments(crossplane.write(aModel(resources, isLive), namespace), { version: "1.1" }).map(
    (document) => document.toJS() as Read,
  );

const external = ({ metadata }: Read) => metadata.annotations?.["crossplane.io/external-name"];

const role = aRole({ policies: [CLOUDWATCH], inline: { "a b": { Statement: [] } } });
const association = anAssociation({ existing: { id: "a-1", arn: "arn" } });

describe("Crossplane's resources", () => {
  it("have an external name where it is chosen, and where it exists", () => {
    expect(written([role, association]).map(external)).toEqual(["cart", undefined, "a b", undefined]);
    expect(written([role, association], true).map(external)).toEqual([
      "cart",
      `cart/${CLOUDWATCH}`,
      "a b",
      "a-1",
    ]);
  });

  it("keep what is live when they are deleted", () => {
    const policies = (isLive: boolean) =>
      written([role, association], isLive).map(({ spec }) => spec.managementPolicies);
    expect(policies(false)).toEqual([undefined, undefined, undefined, undefined]);
    for (const one of policies(true)) expect(one).toEqual(expect.not.arrayContaining(["Delete", "*"]));
  });

  it("refer to a role that is in the text by its object, and name any other", () => {
    const [own, attachment, inline, one] = written([role, association]);
    for (const { spec } of [attachment, inline].flatMap((other) => other ?? []))
      expect(spec.forProvider).toMatchObject({ roleRef: { name: own?.metadata.name } });
    expect(one?.spec.forProvider).toMatchObject({ roleArnRef: { name: own?.metadata.name } });
    const [alone] = written([anAssociation({ role: ownRole("theirs") })]);
    expect(alone?.spec.forProvider).toMatchObject({ roleArn: ownRole("theirs") });
  });

  it("are in Crossplane's namespace, or the one that is given", () => {
    const namespaces = (all: readonly Read[]) => new Set(all.map(({ metadata }) => metadata.namespace));
    expect(namespaces(written([role, association]))).toEqual(new Set(["crossplane-system"]));
    expect(namespaces(written([role, association], false, "iam"))).toEqual(new Set(["iam"]));
  });

  it("can't have a session policy", () => {
    expect(crossplane.cannot(aModel([anAssociation({ policy: "{}" })]))).toEqual([
      "shop/cart: the session policy of its Pod Identity association",
    ]);
    expect(crossplane.cannot(aModel([role, association]))).toEqual([]);
  });
});
