import { describe, expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { ADOPT } from "../interruption/cases/adoption.ts";
import { AGENT } from "../interruption/cases/agent.ts";
import { CREATE_SA } from "../interruption/cases/create-sa.ts";
import { FILE } from "../interruption/cases/file.ts";
import { DELETE_SA, UPDATE_SA } from "../interruption/cases/life.ts";
import { MIGRATE_TRUST } from "../interruption/cases/migrate-trust.ts";
import { OIDC } from "../interruption/cases/oidc.ts";
import { WORKLOADS } from "../interruption/cases/workloads.ts";

const COMMANDS = [
  ...OIDC,
  ...AGENT,
  ...CREATE_SA,
  ...UPDATE_SA,
  ...ADOPT,
  ...DELETE_SA,
  ...MIGRATE_TRUST,
  ...FILE,
  ...WORKLOADS,
];

/** What a command shows before it is approved, less the header and what differs from run to run. */
async function planOf(beginning: string): Promise<string> {
  // Where several begin so, the last of them does most.
  const command =
    COMMANDS.find(({ name }) => name === beginning) ??
    COMMANDS.findLast(({ name }) => name.startsWith(beginning));
  if (command === undefined) throw new Error(`no command '${beginning}'`);
  const world = await command.before();
  world.log.clear();
  const { failure, heard } = await runIn(world, command.line);
  if (failure !== undefined) throw failure;
  expect(world.log.writes).toEqual([]);
  return [...heard.err, ...heard.out]
    .join("\n")
    .replace(/digest [0-9a-f]{16}/, "digest DIGEST")
    .replaceAll(/\/\S+\/(?=[\w-]+\.(yaml|json))/g, "");
}

// The plans of the commands as a reader sees them: after a change of words or columns, read each of them.
describe("the plan of", () => {
  it("associate-oidc, of a provider", async () => {
    expect(await planOf("associate-oidc, of a provider")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Provider        arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001
            + audience    sts.amazonaws.com
            + audience    mine
            + tag         team = "platform"
            ~ thumbprint  0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a

        Plan: 0 to create, 1 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("associate-agent", async () => {
    expect(await planOf("associate-agent")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        + Add-on          eks-pod-identity-agent
            + version     v1.3.9-eksbuild.3 (default)
            + tag         team = "platform"

        Plan: 1 to create, 0 to change, 0 to delete.     digest DIGEST
        warning  the agent does not run on 1 Fargate node: EKS Pod Identity does not support Fargate; use IRSA for pods there
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("associate-agent, of an add-on that has failed", async () => {
    expect(await planOf("associate-agent, of an add-on that has failed")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Add-on          eks-pod-identity-agent
            ~ version     v1.3.8-eksbuild.2 → v1.3.9-eksbuild.3
            ~ conflicts   objects in the cluster are overwritten
            + tag         team = "platform"

        Plan: 0 to create, 1 to change, 0 to delete.     digest DIGEST
        warning  the add-on is CREATE_FAILED: ConfigurationConflict: Conflicts found when trying to apply
        warning  the agent does not run on 1 Fargate node: EKS Pod Identity does not support Fargate; use IRSA for pods there
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("disassociate-agent of somebody else's add-on", async () => {
    expect(await planOf("disassociate-agent of somebody else's add-on")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        - Add-on          eks-pod-identity-agent

        Plan: 0 to create, 0 to change, 1 to delete.     digest DIGEST
        warning  pods of 1 ServiceAccount lose access to AWS: team/theirs
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("disassociate-oidc of somebody else's provider", async () => {
    expect(await planOf("disassociate-oidc of somebody else's provider")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        - Provider        arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001

        Plan: 0 to create, 0 to change, 1 to delete.     digest DIGEST
        warning  pods of this cluster can no longer assume eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("create-sa from nothing", async () => {
    expect(await planOf("create-sa from nothing")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        + Provider        https://oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001
            + audience    sts.amazonaws.com
        + Role            eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
            + trusts       system:serviceaccount:amazon-cloudwatch:cloudwatch-agent, audience sts.amazonaws.com
            + boundary     arn:aws:iam::111122223333:policy/edge
            + max session  7200 s
            + description  "reads"
            + tag          team = "payments"
            + policy       CloudWatchAgentServerPolicy (AWS managed)
            + policy       AmazonS3ReadOnlyAccess (AWS managed)
            + policy       irsa (inline)
        + Namespace       amazon-cloudwatch
        + ServiceAccount  amazon-cloudwatch/cloudwatch-agent
            + role-arn    arn:aws:iam::111122223333:role/eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
            + label       team = "payments"

        Plan: 4 to create, 0 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply.     (--show-documents prints the JSON)"
    `);
  });

  it("create-sa where everything is broken", async () => {
    expect(await planOf("create-sa where everything is broken")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Provider        arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001
            + audience    sts.amazonaws.com
        ~ Role            eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
            ~ trust policy
            + boundary     arn:aws:iam::111122223333:policy/edge
            ~ max session  3600 s → 7200 s
            ~ description  "IRSA role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster" → "reads"
            + tag          team = "payments"
            + policy       AmazonS3ReadOnlyAccess (AWS managed)
            + policy       irsa (inline)
                                   "Service": "ec2.amazonaws.com"
                                 },
                                 "Action": "sts:AssumeRole"
                          +    },
                          +    {
                          +      "Effect": "Allow",
                          +      "Action": [
                          +        "sts:AssumeRoleWithWebIdentity"
                          +      ],
                          +      "Principal": {
                          +        "Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001"
                          +      },
                          +      "Condition": {
                          +        "StringEquals": {
                          +          "oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001:sub": "system:serviceaccount:amazon-cloudwatch:cloudwatch-agent",
                          +          "oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001:aud": "sts.amazonaws.com"
                          +        }
                          +      }
                               }
                             ]
                           }
        ~ ServiceAccount  amazon-cloudwatch/cloudwatch-agent
            + label       team = "payments"

        Plan: 0 to create, 3 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply.     (--show-documents prints the JSON)"
    `);
  });

  it("update-sa --set-policy-arn", async () => {
    expect(await planOf("update-sa --set-policy-arn")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Role            eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
            ~ boundary     arn:aws:iam::111122223333:policy/edge → arn:aws:iam::111122223333:policy/more
            ~ max session  3600 s → 7200 s
            ~ description  "IRSA role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster" → "reads"
            + tag          team = "payments"
            - tag          old
            + policy       more
            - policy       CloudWatchAgentServerPolicy (AWS managed)
            - policy       AmazonS3ReadOnlyAccess (AWS managed)
            - policy       irsa (inline)
        ~ ServiceAccount  amazon-cloudwatch/cloudwatch-agent
            + label       team = "payments"

        Plan: 0 to create, 2 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply.     (--show-documents prints the JSON)"
    `);
  });

  it("adopt of several", async () => {
    expect(await planOf("adopt of several")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        2 ServiceAccounts: 0 up to date, 2 to create or change

        ~ shop/cart  role eksctl-eks-work-cluster-addon-iamservice-Role1-CART: ~ ownership tags, ~ ServiceAccount ownership label
        ~ shop/desk  role by-hand: ~ ownership tags, ~ ServiceAccount ownership label

        Plan: 0 to create, 4 to change, 0 to delete.     digest DIGEST
        note     shop/cart: eksctl's CloudFormation stack is kept, and deleting it (for example with eksctl delete) deletes the role; to delete only the stack: --release-stacks
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("adopt --release-stacks", async () => {
    expect(await planOf("adopt --release-stacks")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Role            eksctl-eks-work-cluster-addon-iamservice-Role1-CART
            + tags        ownership tags (adopted)
            + tag         irsa/releasing (records the role as it is now)
              verify      trust policy, policies and boundary are unchanged after the stack is deleted
        ~ ServiceAccount  shop/cart
            + annotation  irsa/account = "adopted"
        - Stack           eksctl-eks-work-cluster-addon-iamserviceaccount-shop-cart
            ~ resource      Role1: DeletionPolicy Retain
            ~ resource      Policy1: DeletionPolicy Retain
            ~ resource      PolicyAutoScaler: DeletionPolicy Retain
              capabilities  CAPABILITY_IAM, CAPABILITY_NAMED_IAM
            - protection    termination protection
            - delete        the CloudFormation stack, none of its resources
              retain        Role eksctl-eks-work-cluster-addon-iamservice-Role1-CART, unchanged (DeletionPolicy Retain)
              retain        Policy eksctl-eks-work-cluster-addon-iamservice-Role1-CART|eksctl-eks-work-cluster-addon-iamserviceaccount-shop-cart-Policy1, unchanged (DeletionPolicy Retain)
              retain        Policy eksctl-eks-work-cluster-addon-iamservice-Role1-CART|eksctl-eks-work-cluster-addon-iamserviceaccount-shop-cart-PolicyAutoScaler, unchanged (DeletionPolicy Retain)

        Plan: 0 to create, 2 to change, 1 to delete.     digest DIGEST
        note     only the CloudFormation stack is deleted: before that, every resource of it gets DeletionPolicy Retain, and irsa verifies this. The role and its policies are kept unchanged and pods are not affected; eksctl no longer manages the ServiceAccount
        No changes made. Re-run with --approve to apply.     (--show-documents prints the JSON)"
    `);
  });

  it("delete-sa of all that irsa made", async () => {
    expect(await planOf("delete-sa of all that irsa made")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        - ServiceAccount  amazon-cloudwatch/cloudwatch-agent
        - Role            eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy
            - policy      CloudWatchAgentServerPolicy (AWS managed)
            - policy      AmazonS3ReadOnlyAccess (AWS managed)
            - policy      irsa (inline)
            - profile     batch (instance profile)

        Plan: 0 to create, 0 to change, 2 to delete.     digest DIGEST
        warning  running pods lose access to AWS immediately: deployment/agent (1)
        warning  no new pod of deployment/agent can start without the ServiceAccount
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("delete-sa --keep-role", async () => {
    expect(await planOf("delete-sa --keep-role")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        - ServiceAccount  amazon-cloudwatch/cloudwatch-agent

        Plan: 0 to create, 0 to change, 1 to delete.     digest DIGEST
        warning  running pods lose access to AWS when their token expires, within a day: deployment/agent (1)
        warning  no new pod of deployment/agent can start without the ServiceAccount
        note     role 'eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy' is kept: as requested
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("migrate-trust beside the old issuer, with", async () => {
    expect(await planOf("migrate-trust beside the old issuer, with")).toMatchInlineSnapshot(`
      "
        Caller  arn:aws:sts::111122223333:assumed-role/platform/ci
        From    https://oidc.eks.ap-northeast-2.amazonaws.com/id/B10E000000000000000000000000B10E     (--from)
        To      https://oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001     (--to: arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster)

        3 roles: 0 up to date, 3 to create or change

        + Provider                   + the cluster's issuer, audience sts.amazonaws.com
        ~ blue-shop-cart-g6mppchpcx  ~ trust policy: also trust the new issuer, 487 → 936 characters
        ~ by-hand                    ~ trust policy: also trust the new issuer, 487 → 936 characters
        ~ shared                     ~ trust policy: also trust the new issuer, 576 → 1025 characters

        Plan: 1 to create, 3 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("migrate-trust in the old issuer's place", async () => {
    expect(await planOf("migrate-trust in the old issuer's place")).toMatchInlineSnapshot(`
      "
        Caller  arn:aws:sts::111122223333:assumed-role/platform/ci
        From    https://oidc.eks.ap-northeast-2.amazonaws.com/id/B10E000000000000000000000000B10E     (--from)
        To      https://oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001     (--to: arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster)

        3 roles: 0 up to date, 3 to create or change

        ~ blue-shop-cart-g6mppchpcx  ~ trust policy: trust the new issuer instead, 487 → 487 characters, ~ ownership tags
        ~ by-hand                    ~ trust policy: trust the new issuer instead, 487 → 487 characters
        ~ shared                     ~ trust policy: trust the new issuer instead, 576 → 576 characters

        Plan: 0 to create, 3 to change, 0 to delete.     digest DIGEST
        warning  pods that still run in the cluster with issuer https://oidc.eks.ap-northeast-2.amazonaws.com/id/B10E000000000000000000000000B10E lose access to AWS when their credentials expire, usually within an hour: blue-shop-cart-g6mppchpcx, by-hand, shared will no longer trust its issuer. Without --replace, the roles trust both clusters
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("apply of a file that has changed", async () => {
    expect(await planOf("apply of a file that has changed")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (metadata of the file)

        3 ServiceAccounts: 1 up to date, 2 to create or change

        ~ a/changes  role eks-work-cluster-a-changes-p7jclzgky5: ~ ownership tags, + policy AmazonS3ReadOnlyAccess, - policy CloudWatchAgentServerPolicy, - inline policy
        + c/comes    + role eks-work-cluster-c-comes-pdfqzjxt4b, + inline policy, + Namespace, + ServiceAccount

        Plan: 3 to create, 1 to change, 0 to delete.     digest DIGEST
        note     kube-system/aws-node is left unchanged; with withOIDC, eksctl manages it
        No changes made. Re-run with --approve to apply.     (--show-documents prints the JSON)"
    `);
  });

  it("apply --prune", async () => {
    expect(await planOf("apply --prune")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (metadata of the file)

        4 ServiceAccounts: 1 up to date, 2 to create or change, 1 to delete

        ~ a/changes  role eks-work-cluster-a-changes-p7jclzgky5: ~ ownership tags, + policy AmazonS3ReadOnlyAccess, - policy CloudWatchAgentServerPolicy, - inline policy
        + c/comes    + role eks-work-cluster-c-comes-pdfqzjxt4b, + inline policy, + Namespace, + ServiceAccount
        - b/goes     - role eks-work-cluster-b-goes-y6z4k3gezu, - ServiceAccount, - policy CloudWatchAgentServerPolicy, - policy AmazonS3ReadOnlyAccess, - inline policy

        Plan: 3 to create, 1 to change, 2 to delete.     digest DIGEST
        note     kube-system/aws-node is left unchanged; with withOIDC, eksctl manages it
        No changes made. Re-run with --approve to apply.     (--show-documents prints the JSON)"
    `);
  });

  it("use-sa of two Deployments", async () => {
    expect(await planOf("use-sa of two Deployments")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Deployment      amazon-cloudwatch/one
            ~ ServiceAccount  default → cloudwatch-agent
        ~ Deployment      amazon-cloudwatch/two
            ~ ServiceAccount  default → cloudwatch-agent

        Plan: 0 to create, 2 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply."
    `);
  });

  it("stale-pods --restart", async () => {
    expect(await planOf("stale-pods --restart")).toMatchInlineSnapshot(`
      "
        Caller   arn:aws:sts::111122223333:assumed-role/platform/ci
        Cluster  arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster     (--cluster)

        ~ Deployment      amazon-cloudwatch/before
            ~ restart     1 pod: container 'app' runs without the ServiceAccount's role

        Plan: 0 to create, 1 to change, 0 to delete.     digest DIGEST
        No changes made. Re-run with --approve to apply."
    `);
  });
});
