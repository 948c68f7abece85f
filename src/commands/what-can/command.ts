import { Command } from "commander";
import { attempting } from "../../audit/attempt.ts";
import type { Gap } from "../../audit/inventory.ts";
import { notJudged } from "../../audit/not-judged.ts";
import { NO_NODES } from "../../audit/nodes/cluster-nodes.ts";
import { nodeAccessIn } from "../../audit/nodes/node-access.ts";
import { observeNodes } from "../../audit/nodes/observe-nodes.ts";
import { chainsFor } from "../../audit/chains/chains-for.ts";
import { MOST_HOPS } from "../../audit/chains/role-chains.ts";
import { detailsOf, firstRoles, observePermissions } from "../../audit/observe-policies.ts";
import { rolesOf } from "../../audit/roles-of.ts";
import { candidateOf, whatCan as answerOf } from "../../audit/what-can.ts";
import { listed, look, mapKnown, valueOf } from "../../model/known.ts";
import type { WhatCan } from "../../model/access-answers.ts";
import type { RoleArn } from "../../model/arn.ts";
import { providerArn } from "../../model/issuer.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import { Problems } from "../../model/problems.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { whatCanResult } from "../../output/access-json.ts";
import { whatCanLines } from "../../output/access-text.ts";
import { ROLES } from "../../output/list-shapes.ts";
import { during } from "../../output/progress.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, type ClusterFlags } from "../shared/session/options.ts";
import { addListOptions, type ListFlags } from "../shared/list-options.ts";
import { openSession, type Session } from "../shared/session/session.ts";
import {
  addTargetsOptions,
  checkTargetsFlags,
  coversTargets,
  type TargetsFlags,
} from "../shared/targets/options.ts";
import {
  addServiceAccountArgument,
  addServiceAccountFlags,
  takeServiceAccount,
  type ServiceAccountFlags,
} from "../shared/service-account-argument.ts";

interface Flags extends ClusterFlags, TargetsFlags, ServiceAccountFlags, ListFlags<"text" | "json"> {}

const EXAMPLES = `
Roles that can be assumed with these are listed too, directly or through others (up to ${MOST_HOPS} in a row).

Examples:
  irsa what-can payments/worker --cluster my-cluster
  irsa what-can payments/worker --targets accounts.yml    # in every cluster of many AWS accounts
  irsa what-can payments/worker -o json | jq -r '.result.roles[].role'
`;

/** `irsa what-can`: lists every role that a ServiceAccount can assume. */
export function whatCan(context: CommandContext): Command {
  const command = new Command("what-can")
    .description(
      "list every role that a ServiceAccount can assume, not only the annotated one, with their policies",
    )
    .optionsGroup("Scope:");
  addServiceAccountFlags(addServiceAccountArgument(command)).optionsGroup("Output:");
  addListOptions(command, ["text", "json"], ROLES);
  return addTargetsOptions(addKubernetesOptions(addAwsOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccount: string | undefined, flags: Flags) => run(serviceAccount, flags, context));
}

async function run(text: string | undefined, flags: Flags, context: CommandContext): Promise<void> {
  const problems = new Problems();
  const ref = takeServiceAccount(text, flags, problems);
  checkTargetsFlags(flags, problems, { text: "text" });
  problems.throwIfAny();
  if (ref === undefined) return;
  if (coversTargets(flags)) return findInTargets(ref, flags, context);
  const { terminal } = context;
  const session = await openSession(flags, context, false);
  try {
    const gaps: Gap[] = [];
    const answer = await during(terminal, "reading IAM and the cluster", find(ref, session, gaps));
    const result = whatCanResult(answer);
    const { output, headers } = flags;
    if (output.format === "json") terminal.print(context.envelope.answer({ result }));
    else if (output.format === "list") terminal.print(output.write(result, headers));
    else whatCanLines(answer, terminal.out).forEach(terminal.print);
    context.exitWith(incompleteCode(gaps));
  } finally {
    session.close();
  }
}

/** `what-can` of a ServiceAccount of that name in many clusters. */
async function findInTargets(ref: ServiceAccountRef, flags: Flags, context: CommandContext): Promise<void> {
  const { answerByCluster } = await import("../shared/targets/by-cluster.ts");
  await answerByCluster(flags, context, {
    shape: ROLES,
    columns:
      "ROLE:.role,ANNOTATED:.annotated,VIA:.via,VERDICT:.verdict,POLICIES:.policies[*],INLINE:.inlinePolicies[*]",
    noun: "role",
    byField: "verdict",
    values: ["conditional"],
    contents: { ServiceAccount: ref },
    async read(cluster) {
      const gaps: Gap[] = [];
      return { result: whatCanResult(await find(ref, cluster, gaps)), gaps, code: 0 };
    },
  });
}

async function find(
  ref: ServiceAccountRef,
  session: Pick<Session, "aws" | "cluster" | "kubernetes">,
  gaps: Gap[],
): Promise<WhatCan> {
  const attempt = attempting(gaps);
  const { cluster, aws } = session;
  const kubernetes = session.kubernetes(ref);
  const [roles, provider, associations, serviceAccount, inNamespace] = await Promise.all([
    attempt("roles", () => aws.iam.listRoles()),
    attempt("identity provider", () => aws.iam.getProvider(providerArn(cluster, cluster.issuer))),
    attempt("Pod Identity associations", () => aws.eks.describePodIdentities(cluster.name, ref)),
    attempt("ServiceAccount", async () => (await kubernetes).getServiceAccount(ref)),
    attempt("pods", async () => (await kubernetes).listPodSummaries(ref.namespace)),
  ]);
  const candidate = candidateOf(ref, serviceAccount);
  const serviceAccounts = mapKnown(serviceAccount, (found) => (found === undefined ? [] : [found]));
  const pods = mapKnown(inNamespace, (all) => all.filter((pod) => pod.serviceAccountName === ref.name));
  const onNodes = new Set(listed(pods).flatMap(({ node }) => node ?? []));
  const nodes =
    onNodes.size === 0
      ? NO_NODES
      : await observeNodes(
          {
            name: cluster.name,
            eks: aws.eks,
            ec2: aws.ec2,
            iam: aws.iam,
            kubernetes: await look(() => kubernetes),
          },
          attempt,
          onNodes,
        );
  const observed = { cluster, provider, associations, serviceAccounts, pods, nodes, addons: new Map() };
  const exists = new Set(listed(roles).map(({ arn }) => arn));
  const firsts = firstRoles([observed]).filter((arn) => exists.has(arn));
  const permissions = await observePermissions(firsts, aws.iam, attempt);
  const { paths: accessPaths, outcomes } = rolesOf(candidate, { roles, clusters: [observed] }, permissions);
  const fromNodes = nodeAccessIn(observed);
  const arns = [
    ...new Set([...accessPaths.map(({ role }) => role.arn), ...fromNodes.map(({ role }) => role)]),
  ];
  const details = await detailsOf(arns, aws.iam, attempt);
  const sessionPolicies = (arn: RoleArn) => [
    ...accessPaths.filter(({ role }) => role.arn === arn).map((one) => one.association?.association.policy),
    ...fromNodes.filter(({ role }) => role === arn).map(() => undefined),
  ];
  const chains = await chainsFor(arns, { roles, details, sessionPolicies }, aws.iam, attempt, gaps);
  return answerOf(candidate, serviceAccount, {
    cluster,
    accessPaths,
    fromNodes,
    chains,
    notJudged: notJudged(annotatedArn(valueOf(serviceAccount)), cluster, outcomes),
    details,
    gaps,
  });
}
