import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { ClusterRef } from "../../model/arn.ts";
import { withinOrganization, withinOrganizationOf } from "../../config/within-organization.ts";
import { isFailure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { camelCase } from "../../output/camel-case.ts";
import { proofJson, serviceAccountJson } from "../../output/json-forms.ts";
import { webhookAnnotations } from "../../service-account/service-account/changes.ts";
import { checkArnsAgainst } from "../../service-account/role/arns.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import { checkAskAlone } from "../../service-account/role/guardrails.ts";
import { observeServiceAccount, type TargetSources } from "../../service-account/create/observe.ts";
import { namedPolicies, observePolicies } from "../../service-account/create/observe-policies.ts";
import type { ObservedServiceAccount } from "../../service-account/create/observed.ts";
import { planServiceAccount, type ServiceAccountPlan } from "../../service-account/create/plan.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { TextBlock } from "../../output/text-block.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { CommandContext } from "../command-context.ts";
import { endingOf } from "./ending.ts";
import type { CreateSaFlags } from "./flags.ts";
import { confirm } from "../shared/plan/prompts.ts";
import { observePlaces } from "../../pod-identity-agent/observe-places.ts";
import { createdAssociations, placeNotes } from "../../pod-identity-agent/place-notes.ts";
import { proveOneAssociation } from "../shared/proof/prove-association.ts";
import { proveServiceAccount, type ProofReport } from "../shared/proof/prove-service-account.ts";
import { staleHint } from "./stale-hint.ts";
import { homeOf, secondProfile, secondWords } from "../shared/session/second-account.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";
import { runPlanCommand, type Report, type Planned } from "../shared/plan/run-plan-command.ts";

/** The run of `create-sa`: observe, plan, show, apply, prove, answer. */
export async function createServiceAccount(
  wanted: Omit<DesiredServiceAccount, "clusterFlags">,
  flags: CreateSaFlags,
  context: CommandContext,
): Promise<void> {
  const rules = await context.organization();
  const isElsewhere = flags.roleProfile !== undefined;
  const asked = isElsewhere ? wanted : withinOrganization(wanted, rules);
  checkAskAlone(asked);
  if (asked.target !== undefined) checkAskAlone({ ...asked, role: asked.target });
  if (!asked.roleOnly) loadKubernetesAhead();
  await runPlanCommand(
    flags,
    context,
    (session, terminal) => {
      const { second, clusterFlags } = session;
      const within =
        second === undefined ? asked : withinOrganizationOf(asked, rules, second.caller.awsAccount);
      return prepare({ ...within, clusterFlags }, flags, session, terminal, context);
    },
    secondProfile(flags),
  );
}

async function prepare(
  desired: DesiredServiceAccount,
  flags: CreateSaFlags,
  session: Session,
  terminal: Terminal,
  context: CommandContext,
): Promise<Planned> {
  const { iam, cluster } = homeOf(session, flags);
  const aws = { ...session.aws, iam };
  checkArns(cluster, desired);
  const policies = observePolicies(iam, namedPolicies(desired));
  const target = targetSources(desired, session);
  const kubernetes = desired.roleOnly ? undefined : await session.kubernetes(desired.serviceAccount);
  const observing = observeServiceAccount(desired, cluster, { aws, kubernetes, policies, target });
  const concerned = [desired.serviceAccount];
  const isByAssociation = desired.podIdentity !== undefined && kubernetes !== undefined;
  const observingPlaces = isByAssociation
    ? observePlaces(cluster, concerned, concerned, { eks: aws.eks, kubernetes })
    : undefined;
  const [observed, places] = await during(
    terminal,
    "reading IAM and the cluster",
    Promise.all([observing, observingPlaces]),
  );
  const planned = await chooseRoleAndPlan(desired, observed, context.terminal);
  const { changes } = planned;
  const creating = createdAssociations(changes);
  const notes = [
    ...planned.notes,
    ...(places === undefined ? [] : placeNotes(places, creating, desired.clusterFlags)),
  ];
  const isThere = observed.kubernetes?.serviceAccount !== undefined;
  return {
    changes,
    notes,
    kubernetes,
    async report(outcome) {
      const proof = await proofAfter(
        outcome,
        planned,
        desired,
        flags,
        kubernetes,
        session,
        terminal,
        context,
      );
      const looks =
        outcome.state !== "planned" && kubernetes !== undefined && isThere && planned.way === "irsa";
      const hints = looks
        ? await staleHint(kubernetes, desired.serviceAccount, planned.role, desired.clusterFlags)
        : [];
      return { ...(await answer(outcome, planned, desired, flags, proof)), hints };
    },
  };
}

async function answer(
  outcome: Outcome,
  { role, targetRole, way, audience }: ServiceAccountPlan,
  desired: DesiredServiceAccount,
  flags: CreateSaFlags,
  proof: ProofReport | null,
): Promise<Report> {
  const annotations = way === "irsa" ? webhookAnnotations(role, desired.audience) : {};
  return {
    result: {
      serviceAccount: serviceAccountJson(desired.serviceAccount),
      way: camelCase(way),
      role,
      ...(targetRole !== undefined && { targetRole }),
      audience,
      proof: proof === null ? null : proofJson(proof, way),
    },
    lines: endingOf(
      outcome,
      { role, target: targetRole },
      { ...desired, clusterFlags: [...desired.clusterFlags, ...secondWords(secondProfile(flags))] },
      proof,
    ),
    ...(flags.output === "yaml" && {
      document: await manifestOf(desired, annotations),
    }),
    ...(proof !== null && { exitCode: proof.exitCode }),
  };
}

/** What writes YAML is loaded for nobody else. */
async function manifestOf(
  { serviceAccount, labels }: DesiredServiceAccount,
  annotations: Readonly<Record<string, string>>,
): Promise<TextBlock> {
  const { serviceAccountManifest } = await import("../../output/manifest.ts");
  return serviceAccountManifest(serviceAccount, annotations, labels);
}

/** What is read of a target role that irsa keeps in the second AWS account. */
function targetSources(
  { target: role }: DesiredServiceAccount,
  { second }: Session,
): TargetSources | undefined {
  if (role === undefined || second === undefined) return undefined;
  const { aws, cluster } = second;
  checkArns(cluster, { role });
  return { iam: aws.iam, cluster, policies: observePolicies(aws.iam, namedPolicies({ role })) };
}

const ARN_FLAGS = {
  policy: "--policy-arn",
  boundary: "--permissions-boundary",
  role: "--attach-role-arn",
  target: "--target-role-arn",
};

function checkArns(cluster: ClusterRef, desired: Pick<DesiredServiceAccount, "role" | "podIdentity">): void {
  const problems = new Problems();
  checkArnsAgainst(cluster, desired, (what) => ARN_FLAGS[what], problems);
  problems.throwIfAny();
}

/** Prompts for a missing provider on a terminal; otherwise stops with the command to run. */
async function chooseRoleAndPlan(
  desired: DesiredServiceAccount,
  observed: ObservedServiceAccount,
  terminal: Terminal,
): Promise<ServiceAccountPlan> {
  try {
    return planServiceAccount(desired, observed);
  } catch (error) {
    if (!terminal.interactive || !isFailure(error)) throw error;
    if (error.code !== "provider-missing" && error.code !== "audience-missing") throw error;
    terminal.say(`  ${error.message}`);
    if (!(await confirm("Add it to the plan?"))) throw error;
    return planServiceAccount({ ...desired, associate: true }, observed);
  }
}

async function proofAfter(
  outcome: Outcome,
  planned: ServiceAccountPlan,
  desired: DesiredServiceAccount,
  flags: CreateSaFlags,
  kubernetes: KubernetesPort | undefined,
  session: Session,
  terminal: Terminal,
  context: CommandContext,
): Promise<ProofReport | null> {
  if (outcome.state === "planned" || kubernetes === undefined || flags.wait === false) return null;
  const terms = {
    patienceMs: flags.waitTimeout,
    demanded: flags.wait === true,
    terminal,
    signal: context.signal,
  };
  if (planned.way === "pod-identity") {
    const { withoutSessionTags = false } = desired.podIdentity ?? {};
    const roles = { ...planned, serviceAccount: desired.serviceAccount, withoutSessionTags };
    const sources = { ...session.aws, kubernetes, cluster: session.cluster };
    return proveOneAssociation(roles, sources, {
      ...terms,
      clusterFlags: [...desired.clusterFlags, ...secondWords(secondProfile(flags))],
    });
  }
  const claim = { serviceAccount: desired.serviceAccount, audience: planned.audience, role: planned.role };
  const conditional = planned.notes.some(({ code }) => code === "trust-conditional");
  return proveServiceAccount(
    claim,
    { kubernetes, sts: session.aws.sts, ...homeOf(session, flags) },
    { ...terms, conditional },
  );
}
