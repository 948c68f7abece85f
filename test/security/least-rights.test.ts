import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect } from "vitest";
import { clusterRef } from "../../src/model/arn.ts";
import { computedRoleName } from "../../src/model/role-name.ts";
import type { NamespaceName, ServiceAccountName } from "../../src/model/service-account-ref.ts";
import { startSandbox, type Sandbox } from "irsa-sandbox";
import { createUser } from "irsa-sandbox/parts";
import { irsa } from "../e2e/irsa.ts";
import { requireClusterArn } from "../worlds/sandbox-world.ts";
import { attack } from "./attack.ts";

const AWS_ACCOUNT = "111122223333";
const REGION = "eu-west-1";
const CLUSTER = requireClusterArn(`arn:aws:eks:${REGION}:${AWS_ACCOUNT}:cluster/prod`);
const S3_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess";
const ALL = [
  "associate-oidc",
  "create-sa",
  "update-sa",
  "delete-sa",
  "adopt",
  "apply",
  "migrate-trust",
  "verify",
];

let sandbox: Sandbox;
/** Whoever may do what `irsa permissions` prints with policies named, and nothing else. */
let caller: IAMClient;
/** As `caller`, with a boundary named too. */
let bounded: IAMClient;
let administrator: IAMClient;

async function clientOf(name: string, flags: readonly string[]): Promise<IAMClient> {
  const args = ["permissions", ...ALL, "--cluster-arn", CLUSTER, "--policy-arn", S3_READ, ...flags];
  const { stdout } = await irsa([...args, "-o", "json"], {});
  const {
    result: { iamPolicy },
  } = JSON.parse(stdout) as { result: { iamPolicy: object } };
  const credentials = createUser({ store: sandbox.aws.store, awsAccount: AWS_ACCOUNT }, name);
  sandbox.aws.policies.limit(credentials.accessKeyId, JSON.stringify(iamPolicy));
  return new IAMClient({ endpoint: sandbox.aws.url, region: REGION, credentials, maxAttempts: 1 });
}

beforeAll(async () => {
  sandbox = await startSandbox({ clusters: [CLUSTER] });
  const credentials = createUser({ store: sandbox.aws.store, awsAccount: AWS_ACCOUNT }, "owner");
  administrator = new IAMClient({ endpoint: sandbox.aws.url, region: REGION, credentials, maxAttempts: 1 });
  caller = await clientOf("caller", []);
  bounded = await clientOf("bounded", ["--permissions-boundary", BOUNDARY]);
});
afterAll(async () => sandbox?.stop());

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: AWS_ACCOUNT } }],
});
const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const ownTags = (cluster: string = CLUSTER) =>
  tagList({ "irsa/managed-by": "irsa", "irsa/cluster-arn": cluster });

/** The name that irsa computes for a ServiceAccount of the cluster. */
function computed(serviceAccount: string, cluster = CLUSTER): string {
  const ref = { namespace: "shop" as NamespaceName, name: serviceAccount as ServiceAccountName };
  return computedRoleName(clusterRef(cluster), ref, "");
}

/** A role that the ServiceAccount's owner made. */
async function existing(RoleName: string, tags: Readonly<Record<string, string>> = {}): Promise<string> {
  await administrator.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Tags: tagList(tags) }),
  );
  return RoleName;
}

/** A role of irsa's, made by whoever is limited. */
async function ownRole(client: IAMClient, serviceAccount: string, boundary?: string): Promise<string> {
  const RoleName = computed(serviceAccount);
  const more = boundary === undefined ? {} : { PermissionsBoundary: boundary };
  await client.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Tags: ownTags(), ...more }),
  );
  return RoleName;
}

const refused = async (call: Promise<unknown>): Promise<void> => {
  await expect(call).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) as string });
};
const attach = (client: IAMClient, RoleName: string, PolicyArn: string) =>
  client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
const setTrust = (client: IAMClient, RoleName: string) =>
  client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: TRUST }));
const tag = (client: IAMClient, RoleName: string, Tags = ownTags()) =>
  client.send(new TagRoleCommand({ RoleName, Tags }));
const inline = (client: IAMClient, RoleName: string) =>
  client.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: "all",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      }),
    }),
  );

attack("other IAM user", "M8: AdministratorAccess, attached to a role of irsa's", {
  attack: async () => refused(attach(caller, await ownRole(caller, "m8-attach"), ADMINISTRATOR)),
  twin: async () => void (await attach(caller, computed("m8-attach"), S3_READ)),
});

attack("other IAM user", "M8: the trust policy of somebody else's role", {
  attack: async () => refused(setTrust(caller, await existing("break-glass"))),
  twin: async () => void (await setTrust(caller, await ownRole(caller, "m8-trust"))),
});

