import { sample } from "fast-check";
import { describe, expect, it } from "vitest";
import { crossplane } from "../../../../src/export/engines/crossplane.ts";
import { resourcesOf, type ExportModel } from "../../../../src/export/model.ts";
import { hostileModel } from "../../../export/arbitrary-model.ts";
import { CROSSPLANE_DEFINITIONS } from "../../../worlds/crds/crossplane.ts";
import { inJson } from "../../../worlds/kubectl.ts";
import { createInAws, type KubernetesItem } from "./create-in-aws.ts";
import { CROSSPLANE_KINDS, externalName, readCrossplane } from "./read-crossplane.ts";
import { compared, objectsIn, only, useExportCluster } from "./use-cluster.ts";

const cluster = useExportCluster(CROSSPLANE_DEFINITIONS, ["crossplane-system", "hostile"]);

/** Without the association with a session policy, which Crossplane does not have. */
const EXPRESSIBLE = ["--exclude", "shop/till"];

type Managed = KubernetesItem<{ readonly forProvider: Readonly<Record<string, unknown>> }>;

describe("resources for Crossplane", () => {
  it("have no session policies: an export with one prints nothing, and names it", async () => {
    const { run, file } = cluster();
    const { code, stdout, stderr } = await run("export", "-f", file, "--to", "crossplane");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("shop/till: the session policy of its Pod Identity association");
  });

  it("are the API server's and kubeconform's to take, and no other field is", async () => {
    const { exported, conforms, kubectl, file } = cluster();
    const text = await exported("-f", file, "--to", "crossplane", "--namespaces", ...EXPRESSIBLE);
    expect(await conforms(text)).toEqual({ code: 0, stdout: "", stderr: "" });
    const wrong = text.replace("maxSessionDuration", "maxSessionSeconds");
    expect(await conforms(wrong)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("maxSessionSeconds"),
    });
    expect(await kubectl(["create", "--dry-run=server", "-f", "-"], wrong)).toMatchObject({
      stderr: expect.stringContaining('unknown field "spec.forProvider.maxSessionSeconds"'),
    });
    const without = text.replace(/^ +assumeRolePolicy: .*$/m, "");
    expect(await kubectl(["create", "--dry-run=server", "-f", "-"], without)).toMatchObject({
      stderr: expect.stringContaining("spec.forProvider.assumeRolePolicy is a required parameter"),
    });
  });

  it("make what apply makes: once controllers have carried them out, irsa has nothing to do", async () => {
    const { exported, succeeds, run, kubectl, file, world } = cluster();
    const words = ["-f", file, "--to", "crossplane", "--namespaces", ...EXPRESSIBLE];
    expect(await run("plan", "-f", file, "--exit-code", ...EXPRESSIBLE)).toMatchObject({ code: 3 });
    const text = await exported(...words);
    await succeeds(["apply", "-f", "-"], text);
    await createInAws(world.aws, await readCrossplane(kubectl, "crossplane-system", world.aws.awsAccount));
    const after = await run("plan", "-f", file, "--detect-drift", ...EXPRESSIBLE);
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("3 up to date") });
    expect(await exported(...words)).toBe(text);
    expect(await succeeds(["apply", "-f", "-"], text)).not.toMatch(/created|configured/);
  });

  it("find what is live by its external name, and keep it when they are deleted", async () => {
    const { exported, succeeds, run, kubectl, file, world } = cluster();
    const live = await exported("--live", "--to", "crossplane", "--cluster", world.cluster.name);
    await succeeds(["apply", "-f", "-"], live);
    const { items } = await inJson<{ items: Managed[] }>(kubectl, [
      "get",
      "-n",
      "crossplane-system",
      CROSSPLANE_KINDS,
    ]);
    const names = items.map((item) => `${item.kind} ${externalName(item)}`).toSorted(compared);
    expect(names).toHaveLength(items.length);
    expect(names).toEqual([
      expect.stringMatching(/^OpenIDConnectProvider arn:aws:iam::\d+:oidc-provider\//),
      expect.stringMatching(/^PodIdentityAssociation a-/),
      ...["kube-system-dns", "payments-worker", "shop-cart"].map((name) =>
        expect.stringMatching(`^Role eks-work-cluster-${name}-[a-z0-9]{10}$`),
      ),
      ...Array.from({ length: 2 }, () => expect.stringMatching(/^RolePolicy [^/]+$/)),
      ...["payments-worker", "shop-cart"].map((name) =>
        expect.stringMatching(`^RolePolicyAttachment eks-work-cluster-${name}-.*/arn:aws:iam::aws:policy/`),
      ),
    ]);
    for (const { spec } of items)
      expect(spec).toMatchObject({
        managementPolicies: ["Observe", "Create", "Update", "LateInitialize"],
      });
    expect(await run("plan", "-f", file, "--detect-drift", ...EXPRESSIBLE)).toMatchObject({ code: 0 });
  });
});

