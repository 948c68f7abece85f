import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import { said, succeeds, useClients, words, type Client } from "./clients.ts";

const clients = useClients();

describe("the aws CLI on the emulated AWS", () => {
  const TRUST = { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" };
  const kubectl: Client = (args, more) => clients().kubectl(args, more);
  const aws: Client = (args, more) => clients().aws(args, more);
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

  it("knows who it is", async () => {
    await succeeds(aws, words("sts get-caller-identity"), '"Arn": "arn:aws:iam::111122223333:user/ci"');
  });

  it("makes a role, changes it, and can't delete it while it is in use", async () => {
    const policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    const name = "--role-name cli";
    await succeeds(
      aws,
      words(`iam create-role ${name} --tags Key=a,Value=b --assume-role-policy-document`, document(TRUST)),
      '"RoleName": "cli"',
    );
    await succeeds(
      aws,
      words(`iam get-role ${name} --query Role.AssumeRolePolicyDocument.Statement[0].Action`),
      "sts:AssumeRole",
    );
    await succeeds(aws, words(`iam attach-role-policy ${name} --policy-arn ${policy}`), "");
    await succeeds(aws, words(`iam list-attached-role-policies ${name}`), policy);
    await succeeds(aws, words(`iam list-role-tags ${name} --output text`), "TAGS\ta\tb");
    await succeeds(aws, words("iam list-roles --page-size 1 --query Roles[].RoleName --output text"), "cli");
    await succeeds(
      aws,
      words(
        "iam simulate-principal-policy --policy-source-arn arn:aws:iam::111122223333:role/cli --action-names s3:GetObject s3:PutObject --query EvaluationResults[].EvalDecision --output text",
      ),
      "allowed\timplicitDeny",
    );
    await succeeds(
      aws,
      words(
        "sts assume-role --role-arn arn:aws:iam::111122223333:role/cli --role-session-name me --query AssumedRoleUser.Arn",
      ),
      "assumed-role/cli/me",
    );
    expect(await aws(words(`iam delete-role ${name}`))).toMatchObject({
      code: 255,
      stderr: said("(DeleteConflict)"),
    });
    await succeeds(aws, words(`iam detach-role-policy ${name} --policy-arn ${policy}`), "");
    await succeeds(aws, words(`iam delete-role ${name}`), "");
  });

  it("finds the cluster, and makes kubectl log in with its tokens", async () => {
    const kubeconfig = join(clients().folder, "eks.kubeconfig");
    await succeeds(aws, words("eks list-clusters --output text"), CLUSTER_NAME);
    await succeeds(
      aws,
      words(`eks describe-cluster --name ${CLUSTER_NAME} --query cluster.identity.oidc.issuer`),
      "https://oidc.eks.",
    );
    await succeeds(aws, words(`eks get-token --cluster-name ${CLUSTER_NAME}`), '"token": "k8s-aws-v1.');
    await succeeds(
      aws,
      words(`eks update-kubeconfig --name ${CLUSTER_NAME} --kubeconfig ${kubeconfig}`),
      "Added new context",
    );
    expect(
      await kubectl(words("auth whoami -o", "jsonpath={.status.userInfo.username}"), {
        KUBECONFIG: kubeconfig,
      }),
    ).toMatchObject({ code: 0, stdout: said("arn:aws:iam::111122223333:user/ci") });
  });

  it("exchanges a ServiceAccount's token for a role, as pods do", async () => {
    const { issuer } = clients().world.cluster;
    const host = issuer.slice("https://".length);
    const provider = `arn:aws:iam::111122223333:oidc-provider/${host}`;
    const subject = "system:serviceaccount:default:default";
    const trust = document({
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: "sts.amazonaws.com" } },
    });
    await succeeds(
      aws,
      words(`iam create-open-id-connect-provider --url ${issuer} --client-id-list sts.amazonaws.com`),
      provider,
    );
    await succeeds(aws, words("iam create-role --role-name pod --assume-role-policy-document", trust), "pod");
    const { stdout: token } = await kubectl(
      words("create token default -n default --audience sts.amazonaws.com"),
    );
    const role = "arn:aws:iam::111122223333:role/pod";
    await succeeds(
      aws,
      words(
        `sts assume-role-with-web-identity --role-arn ${role} --role-session-name me --web-identity-token`,
        token.trim(),
      ),
      subject,
    );

    const file = join(clients().folder, "token");
    await writeFile(file, token.trim());
    const inPod = {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_SESSION_NAME: "pod",
    };
    expect(await aws(words("sts get-caller-identity --query Arn"), inPod)).toMatchObject({
      code: 0,
      stdout: said("assumed-role/pod/pod"),
    });
    await writeFile(
      file,
      (
        await kubectl(words("create token default -n kube-public --audience sts.amazonaws.com"))
      ).stdout.trim(),
    );
    expect(await aws(words("sts get-caller-identity"), inPod)).toMatchObject({
      code: 255,
      stderr: said("Not authorized to perform sts:AssumeRoleWithWebIdentity"),
    });
  });

  it("takes the commands of AWS's documentation of IRSA", async () => {
    const { folder, world } = clients();
    const host = world.cluster.issuer.slice("https://".length);
    const file = (name: string) => `file://${join(folder, name)}`;
    await writeFile(
      join(folder, "my-policy.json"),
      document({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-pod-secrets-bucket" }),
    );
    await writeFile(
      join(folder, "trust-relationship.json"),
      document({
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${host}:sub`]: "system:serviceaccount:default:my-service-account" } },
      }),
    );
    const policy = "arn:aws:iam::111122223333:policy/my-policy";
    const create = `iam create-policy --policy-name my-policy --policy-document ${file("my-policy.json")}`;
    const role = "iam create-role --role-name my-role --description my-role-description";
    for (const [command, stdout] of [
      ["sts get-caller-identity --query Account --output text", "111122223333"],
      [
        `eks describe-cluster --name ${CLUSTER_NAME} --query cluster.identity.oidc.issuer --output text`,
        host,
      ],
      ["iam list-open-id-connect-providers", host],
      [create, policy],
      [`${role} --assume-role-policy-document ${file("trust-relationship.json")}`, "role/my-role"],
      [`iam attach-role-policy --role-name my-role --policy-arn=${policy}`, ""],
      ["iam get-role --role-name my-role --query Role.AssumeRolePolicyDocument", "my-service-account"],
      ["iam list-attached-role-policies --role-name my-role --query AttachedPolicies[].PolicyArn", policy],
      [`iam get-policy --policy-arn ${policy}`, '"DefaultVersionId": "v1"'],
      [`iam get-policy-version --policy-arn ${policy} --version-id v1`, "my-pod-secrets-bucket"],
      ["eks describe-cluster-versions --query clusterVersions[?defaultVersion].clusterVersion", "1."],
      ["cloudformation list-stacks --stack-status-filter CREATE_COMPLETE", "StackSummaries"],
      ["cloudformation describe-stacks", "Stacks"],
    ] as const)
      await succeeds(aws, words(command), stdout);
  });

  it("keeps Pod Identity associations", async () => {
    const serviceAccount = `--cluster-name ${CLUSTER_NAME} --namespace team --service-account app`;
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    });
    await succeeds(
      aws,
      words(`iam create-role --role-name associated --assume-role-policy-document ${trust}`),
      "associated",
    );
    await succeeds(
      aws,
      words(
        `eks create-pod-identity-association ${serviceAccount} --role-arn arn:aws:iam::111122223333:role/associated`,
      ),
      '"associationId": "a-',
    );
    await succeeds(
      aws,
      words(
        `eks list-pod-identity-associations --cluster-name ${CLUSTER_NAME} --query associations[].serviceAccount --output text`,
      ),
      "app",
    );
  });

  it.each([
    [
      "iam get-role --role-name none",
      "(NoSuchEntity) when calling the GetRole operation: The role with name none cannot be found.",
    ],
    [
      "eks describe-cluster --name none",
      "(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: none.",
    ],
    [
      "iam list-users",
      "(InvalidAction) when calling the ListUsers operation: Could not find operation ListUsers: it is not emulated",
    ],
    [
      "eks list-updates --name x",
      "(NotEmulated) when calling the ListUpdates operation: eks: GET /clusters/x/updates is not emulated",
    ],
    [
      "ec2 describe-vpcs",
      "(NotEmulated) when calling the DescribeVpcs operation: ec2: DescribeVpcs is not emulated",
    ],
    ["s3 ls", "(NotEmulated) when calling the ListBuckets operation: s3: GET / is not emulated"],
  ])("is told why when it is refused: %s", async (command, message) => {
    expect(await aws(words(command))).toMatchObject({ code: 255, stderr: said(message) });
  });
});
