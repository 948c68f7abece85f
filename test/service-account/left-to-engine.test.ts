import { describe, expect, it } from "vitest";
import { fieldManagerOf } from "../../src/model/field-manager.ts";
import type { Tags } from "../../src/model/iam-objects.ts";
import { engineOf } from "../../src/model/managing-engine.ts";
import { observeListing } from "../../src/service-account/list/observe.ts";
import { serviceAccountRows } from "../../src/service-account/list/rows.ts";
import { aDesire, CLOUDWATCH, managed, S3_READ } from "../fakes/values.ts";
import {
  applyAll,
  aRemoval,
  bringAbout,
  kindsOf,
  planIn,
  removalIn,
  stopOf,
  updateIn,
} from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const STACK = { "aws:cloudformation:stack-name": "irsa-main" };

describe("an engine", () => {
  it.each<[string, Tags, string | undefined]>([
    ["CloudFormation", STACK, "CloudFormation (stack irsa-main)"],
    [
      "eksctl, whose stacks nobody else updates",
      {
        "aws:cloudformation:stack-name": "eksctl-main-addon-iamserviceaccount-shop-cart",
        "alpha.eksctl.io/cluster-name": "main",
      },
      undefined,
    ],
    [
      "CloudFormation, whoever puts eksctl's tag beside its own",
      { ...STACK, "alpha.eksctl.io/cluster-name": "main" },
      "CloudFormation (stack irsa-main)",
    ],
    ["ACK", { "services.k8s.aws/namespace": "ack-system" }, "ACK (namespace ack-system)"],
    [
      "ACK, of a controller that says no namespace",
      { "services.k8s.aws/controller-version": "iam-1" },
      "ACK",
    ],
    ["ACK as an EKS capability", { "eks:kubernetes-namespace": "a" }, "ACK (namespace a)"],
    [
      "Crossplane",
      { "crossplane-kind": "role.iam.aws.m.upbound.io", "crossplane-name": "cart" },
      "Crossplane (role.iam.aws.m.upbound.io cart)",
    ],
    ["Terraform, by convention", { ManagedBy: "terraform" }, "Terraform"],
    ["Terraform, by another", { Terraform: "true" }, "Terraform"],
    ["OpenTofu", { "provisioned-by": "OpenTofu" }, "OpenTofu"],
    ["Pulumi", { managed_by: "pulumi" }, "Pulumi"],
    ["irsa", { "irsa/managed-by": "irsa" }, undefined],
    ["people", { ManagedBy: "platform team", terraform: "false", constructor: "true" }, undefined],
  ])("is recognized by tags: %s", (_, tags, engine) => {
    expect(engineOf(tags)).toBe(engine);
  });

  it.each([
    ["HashiCorp", "Terraform"],
    ["Terraform", "Terraform"],
    ["pulumi-kubernetes-31df3088", "Pulumi"],
    ["crossplane-kubernetes-provider", "Crossplane"],
    ["kubectl-client-side-apply", undefined],
    ["irsa", undefined],
  ])("is recognized by the field manager %s", (manager, name) => {
    expect(fieldManagerOf({ labels: {}, annotations: {}, managers: [manager] })?.name).toBe(name);
  });
});

/** A world in which an engine has applied what irsa exported. */
async function settled(tags: Tags = STACK): Promise<World> {
  const world = aWorld().withProvider();
  await bringAbout(world, aDesire());
  world.editRole(world.roleOf(aDesire()), (found) => ({
    role: { ...found.role, tags: { ...found.role.tags, ...tags } },
  }));
  world.log.clear();
  return world;
}

const more = { role: managed({ policies: [CLOUDWATCH, S3_READ] }) };
const adding = { policies: { kind: "some", add: [S3_READ], remove: [] } } as const;

describe("a role that an engine manages", () => {
  it("is what is asked for: there is nothing to do", async () => {
    expect(kindsOf(await planIn(await settled(), aDesire()))).toEqual([]);
  });

  it.each<[string, (world: World) => Promise<unknown>]>([
    ["create-sa", (world) => planIn(world, aDesire(more))],
    ["update-sa", (world) => updateIn(world, adding)],
  ])("is not changed by %s, which names the engine and the flag", async (_, plan) => {
    const world = await settled();
    const { code, message, detail } = await stopOf(plan(world));
    expect([code, message]).toEqual([
      "owned-elsewhere",
      expect.stringContaining("is managed by CloudFormation (stack irsa-main)"),
    ]);
    expect(detail.flags).toEqual(["--override-engine"]);
    expect(world.log.writes).toEqual([]);
  });

  it("is changed where the operator overrides that", async () => {
    const created = await planIn(await settled(), aDesire({ ...more, overrideEngine: true }));
    expect(kindsOf(created)).toEqual(["edit-role", "attach-policy"]);
    const updated = await updateIn(await settled(), { ...adding, overrideEngine: true });
    expect(kindsOf(updated)).toEqual(["edit-role", "attach-policy"]);
  });

  it("is kept by delete-sa, and deleted where the operator overrides that", async () => {
    const world = await settled();
    const kept = await removalIn(world, aRemoval());
    expect([kept.role.fate, kindsOf(kept)]).toEqual(["kept", ["delete-service-account"]]);
    expect(kept.notes).toContainEqual(expect.objectContaining({ code: "owned-elsewhere" }));
    const gone = await removalIn(world, aRemoval({ overrideEngine: true }));
    await applyAll(world, gone.changes);
    expect(gone.role.fate).toBe("deleted");
  });

  it("is listed with the engine, and its ServiceAccount with who manages that", async () => {
    const world = await settled();
    const ports = { ...world.aws, kubernetes: world.kubernetes };
    const [row] = serviceAccountRows(await observeListing({}, world.cluster, ports));
    expect(row).toMatchObject({
      managedBy: "irsa",
      roleEngine: "CloudFormation (stack irsa-main)",
      state: "in-sync",
    });
  });
});
