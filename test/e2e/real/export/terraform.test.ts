import { sample } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { terraform } from "../../../../src/export/engines/terraform.ts";
import {
  attachmentIdentifier,
  identifierOf,
  inlineIdentifier,
  snakeCase,
} from "../../../../src/export/identifier.ts";
import { resourcesOf, type ExportModel, type RoleResource } from "../../../../src/export/model.ts";
import { anAssociation, aModel, aRole } from "../../../export/a-model.ts";
import { hostileModel } from "../../../export/arbitrary-model.ts";
import { ownRole } from "../../../fakes/values.ts";
import { openReaders, type HclBlock, type Readers } from "../../../worlds/readers/readers.ts";

let readers: Readers;

beforeAll(async () => {
  readers = await openReaders();
});

type Attributes = Readonly<Record<string, unknown>>;

/** The resources of one type by their names; a policy in its text is a value again. */
function resourcesIn(blocks: readonly HclBlock[], type: string): Readonly<Record<string, Attributes>> {
  const found = blocks.filter((block) => block.type === "resource" && block.labels[0] === type);
  return Object.fromEntries(found.map((block) => [block.labels[1], read(block)]));
}

function read({ attributes, blocks }: HclBlock): Attributes {
  const parsed = ["assume_role_policy"].filter((name) => name in attributes);
  return {
    ...attributes,
    ...Object.fromEntries(parsed.map((name) => [name, JSON.parse(String(attributes[name]))])),
    ...Object.fromEntries(blocks.map((block) => [block.type, block.attributes])),
  };
}

const some = (name: string, pairs: Readonly<Record<string, string>>): Attributes =>
  Object.keys(pairs).length === 0 ? {} : { [name]: pairs };

const at = (type: string, resource: Parameters<typeof identifierOf>[0], attribute: string) => ({
  expression: `${type}.${snakeCase(identifierOf(resource))}.${attribute}`,
});

/** What the Kubernetes provider would otherwise set or remove. */
const ignoring = (attributes: string) => ({ ignore_changes: { expression: `[${attributes}]` } });

const roleName = (role: RoleResource) => at("aws_iam_role", role, "name");

function expectSame(blocks: readonly HclBlock[], model: ExportModel): void {
  const roles = resourcesOf(model, "role");
  expect(resourcesIn(blocks, "aws_iam_role")).toEqual(
    Object.fromEntries(
      roles.map((role) => [
        snakeCase(identifierOf(role)),
        {
          name: role.name,
          path: role.path,
          ...(role.description !== "" && { description: role.description }),
          assume_role_policy: role.trust,
          max_session_duration: 3600,
          ...some("tags", role.tags),
        },
      ]),
    ),
  );
  expect(resourcesIn(blocks, "aws_iam_role_policy_attachment")).toEqual(
    Object.fromEntries(
      roles.flatMap((role) =>
        role.policies.map((policy) => [
          snakeCase(attachmentIdentifier(role, policy)),
          { role: roleName(role), policy_arn: policy },
        ]),
      ),
    ),
  );
  const inline = Object.entries(resourcesIn(blocks, "aws_iam_role_policy")).map(
    ([id, { policy, ...rest }]) => [id, { ...rest, policy: JSON.parse(String(policy)) as unknown }] as const,
  );
  expect(Object.fromEntries(inline)).toEqual(
    Object.fromEntries(
      roles.flatMap((role) =>
        Object.entries(role.inline).map(([name, policy]) => [
          snakeCase(inlineIdentifier(role, name)),
          { role: roleName(role), name, policy },
        ]),
      ),
    ),
  );
  expect(resourcesIn(blocks, "aws_eks_pod_identity_association")).toEqual(
    Object.fromEntries(
      resourcesOf(model, "association").map((one) => [
        snakeCase(identifierOf(one)),
        {
          cluster_name: model.cluster.name,
          namespace: one.serviceAccount.namespace,
          service_account: one.serviceAccount.name,
          role_arn: at("aws_iam_role", roles.find(({ arn }) => arn === one.role) ?? one, "arn"),
          ...(one.targetRole !== undefined && { target_role_arn: one.targetRole }),
          ...(one.withoutSessionTags && { disable_session_tags: true }),
          ...(one.policy !== undefined && { policy: one.policy }),
          ...some("tags", one.tags),
        },
      ]),
    ),
  );
  expect(resourcesIn(blocks, "kubernetes_service_account_v1")).toEqual(
    Object.fromEntries(
      resourcesOf(model, "serviceAccount").map((one) => [
        snakeCase(identifierOf(one)),
        {
          metadata: {
            name: one.serviceAccount.name,
            namespace: at("kubernetes_namespace_v1", { kind: "namespace", name: "shop" }, "metadata[0].name"),
            ...some("labels", one.labels),
            ...some("annotations", one.annotations),
          },
          lifecycle: ignoring("automount_service_account_token, image_pull_secret, secret"),
        },
      ]),
    ),
  );
  expect(Object.values(resourcesIn(blocks, "kubernetes_namespace_v1"))).toEqual(
    resourcesOf(model, "namespace").map(({ name }) => ({
      metadata: { name },
      lifecycle: ignoring("metadata[0].labels, metadata[0].annotations"),
    })),
  );
  expect(Object.values(resourcesIn(blocks, "aws_iam_openid_connect_provider"))).toEqual(
    resourcesOf(model, "provider").map(({ url, clientIds, tags }) => ({
      url,
      client_id_list: clientIds,
      ...some("tags", tags),
    })),
  );
}