attack("other IAM user", "M8: irsa's ownership tags on somebody else's role", {
  attack: async () => {
    await refused(tag(caller, await existing("deployer")));
    await refused(setTrust(caller, "deployer"));
  },
  twin: async () => void (await tag(caller, await ownRole(caller, "m8-tag"))),
});

attack("other IAM user", "M8 variant: the tags on a role whose name begins as the cluster's", {
  attack: async () => refused(tag(caller, await existing("prod-admin"))),
  twin: async () => void (await tag(caller, await ownRole(caller, "m8-name"))),
});

attack("other IAM user", "M8 variant: the tags on a role that is only named as eksctl's", {
  attack: async () => refused(tag(caller, await existing("eksctl-prod-addon-iamserviceaccount-x-Role1-1"))),
  twin: async () => {
    const eksctls = { "alpha.eksctl.io/cluster-name": "prod" };
    const name = await existing("eksctl-prod-addon-iamserviceaccount-y-Role1-1", eksctls);
    await tag(caller, name);
    await setTrust(caller, name);
  },
});

attack("other IAM user", "M8 variant: a role of eksctl's is taken for another cluster", {
  attack: async () => {
    const eksctls = { "alpha.eksctl.io/cluster-name": "prod" };
    const name = await existing("eksctl-prod-addon-iamserviceaccount-z-Role1-1", eksctls);
    await refused(tag(caller, name, ownTags(CLUSTER.replace("prod", "other"))));
  },
  twin: async () => void (await tag(caller, "eksctl-prod-addon-iamserviceaccount-z-Role1-1")),
});

attack("other IAM user", "M8 variant: irsa's role of another cluster whose name begins alike", {
  attack: async () => {
    const other = requireClusterArn(CLUSTER.replace("prod", "prod-eu"));
    const tags = { "irsa/managed-by": "irsa", "irsa/cluster-arn": other };
    await refused(setTrust(caller, await existing(computed("m8-other", other), tags)));
  },
  twin: async () => void (await setTrust(caller, await ownRole(caller, "m8-other"))),
});

attack("other IAM user", "M8 variant: a role by another name, or without the tags", {
  attack: async () => {
    const document = { AssumeRolePolicyDocument: TRUST };
    await refused(caller.send(new CreateRoleCommand({ RoleName: "mine", Tags: ownTags(), ...document })));
    await refused(caller.send(new CreateRoleCommand({ RoleName: computed("m8-untagged"), ...document })));
  },
  twin: async () => void (await ownRole(caller, "m8-untagged")),
});

attack("other IAM user", "M8: a role without the boundary", {
  attack: async () => {
    await refused(ownRole(bounded, "m8-bound"));
    await refused(ownRole(bounded, "m8-bound", ADMINISTRATOR));
  },
  twin: async () => void (await ownRole(bounded, "m8-bound", BOUNDARY)),
});

attack("other IAM user", "M8 variant: the boundary is taken away, or made wider", {
  attack: async () => {
    const RoleName = await ownRole(bounded, "m8-lift", BOUNDARY);
    await refused(bounded.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })));
    await refused(
      bounded.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: ADMINISTRATOR })),
    );
    await refused(caller.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })));
  },
  twin: async () => {
    const RoleName = await ownRole(caller, "m8-lift-twin");
    await bounded.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: BOUNDARY }));
  },
});

attack(
  "other IAM user",
  "M8 variant: an inline policy that allows everything, on a role without a boundary",
  {
    attack: async () => {
      const name = await ownRole(caller, "m8-inline");
      await refused(inline(caller, name));
      await refused(inline(bounded, name));
    },
    twin: async () => void (await inline(bounded, await ownRole(bounded, "m8-inline-twin", BOUNDARY))),
  },
);

attack("other IAM user", "M8 variant: an identity provider of one's own", {
  attack: async () => {
    const provider = { ClientIDList: ["sts.amazonaws.com"], Tags: ownTags() };
    for (const Url of [
      "https://evil.example/id/A",
      `https://oidc.eks.${REGION}.amazonaws.com.evil.example/id/A`,
    ])
      await refused(caller.send(new CreateOpenIDConnectProviderCommand({ Url, ...provider })));
  },
  twin: async () => {
    const Url = `https://oidc.eks.${REGION}.amazonaws.com/id/A`;
    await caller.send(
      new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["sts.amazonaws.com"], Tags: ownTags() }),
    );
  },
});

attack("other IAM user", "M8 variant: an administrator's policy is asked to be let in", {
  attack: async () => {
    for (const arn of [ADMINISTRATOR, "arn:aws:iam::aws:policy/Admin*", "arn:aws:iam::aws:policy/*"]) {
      const { code, stdout } = await irsa(["permissions", "create-sa", "--policy-arn", arn], {});
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
  },
  twin: async () => {
    const { code } = await irsa(
      ["permissions", "create-sa", "--policy-arn", ADMINISTRATOR, "--unrestricted"],
      {},
    );
    expect(code).toBe(0);
  },
});
