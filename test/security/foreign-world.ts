import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL } from "../../src/model/ownership-tags.ts";
import type { AskedServiceAccount } from "../../src/model/asked.ts";
import { listOf, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { failureLines } from "../../src/output/failure-text.ts";
import { anAddon } from "../fakes/addons.ts";
import { runIn } from "../fakes/command-line.ts";
import { withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { addNode, addPodOf } from "../fakes/node-world.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { PLAIN, textOf } from "../fakes/shown.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";

/** The build puts it in (src/version.ts). */
Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

const LAST_USED = "2026-11-19T08:00:00.000Z";
const GONE = "oidc.example.com/id/B10E";
/** Leads to the cluster. */
export const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

/** The move of a deleted cluster's trust to a cluster, and to an issuer. */
export const MOVE_TO_CLUSTER =
  `migrate-trust --from ${GONE} --to eks-work-cluster --region ap-northeast-2 --associate-oidc` as const;
export const MOVE_TO_ISSUER =
  `migrate-trust --from ${GONE} --to oidc.eks.ap-northeast-2.amazonaws.com/id/5D1CA0FFEE0000000000000000000001 --region ap-northeast-2` as const;

/** The same move in the AWS accounts of a file. */
const MOVE_EVERYWHERE = `migrate-trust --from ${GONE} --to arn:aws:eks:ap-northeast-2:111122223333:cluster/eks-work-cluster --associate-oidc --targets ${fileOf("foreign-accounts.json", { accounts: [{ account_id: "111122223333", profile: "own" }] })}`;

/** Plans a file for every cluster, also for ServiceAccounts that others have. */
const PLAN_EVERYWHERE = `plan -f ${fileOf("foreign-everywhere.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: ["cart", "till", "kept"].map((name) => ({
      metadata: { namespace: "shop", name },
      attachPolicyARNs: [POLICY],
    })),
  },
})} --all-clusters --region ap-northeast-2`;

/** Every command that shows what a tenant, or whoever may write trust policies and tags, has written. */
export const COMMANDS = [
  `get-sa ${ON}`,
  `get-sa ${ON} -o wide`,
  `get-sa ${ON} -o yaml`,
  `get-sa ${ON} -o clusterconfig`,
  PLAN_EVERYWHERE,
  `${PLAN_EVERYWHERE} --show-documents`,
  `${PLAN_EVERYWHERE} -o markdown`,
  `export --live --to cloudformation ${ON}`,
  `export --live --to terraform ${ON}`,
  `export --live --to ack ${ON}`,
  `export --live --to crossplane ${ON}`,
  `export --live --to pulumi ${ON}`,
  `export --live --to script ${ON}`,
  `verify --all ${ON}`,
  `verify shop/cart ${ON}`,
  `verify shop/till ${ON}`,
  `verify --all --fix ${ON}`,
  `create-sa -n shop --name cart --policy-arn ${POLICY} ${ON}`,
  `create-sa -n shop --name till --policy-arn ${POLICY} ${ON}`,
  `create-sa -n shop --name cart --attach-role-arn ${ownRole("cart")} --add-trust ${ON} --show-documents`,
  `update-sa -n shop --name kept --add-policy-arn ${POLICY} ${ON}`,
  `update-sa -n shop --name associated --target-role-arn ${ownRole("cart")} ${ON}`,
  `delete-sa -n shop --name kept ${ON}`,
  `adopt shop/cart ${ON}`,
  `adopt --all ${ON}`,
  `stale-pods ${ON}`,
  `stale-pods --restart ${ON}`,
  `use-sa -n shop --name cart deployment/web ${ON}`,
  `audit ${ON}`,
  `audit ${ON} -o markdown`,
  "audit --all-clusters --region ap-northeast-2",
  "guardrails",
  `audit ${ON} -o sarif`,
  `audit ${ON} -o asff`,
  `audit ${ON} -o ocsf`,
  `watch ${ON} --duration 1s --events --lease irsa/irsa`,
  `who-can ${ownRole("cart")} ${ON}`,
  `what-can shop/cart ${ON}`,
  "narrow cart",
  `move-off-node -n shop ${ON}`,
  `graph ${ON} -o mermaid`,
  `graph ${ON} -o dot`,
  MOVE_TO_CLUSTER,
  MOVE_TO_ISSUER,
  MOVE_EVERYWHERE,
  `graph ${ON} -o text`,
  `migrate-pod-identity --all ${ON}`,
  `associate-agent --no-wait ${ON}`,
] as const;

/** Those whose answer is JSON. */
export const JSON_COMMANDS = [
  `get-sa ${ON} -o json`,
  `${PLAN_EVERYWHERE} -o json`,
  `${MOVE_EVERYWHERE} -o json`,
  `verify --all ${ON} -o json`,
  `create-sa -n shop --name cart --policy-arn ${POLICY} ${ON} -o json`,
  `adopt --all ${ON} -o json`,
  `stale-pods ${ON} -o json`,
  `audit ${ON} -o json`,
  "audit --all-clusters --region ap-northeast-2 -o json",
  "guardrails -o json",
  `audit ${ON} -o sarif`,
  `audit ${ON} -o asff`,
  `audit ${ON} -o ocsf`,
  `watch ${ON} --duration 1s -o json`,
  `who-can ${ownRole("cart")} ${ON} -o json`,
  `what-can shop/cart ${ON} -o json`,
  "narrow cart -o json",
  `move-off-node -n shop ${ON} -o json`,
  `graph ${ON} -o json`,
] as const;

/** A cluster and an AWS account in which one value stands wherever others than the operator may write. */
export function foreignWorld(value: string): World {
  const world = aWorld();
  const statement = (condition: Readonly<Record<string, string>>) => ({
    Sid: value,
    Effect: "Allow" as const,
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${GONE}` },
    Condition: {
      StringEquals: {
        [`${GONE}:aud`]: value,
        [`${GONE}:sub`]: "system:serviceaccount:shop:cart",
        ...condition,
      },
    },
  });
  const likeValue: Statement = {
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: world.grantOf({ serviceAccount: aServiceAccount("shop/cart") }).providerArn },
    Condition: {
      StringLike: { [`${world.cluster.issuer.slice(8)}:sub`]: `system:serviceaccount:shop:*${value}` },
    },
  };
  const anyone: Statement = { Effect: "Allow", Principal: { AWS: value }, Action: "sts:AssumeRole" };
  const kept = aServiceAccount("shop/kept");
  const shared = (serviceAccount: AskedServiceAccount) =>
    trustPolicy([...listOf(world.trustOf({ serviceAccount }).Statement), anyone]);
  const addon = anAddon({ status: "DEGRADED", issues: [value] });
  world.addons.set(addon.name, addon);
  withEksctlServiceAccount(world, "shop/eksctls");
  world.editServiceAccount("shop/eksctls", ({ annotations }) => ({
    annotations: { ...annotations, [AUDIENCE_ANNOTATION]: value },
  }));
  addNode(world, "nodes");
  const metadata = { isEnabled: true, requiresToken: false, hopLimit: 2 };
  world.withNodeClass(value, "nodes", { metadata }).withNodeClass(value, value, { instanceProfile: value });
  addPodOf(world, "shop/bare", `deployment/${value}`, { name: value });
  return world
    .withRole(
      world.roleOf({ serviceAccount: kept }),
      { trust: shared(kept), tags: world.ownershipTagsOf({ serviceAccount: kept }) },
      { inline: { [value]: { Statement: [] } } },
    )
    .withServiceAccount("shop/kept", {
      labels: { [MANAGED_BY_LABEL]: "irsa" },
      annotations: { [ROLE_ANNOTATION]: world.roleOf({ serviceAccount: kept }) },
    })
    .withProvider({ tags: { note: value } })
    .withRole(
      ownRole("cart"),
      { trust: { Statement: [statement({ [value]: value }), likeValue] }, tags: { note: value } },
      {
        inline: {
          [value]: {
            Statement: [{ Sid: value, Effect: "Allow", Action: [value, "s3:DeleteBucket"], Resource: value }],
          },
        },
        used: [
          { service: value, lastUsed: LAST_USED, actions: [{ name: value }] },
          {
            service: "s3",
            lastUsed: LAST_USED,
            actions: [{ name: value, lastUsed: LAST_USED }, { name: "DeleteBucket" }],
          },
        ],
      },
    )
    .withRole(ownRole("moved"), { trust: { Statement: [statement({})] } })
    .withRole(ownRole("till"), {
      trust: world.trustOf({ serviceAccount: aServiceAccount("shop/till"), audience: value }),
    })
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: value, "irsa/ignore": value } })
    .withServiceAccount("shop/till", {
      annotations: { [ROLE_ANNOTATION]: ownRole("till"), [AUDIENCE_ANNOTATION]: value },
    })
    .withAssociation("shop/associated", ownRole("moved"), {
      targetRoleArn: value,
      ownerArn: value,
      tags: { [value]: value },
    })
    .withDeployment("shop/web", value)
    .withPod(aPod("shop/web", manifestOf("till"), { name: value, workload: `deployment/${value}` }));
}

/** What was said on stdout, and on both streams. */
export interface Said {
  readonly out: string;
  readonly all: string;
}

/** What a command says in such a world, its failure as `main` tells it. */
export async function saidOf(command: string, value: string): Promise<Said> {
  const { failure, heard } = await runIn(foreignWorld(value), command);
  if (failure === undefined)
    return { out: heard.out.join("\n"), all: [...heard.out, ...heard.err].join("\n") };
  const out =
    heard.out.length > 0 ? heard.out.join("\n") : textOf(new Envelope(null, false).failure(failure));
  const told = failureLines(failure, PLAIN, true).map(textOf);
  return { out, all: [out, ...heard.err, ...told].join("\n") };
}
