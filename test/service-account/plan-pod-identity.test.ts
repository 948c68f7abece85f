import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { aDesire, CLOUDWATCH, existing, managed, ownRole, S3_READ } from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const byAssociation = aDesire({ podIdentity: { withoutSessionTags: false } });
const TAGS = {
  "irsa/managed-by": "irsa",
  "irsa/origin": "created",
  "irsa/cluster-arn": aWorld().cluster.arn,
  "irsa/namespace": "amazon-cloudwatch",
  "irsa/service-account": "cloudwatch-agent",
};
const trustOf = (world: World, withoutSessionTags = false) =>
  trustPolicy([
    podIdentityStatement(
      podIdentityGrantFor(world.cluster, byAssociation.serviceAccount, withoutSessionTags),
    ),
  ]);

describe("a ServiceAccount that is to get a role by Pod Identity", () => {
  it("gets role, association and ServiceAccount, and needs no identity provider", async () => {
    const plan = await planIn(aWorld(), byAssociation);
    expect(kindsOf(plan)).toEqual([
      "create-role",
      "attach-policy",
      "create-pod-identity",
      "create-namespace",
      "create-service-account",
    ]);
    expect(plan).toMatchObject({ way: "pod-identity", audience: "pods.eks.amazonaws.com", notes: [] });
  });

  it("is the only one that its role trusts, by the tags of EKS's sessions", async () => {
    const world = aWorld();
    const { trust, description } = changeOf(await planIn(world, byAssociation), "create-role");
    expect(trust).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Principal: { Service: "pods.eks.amazonaws.com" },
          Condition: {
            StringEquals: {
              "aws:SourceAccount": "111122223333",
              "aws:SourceArn": world.cluster.arn,
              "aws:RequestTag/kubernetes-namespace": "amazon-cloudwatch",
              "aws:RequestTag/kubernetes-service-account": "cloudwatch-agent",
            },
          },
        },
      ],
    });
    expect(description).toBe(
      "EKS Pod Identity role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster",
    );
  });

  it("has an association with ownership tags, and no annotation with a role", async () => {
    const plan = await planIn(aWorld(), byAssociation);
    expect(changeOf(plan, "create-pod-identity")).toMatchObject({
      role: plan.role,
      withoutSessionTags: false,
      tags: TAGS,
    });
    expect(changeOf(plan, "create-service-account").annotations).toEqual({ "irsa/account": "created" });
  });

  it("is as asked for once the plan is applied", async () => {
    const world = aWorld();
    await bringAbout(world, byAssociation);
    expect(world.association(AGENT)).toMatchObject({ roleArn: world.roleOf(byAssociation), tags: TAGS });
    expect(await planIn(world, byAssociation)).toMatchObject({ changes: [], notes: [] });
  });

  it("can be there already, unmanaged: nothing of it is changed", async () => {
    const world = aWorld().withServiceAccount(AGENT);
    expect(kindsOf(await planIn(world, byAssociation))).toEqual([
      "create-role",
      "attach-policy",
      "create-pod-identity",
    ]);
  });

  it("keeps its annotation, which is said", async () => {
    const world = aWorld().withServiceAccount(AGENT, { annotations: { [ROLE_ANNOTATION]: ownRole("old") } });
    const plan = await planIn(world, byAssociation);
    expect(plan.notes).toMatchObject([{ level: "warning", code: "annotation-kept" }]);
    expect(kindsOf(plan)).not.toContain("edit-service-account");
  });
});

describe("a role that irsa has for the ServiceAccount by IRSA", () => {
  it("trusts both ways", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const plan = await planIn(world, byAssociation);
    expect(kindsOf(plan)).toEqual(["edit-role", "create-pod-identity"]);
    expect(changeOf(plan, "edit-role").trust?.after.Statement).toHaveLength(2);
    await bringAbout(world, byAssociation);
    expect(await planIn(world, byAssociation)).toMatchObject({ changes: [] });
    expect(await planIn(world, aDesire())).toMatchObject({ changes: [] });
  });

  it("can be given more while both ways lead to it: neither is somebody else", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    await bringAbout(world, byAssociation);
    for (const way of [{}, { podIdentity: { withoutSessionTags: false } }]) {
      const more = aDesire({ ...way, role: managed({ policies: [CLOUDWATCH, S3_READ] }) });
      expect(kindsOf(await planIn(world, more))).toContain("attach-policy");
    }
  });
});

