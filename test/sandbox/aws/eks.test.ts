import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import { beforeEach, describe, expect, it } from "vitest";
import { createUser, declareCluster } from "../../../src/sandbox/aws/provision.ts";
import { ACCOUNT, refusal, refusalOf, REGION, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const USER = `arn:aws:iam::${ACCOUNT}:user/ci`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;

function declare(name: string, changes: { readonly status?: string; readonly issuer?: string } = {}) {
  declareCluster(
    { store: aws().store, account: ACCOUNT, region: REGION },
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
  it("is described as declared", async () => {
    const { cluster } = await aws().eks.send(new DescribeClusterCommand({ name: "work" }));
    expect(cluster).toMatchObject({
      arn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/work`,
      endpoint: "https://127.0.0.1:6443",
      certificateAuthority: { data: "UEVN" },
      identity: { oidc: { issuer: "https://issuer.example/id/1" } },
      status: "ACTIVE",
      createdAt: expect.any(Date) as Date,
      resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] },
    });
  });

  it("may have no issuer, as while it is being created", async () => {
    declare("new", { status: "CREATING" });
    const { cluster } = await aws().eks.send(new DescribeClusterCommand({ name: "new" }));
    expect([cluster?.status, cluster?.identity]).toEqual(["CREATING", undefined]);
  });

  it("is known in its region and account alone", async () => {
    const { clientsOf, store, eks } = aws();
    const key = createUser({ store, account: ACCOUNT }, "other");
    const stranger = createUser({ store, account: "444455556666" }, "stranger");
    const described = new DescribeClusterCommand({ name: "work" });
    const unknown = refusal("ResourceNotFoundException", "No cluster found for name: work.");
    expect(await refusalOf(clientsOf(key, "us-east-1").eks.send(described))).toEqual(unknown);
    expect(await refusalOf(clientsOf(stranger).eks.send(described))).toEqual(unknown);
    expect((await eks.send(described)).cluster?.name).toBe("work");
  });

  it("is listed, in pages", async () => {
    declare("another");
    const { eks } = aws();
    const first = await eks.send(new ListClustersCommand({ maxResults: 1 }));
    expect(first.clusters).toEqual(["another"]);
    const second = await eks.send(new ListClustersCommand({ maxResults: 1, nextToken: first.nextToken }));
    expect([second.clusters, second.nextToken]).toEqual([["work"], undefined]);
    expect(await refusalOf(eks.send(new ListClustersCommand({ maxResults: 101 })))).toEqual(
      refusal("InvalidParameterException", /between 1 and 100/),
    );
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
  const account = { clusterName: "work", namespace: "team", serviceAccount: "app" };

  it("is made once, listed without role, described, changed and deleted", async () => {
    const { eks } = aws();
    const { association } = await eks.send(
      new CreatePodIdentityAssociationCommand({ ...account, roleArn: ROLE }),
    );
    const associationId = association?.associationId ?? "";
    expect(associationId).toMatch(/^a-[0-9a-f]{17}$/);
    const again = eks.send(new CreatePodIdentityAssociationCommand({ ...account, roleArn: ROLE }));
    expect(await refusalOf(again)).toEqual(
      refusal("ResourceInUseException", `Association already exists: ${associationId}`),
    );

    const listed = await eks.send(
      new ListPodIdentityAssociationsCommand({ clusterName: "work", namespace: "team" }),
    );
    expect(listed.associations).toMatchObject([{ ...account, associationId }]);
    expect(listed.associations?.[0]).not.toHaveProperty("roleArn");
    const elsewhere = new ListPodIdentityAssociationsCommand({
      clusterName: "work",
      serviceAccount: "other",
    });
    expect((await eks.send(elsewhere)).associations).toEqual([]);

    const one = { clusterName: "work", associationId };
    const roleArn = `${ROLE}-2`;
    await eks.send(new UpdatePodIdentityAssociationCommand({ ...one, roleArn }));
    const described = await eks.send(new DescribePodIdentityAssociationCommand(one));
    expect(described.association).toMatchObject({ ...account, roleArn });
    await eks.send(new DeletePodIdentityAssociationCommand(one));
    expect(await refusalOf(eks.send(new DescribePodIdentityAssociationCommand(one)))).toEqual(
      refusal("ResourceNotFoundException", `No association found with id: ${associationId}`),
    );
  });

  it("outlives a new declaration of its cluster", async () => {
    const { eks } = aws();
    await eks.send(new CreatePodIdentityAssociationCommand({ ...account, roleArn: ROLE }));
    declare("work");
    const listed = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: "work" }));
    expect(listed.associations).toHaveLength(1);
  });
});
