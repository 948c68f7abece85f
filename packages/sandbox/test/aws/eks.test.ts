import {
  CreatePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import { beforeEach, describe, expect, it } from "vitest";
import { createUser, declareCluster } from "../../src/aws/provision.ts";
import { AWS_ACCOUNT, refusal, refusalOf, REGION, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const USER = `arn:aws:iam::${AWS_ACCOUNT}:user/ci`;
const ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/app`;

function declare(name: string, changes: { readonly status?: string; readonly issuer?: string } = {}) {
  declareCluster(
    { store: aws().store, awsAccount: AWS_ACCOUNT, region: REGION },
    {
      name,
      endpoint: "https://127.0.0.1:6443",
      caPem: "PEM",
      accessEntries: [{ principalArn: USER, groups: ["system:masters"] }],
      addons: [{ name: "vpc-cni", version: "v1", serviceAccountRoleArn: ROLE }],
      ...changes,
    },
  );
}

beforeEach(() => declare("work", { issuer: "https://issuer.example/id/1" }));

describe("a cluster", () => {
  it("may have no issuer, as while it is being created", async () => {
    declare("new", { status: "CREATING" });
    const { cluster } = await aws().eks.send(new DescribeClusterCommand({ name: "new" }));
    expect([cluster?.status, cluster?.identity]).toEqual(["CREATING", undefined]);
  });

  it("is known in its region and account alone", async () => {
    const { clientsOf, store, eks } = aws();
    const key = createUser({ store, awsAccount: AWS_ACCOUNT }, "other");
    const stranger = createUser({ store, awsAccount: "444455556666" }, "stranger");
    const described = new DescribeClusterCommand({ name: "work" });
    const unknown = refusal("ResourceNotFoundException", "No cluster found for name: work.");
    expect(await refusalOf(clientsOf(key, "us-east-1").eks.send(described))).toEqual(unknown);
    expect(await refusalOf(clientsOf(stranger).eks.send(described))).toEqual(unknown);
    expect((await eks.send(described)).cluster?.name).toBe("work");
  });

  it("tells of access entries and add-ons", async () => {
    const { eks } = aws();
    const cluster = { clusterName: "work" };
    expect((await eks.send(new ListAccessEntriesCommand(cluster))).accessEntries).toEqual([USER]);
    const entry = await eks.send(new DescribeAccessEntryCommand({ ...cluster, principalArn: USER }));
    expect(entry.accessEntry).toMatchObject({ principalArn: USER, kubernetesGroups: ["system:masters"] });
    const noEntry = eks.send(new DescribeAccessEntryCommand({ ...cluster, principalArn: ROLE }));
    expect(await refusalOf(noEntry)).toEqual(refusal("ResourceNotFoundException", /could not be found/));
    expect((await eks.send(new ListAddonsCommand(cluster))).addons).toEqual(["vpc-cni"]);
    const addon = await eks.send(new DescribeAddonCommand({ ...cluster, addonName: "vpc-cni" }));
    expect(addon.addon?.serviceAccountRoleArn).toBe(ROLE);
    const noAddon = eks.send(new DescribeAddonCommand({ ...cluster, addonName: "none" }));
    expect(await refusalOf(noAddon)).toEqual(
      refusal("ResourceNotFoundException", "No addon: none found in cluster: work"),
    );
  });
});

describe("a Pod Identity association", () => {
  const serviceAccount = { clusterName: "work", namespace: "team", serviceAccount: "app" };

  it("outlives a new declaration of its cluster", async () => {
    const { eks } = aws();
    await eks.send(new CreatePodIdentityAssociationCommand({ ...serviceAccount, roleArn: ROLE }));
    declare("work");
    const listed = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: "work" }));
    expect(listed.associations).toHaveLength(1);
  });
});