describe("an association that is there", () => {
  const withAssociation = (roleArn: string, more: Partial<PodIdentityAssociation> = {}) => {
    const world = aWorld().withRole(ownRole("theirs"), {}, { attached: [CLOUDWATCH] });
    world.withAssociation(AGENT, roleArn, more);
    return world;
  };

  it.each<[string, Partial<PodIdentityAssociation>]>([
    ["with nothing", {}],
    ["with irsa's tags alone, which anybody can set", { tags: TAGS }],
  ])("is not taken from another's role: %s", async (_, more) => {
    const world = withAssociation(ownRole("theirs"), more);
    const asked = aDesire({ ...byAssociation, role: managed({ name: "mine" as never }) });
    expect(await stopOf(planIn(world, asked))).toMatchObject({ code: "association-exists" });
    const plan = await planIn(world, { ...asked, adopt: true });
    expect(changeOf(plan, "update-pod-identity")).toMatchObject({
      set: { role: plan.role },
      setTags: { ...TAGS, "irsa/origin": "adopted" },
    });
  });

  it("is not changed where an add-on owns it", async () => {
    const ownerArn = "arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/vpc-cni/1";
    const world = withAssociation(ownRole("theirs"), { ownerArn });
    const asked = aDesire({ ...byAssociation, adopt: true, role: managed({ name: "mine" as never }) });
    expect(await stopOf(planIn(world, asked))).toMatchObject({
      code: "association-owned",
      detail: { facts: [["owner", ownerArn]] },
    });
  });

  it("is used where its role does what is asked for, and is not changed", async () => {
    const world = withAssociation(ownRole("theirs")).withServiceAccount(AGENT);
    world.editRole(ownRole("theirs"), (found) => ({ role: { ...found.role, trust: trustOf(world) } }));
    expect(await planIn(world, byAssociation)).toMatchObject({ role: ownRole("theirs"), changes: [] });
  });

  it("does not decide that sessions go without tags", async () => {
    const world = withAssociation(ownRole("theirs"), { withoutSessionTags: true });
    world.editRole(ownRole("theirs"), (found) => ({ role: { ...found.role, trust: trustOf(world) } }));
    expect(await stopOf(planIn(world, byAssociation))).toMatchObject({ code: "session-tags-disabled" });
  });

  it("gets the role again where the one that it names is gone", async () => {
    const world = aWorld();
    await bringAbout(world, byAssociation);
    world.iam.roles.clear();
    expect(kindsOf(await planIn(world, byAssociation))).toEqual(["create-role", "attach-policy"]);
  });

  it("takes a role that is named, with a statement in its trust policy where that is asked for", async () => {
    const world = aWorld().withRole(ownRole("theirs"));
    const asked = aDesire({ ...byAssociation, role: existing(ownRole("theirs")) });
    expect(await stopOf(planIn(world, asked))).toMatchObject({
      code: "trust-refuses",
      detail: { command: expect.arrayContaining(["--pod-identity", "--add-trust"]) as unknown },
    });
    expect(kindsOf(await planIn(world, { ...asked, addTrust: true }))).toEqual([
      "edit-role",
      "create-pod-identity",
      "create-namespace",
      "create-service-account",
    ]);
  });
});

describe("sessions without tags", () => {
  const withoutTags = aDesire({ podIdentity: { withoutSessionTags: true } });

  it("are trusted by cluster and AWS account alone", async () => {
    const world = aWorld();
    expect(changeOf(await planIn(world, withoutTags), "create-role").trust).toEqual(trustOf(world, true));
  });

  it("are disabled after the trust policy does without their tags", async () => {
    const world = aWorld();
    await bringAbout(world, byAssociation);
    expect(kindsOf(await planIn(world, withoutTags))).toEqual(["edit-role", "update-pod-identity"]);
    await bringAbout(world, withoutTags);
    expect(await planIn(world, withoutTags)).toMatchObject({ changes: [] });
  });
});
