import { sample } from "fast-check";
import { describe, expect, it } from "vitest";
import { ack } from "../../../../src/export/engines/ack.ts";
import { manifests } from "../../../../src/export/engines/manifests.ts";
import { resourcesOf, type ExportModel } from "../../../../src/export/model.ts";
import { hostileModel } from "../../../export/arbitrary-model.ts";
import { ACK_DEFINITIONS } from "../../../worlds/crds/ack.ts";
import { inJson } from "../../../worlds/kubectl.ts";
import { createInAws, type KubernetesItem } from "./create-in-aws.ts";
import { ACK_KINDS, readAck } from "./read-ack.ts";
import { compared, objectsIn, only, useExportCluster } from "./use-cluster.ts";

const cluster = useExportCluster(ACK_DEFINITIONS, ["ack-system", "hostile"]);

describe("resources for ACK", () => {
  it("are the API server's and kubeconform's to take, and no other field is", async () => {
    const { exported, conforms, kubectl, file } = cluster();
    const text = await exported("-f", file, "--to", "ack", "--namespaces");
    expect(await conforms(text)).toEqual({ code: 0, stdout: "", stderr: "" });
    const wrong = text.replace("maxSessionDuration", "maxSessionSeconds");
    expect(await conforms(wrong)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("maxSessionSeconds"),
    });
    expect(await kubectl(["create", "--dry-run=server", "-f", "-"], wrong)).toMatchObject({
      stderr: expect.stringContaining('unknown field "spec.maxSessionSeconds"'),
    });
  });

  it("make what apply makes: once controllers have carried them out, irsa has nothing to do", async () => {
    const { exported, kubectl, succeeds, run, file, world } = cluster();
    expect(await run("plan", "-f", file, "--exit-code")).toMatchObject({ code: 3 });
    const text = await exported("-f", file, "--to", "ack", "--namespaces");
    await succeeds(["apply", "-f", "-"], text);
    await createInAws(world.aws, await readAck(kubectl, "ack-system", world.aws.awsAccount));
    const after = await run("plan", "-f", file, "--detect-drift");
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("4 up to date") });
    expect(await exported("-f", file, "--to", "ack", "--namespaces")).toBe(text);
    expect(await succeeds(["apply", "-f", "-"], text)).not.toMatch(/created|configured/);
  });

  it("adopt what is live, which they describe as it is", async () => {
    const { exported, kubectl, succeeds, run, file, world } = cluster();
    const live = await exported("--live", "--to", "ack", "--namespaces", "--cluster", world.cluster.name);
    await succeeds(["apply", "-f", "-"], live);
    const before = await readAck(kubectl, "ack-system", world.aws.awsAccount);
    const objects = await inJson<{ items: KubernetesItem<object>[] }>(
      kubectl,
      ["get", "-n", "ack-system", ACK_KINDS].flat(),
    );
    const found = objects.items.map(({ kind, metadata: { annotations = {} } }) => [
      kind,
      ...Object.keys(JSON.parse(annotations["services.k8s.aws/adoption-fields"] ?? "{}") as object),
    ]);
    expect(found.map((words) => words.join(" ")).toSorted(compared)).toEqual([
      "OpenIDConnectProvider arn",
      ...Array.from(
        { length: before.associations.length },
        () => "PodIdentityAssociation clusterName associationID",
      ),
      ...Array.from({ length: before.roles.length }, () => "Role name"),
    ]);
    expect(await run("plan", "-f", file, "--detect-drift")).toMatchObject({ code: 0 });
  });
});

describe("manifests", () => {
  it("are the ServiceAccounts that are in the cluster then, and kubeconform's to take", async () => {
    const { exported, conforms, succeeds, file, world } = cluster();
    const text = await exported("-f", file, "--to", "manifests", "--namespaces");
    expect(await conforms(text)).toEqual({ code: 0, stdout: "", stderr: "" });
    const told = await succeeds(["apply", "-f", "-"], text);
    expect(told.trim().split("\n").toSorted(compared)).toEqual([
      "namespace/kube-system unchanged",
      "namespace/payments unchanged",
      "namespace/shop unchanged",
      "serviceaccount/cart unchanged",
      "serviceaccount/dns unchanged",
      "serviceaccount/worker unchanged",
    ]);
    expect(
      await exported("--live", "--to", "manifests", "--namespaces", "--cluster", world.cluster.name),
    ).toBe(text);
  });
});

describe("hostile values", () => {
  it("come back by a reader of YAML 1.1 that others wrote, and from the API server", async () => {
    const { succeeds, readers } = cluster();
    const models = sample(hostileModel, 40);
    const read = await readers.readYaml(models.map((model) => ack.write(model)));
    for (const [at, model] of models.entries()) expectSame(read[at] ?? [], model);
    const texts = models.map((model) =>
      ack.write(only(model, ["provider", "role", "association"]), "hostile"),
    );
    const told = await succeeds(["create", "--dry-run=server", "-f", "-", "-o", "json"], texts.join(""));
    const answers = objectsIn(told);
    const own = await readers.readYaml(texts);
    expect(answers.map(({ spec }) => spec)).toEqual(
      own.flat().map((document) => (document as KubernetesItem<object>).spec),
    );
  });

  it("come back in ServiceAccounts", async () => {
    const { readers } = cluster();
    const models = sample(hostileModel, 40).map((model) => only(model, manifests.kinds));
    const read = await readers.readYaml(models.map((model) => manifests.write(model)));
    for (const [at, model] of models.entries())
      expect(read[at]?.slice(1)).toMatchObject(
        resourcesOf(model, "serviceAccount").map(({ labels, annotations }) => ({
          metadata: Object.keys(labels).length === 0 ? {} : { labels, annotations },
        })),
      );
  });
});

function expectSame(documents: readonly unknown[], model: ExportModel): void {
  const specs = (kind: string) =>
    documents
      .filter((one): one is KubernetesItem<object> => (one as KubernetesItem<object>).kind === kind)
      .map(({ spec }) => spec);
  expect(specs("Role").map(withValues)).toEqual(
    resourcesOf(model, "role").map(({ name, path, description, trust, policies, inline, tags }) => ({
      name,
      path,
      policies,
      assumeRolePolicyDocument: trust,
      maxSessionDuration: 3600,
      ...(description !== "" && { description }),
      ...(Object.keys(inline).length > 0 && { inlinePolicies: inline }),
      ...(Object.keys(tags).length > 0 && {
        tags: Object.entries(tags)
          .map(([key, value]) => ({ key, value }))
          .toSorted((one, other) => compared(one.key, other.key)),
      }),
    })),
  );
  expect(specs("OpenIDConnectProvider")).toMatchObject(
    resourcesOf(model, "provider").map(({ url, clientIds }) => ({ url, clientIDs: clientIds })),
  );
  expect(specs("PodIdentityAssociation")).toMatchObject(
    resourcesOf(model, "association").map(({ policy, targetRole, tags }) => ({
      ...(policy !== undefined && { policy }),
      ...(targetRole !== undefined && { targetRoleARN: targetRole }),
      ...(Object.keys(tags).length > 0 && { tags }),
    })),
  );
}

/** A role's documents as values again. */
function withValues(spec: object): unknown {
  return JSON.parse(JSON.stringify(spec), (_key, value: unknown) =>
    typeof value === "string" && value.startsWith('{"Version"') ? JSON.parse(value) : value,
  );
}
