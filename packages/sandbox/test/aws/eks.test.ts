import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { beforeEach, describe, expect, it } from "vitest";
import { createUser, declareCluster } from "../../src/aws/provision.ts";
import { AWS_ACCOUNT, refusal, refusalOf, REGION, trustIn, useEmulation } from "./use-emulation.ts";

const aws = useEmulation();
const PODS_TRUST = trustIn(AWS_ACCOUNT, {
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});
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

  it("describes access entries and add-ons", async () => {
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
    const { eks, iam } = aws();
    await iam.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: PODS_TRUST }));
    await eks.send(new CreatePodIdentityAssociationCommand({ ...serviceAccount, roleArn: ROLE }));
    declare("work");
    const listed = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: "work" }));
    expect(listed.associations).toHaveLength(1);
  });

  it("requires iam:PassRole for its role, with EKS's service, and none for its target role", async () => {
    const { eks, iam, store, emulation, clientsOf } = aws();
    await iam.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: PODS_TRUST }));
    const limited = createUser({ store, awsAccount: AWS_ACCOUNT }, "limited");
    const targetRoleArn = "arn:aws:iam::444455556666:role/target";
    const associate = new CreatePodIdentityAssociationCommand({
      ...serviceAccount,
      roleArn: ROLE,
      targetRoleArn,
    });
    const allow = (Resource: string, service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "eks:*", Resource: "*" },
          {
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource,
            Condition: { StringEquals: { "iam:PassedToService": service } },
          },
        ],
      });
    for (const document of [
      allow("*", "ec2.amazonaws.com"),
      allow(targetRoleArn, "pods.eks.amazonaws.com"),
    ]) {
      emulation.policies.limit(limited.accessKeyId, document);
      expect(await refusalOf(clientsOf(limited).eks.send(associate))).toEqual(
        refusal(
          "AccessDeniedException",
          `User: arn:aws:iam::${AWS_ACCOUNT}:user/limited is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action`,
        ),
      );
    }
    emulation.policies.limit(limited.accessKeyId, allow(ROLE, "pods.eks.amazonaws.com"));
    expect((await clientsOf(limited).eks.send(associate)).association?.roleArn).toBe(ROLE);
    const addon = new CreateAddonCommand({
      clusterName: "work",
      addonName: "external-dns",
      podIdentityAssociations: [{ serviceAccount: "external-dns", roleArn: ROLE }],
    });
    emulation.policies.limit(limited.accessKeyId, allow("*", "ec2.amazonaws.com"));
    expect((await refusalOf(clientsOf(limited).eks.send(addon))).message).toContain("iam:PassRole");
    expect((await eks.send(addon)).addon?.status).toBe("CREATING");
  });

  it("is one of at most 5,000 in a cluster", async () => {
    const { eks, iam, store } = aws();
    await iam.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: PODS_TRUST }));
    store.write(AWS_ACCOUNT, ({ clusters }) => {
      const { associations = {} } = clusters[`${REGION}/work`] ?? {};
      for (let index = 0; index < 5000; index += 1) {
        const one = { namespace: "many", serviceAccount: `s-${index}`, roleArn: ROLE, tags: {} };
        associations[`a-${index}`] = {
          ...one,
          id: `a-${index}`,
          arn: `arn:${index}`,
          created: "2026-01-01T00:00:00Z",
        };
      }
    });
    const associate = new CreatePodIdentityAssociationCommand({ ...serviceAccount, roleArn: ROLE });
    expect((await refusalOf(eks.send(associate))).name).toBe("ResourceLimitExceededException");
    const { associations = [], nextToken } = await eks.send(
      new ListPodIdentityAssociationsCommand({ clusterName: "work" }),
    );
    expect([associations.length, nextToken]).toEqual([100, expect.any(String)]);
  });
});