describe("hostile values", () => {
  it("come back by a reader of YAML 1.1 that others wrote, and from the API server", async () => {
    const { readers, succeeds } = cluster();
    const kinds = ["provider", "role", "association"];
    const models = sample(hostileModel, 40).map((model) => only(model, kinds));
    const texts = models.map((model) => crossplane.write(model, "hostile"));
    const read = await readers.readYaml(texts);
    for (const [at, model] of models.entries()) expectSame(read[at] ?? [], model);
    const printed = await succeeds(["create", "--dry-run=server", "-f", "-", "-o", "json"], texts.join(""));
    expect(objectsIn(printed).map(({ spec }) => spec)).toMatchObject(
      read.flat().map((document) => (document as Managed).spec),
    );
  });
});

function expectSame(documents: readonly unknown[], model: ExportModel): void {
  const of = (kind: string) => documents.filter((one): one is Managed => (one as Managed).kind === kind);
  const roles = resourcesOf(model, "role");
  expect(of("Role").map((role) => [externalName(role), withValue(role, "assumeRolePolicy")])).toEqual(
    roles.map(({ name, path, description, trust, tags }) => [
      name,
      {
        path,
        assumeRolePolicy: trust,
        maxSessionDuration: 3600,
        ...(description !== "" && { description }),
        ...(Object.keys(tags).length > 0 && { tags }),
      },
    ]),
  );
  const referred = ({ spec }: Managed): string | undefined => {
    const { name } = spec.forProvider["roleRef"] as { readonly name: string };
    const role = of("Role").find(({ metadata }) => metadata.name === name);
    return role && externalName(role);
  };
  expect(of("RolePolicyAttachment").map((one) => [referred(one), one.spec.forProvider["policyArn"]])).toEqual(
    roles.flatMap(({ name, policies }) => policies.map((policy) => [name, policy])),
  );
  expect(
    of("RolePolicy").map((one) => [referred(one), externalName(one), withValue(one, "policy")["policy"]]),
  ).toEqual(
    roles.flatMap(({ name, inline }) =>
      Object.entries(inline).map(([policy, document]) => [name, policy, document]),
    ),
  );
  expect(of("OpenIDConnectProvider").map(({ spec }) => spec.forProvider)).toMatchObject(
    resourcesOf(model, "provider").map(({ url, clientIds }) => ({ url, clientIdList: clientIds })),
  );
  expect(of("PodIdentityAssociation").map(({ spec }) => spec.forProvider)).toMatchObject(
    resourcesOf(model, "association").map(({ serviceAccount, targetRole, tags }) => ({
      serviceAccount: serviceAccount.name,
      ...(targetRole !== undefined && { targetRoleArn: targetRole }),
      ...(Object.keys(tags).length > 0 && { tags }),
    })),
  );
}

/** The fields, with a document in one of them as a value again. */
function withValue({ spec: { forProvider } }: Managed, name: string): Readonly<Record<string, unknown>> {
  return { ...forProvider, [name]: JSON.parse(String(forProvider[name])) };
}