describe("a configuration for Terraform", () => {
  it("says by HashiCorp's own parser what the model says, whatever is in it", async () => {
    const models = sample(hostileModel, 200).filter((model) => terraform.cannot(model).length === 0);
    const all = await readers.readHcl(models.map((model) => terraform.write(model)));
    expect(models.length).toBeGreaterThan(50);
    for (const [index, model] of models.entries()) expectSame(all[index] ?? [], model);
  });

  it.each([
    ["${aws:username}", "$${aws:username}"],
    ["%{x}", "%%{x}"],
    ["$${x}", "$\\u0024{x}"],
    ["$", "$"],
    ["100%", "100%"],
  ])("writes %j as people write it", (description, written) => {
    expect(terraform.write(aModel([aRole({ description })]))).toContain(`description = "${written}"`);
  });

  it("imports each resource by the ID that the provider has for it", async () => {
    const role = aRole({
      policies: ["arn:aws:iam::aws:policy/A" as never],
      inline: { 'a"b': { Statement: [] } },
    });
    const association = anAssociation({ existing: { id: "a-1", arn: "arn" } });
    const { serviceAccount } = association;
    const model = aModel(
      [role, association, { kind: "serviceAccount", serviceAccount, labels: {}, annotations: {} }],
      true,
    );
    const [blocks = []] = await readers.readHcl([terraform.write(model)]);
    const resources = blocks.filter(({ type }) => type === "resource").map(({ labels }) => labels.join("."));
    const imports = blocks.filter(({ type }) => type === "import").map(({ attributes }) => attributes);
    expect(imports.map(({ to }) => to)).toEqual(resources.map((expression) => ({ expression })));
    expect(imports.map(({ id }) => id)).toEqual([
      "cart",
      "cart/arn:aws:iam::aws:policy/A",
      'cart:a"b',
      "eks-work-cluster,a-1",
      "shop/cart",
    ]);
  });

  it("names a role that is used as it is", async () => {
    const [blocks = []] = await readers.readHcl([
      terraform.write(aModel([anAssociation({ role: ownRole("theirs") })])),
    ]);
    expect(blocks.map(({ attributes }) => attributes["role_arn"])).toEqual([ownRole("theirs")]);
  });
});
