import { applyChanges, type ApplyOptions, type Step } from "../../src/engine/apply.ts";
import type { Change } from "../../src/model/change.ts";
import { asSeenFrom } from "../../src/model/cluster.ts";
import { shellCommand } from "../../src/output/shell.ts";
import { adviceText, Failure } from "../../src/model/failure.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { planAdoption, type AdoptionPlan } from "../../src/service-account/adopt/plan.ts";
import { observeAdoption, type DesiredAdoption } from "../../src/service-account/adopt/observe.ts";
import { observeServiceAccount, type TargetSources } from "../../src/service-account/create/observe.ts";
import { namedPolicies, observePolicies } from "../../src/service-account/create/observe-policies.ts";
import { planServiceAccount, type ServiceAccountPlan } from "../../src/service-account/create/plan.ts";
import type { DesiredRemoval } from "../../src/service-account/delete/desired.ts";
import { observeRemoval, planRemoval, type RemovalPlan } from "../../src/service-account/delete/plan.ts";
import type { DesiredUpdate } from "../../src/service-account/update/desired.ts";
import { observeUpdate, planUpdate, type UpdatePlan } from "../../src/service-account/update/plan.ts";
import { NO_WAITING } from "./clock.ts";
import { aServiceAccount } from "./values.ts";
import { SECOND_ACCOUNT, type World } from "./world.ts";

/** The flags that lead to the cluster of the tests. */
const REACH = ["--cluster", "eks-work-cluster"];

/** Observes the world and plans, as `create-sa` does. */
export async function planIn(world: World, desired: DesiredServiceAccount): Promise<ServiceAccountPlan> {
  const { aws, cluster } = world;
  const policies = observePolicies(aws.iam, namedPolicies(desired));
  const kubernetes = desired.roleOnly ? undefined : world.kubernetes;
  const target = targetSourcesIn(world, desired);
  return planServiceAccount(
    desired,
    await observeServiceAccount(desired, cluster, { aws, kubernetes, policies, target }),
  );
}

function targetSourcesIn(
  { secondAws: { iam }, cluster }: World,
  { target: role }: DesiredServiceAccount,
): TargetSources | undefined {
  if (role === undefined) return undefined;
  const policies = observePolicies(iam, namedPolicies({ role }));
  return { iam, cluster: asSeenFrom(cluster, SECOND_ACCOUNT), policies };
}

/** The failure that planning ends in; it is an error if there is none. */
export async function stopOf(planning: Promise<unknown>): Promise<Failure> {
  const outcome = await planning.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error("the test expected a stop", { cause: outcome });
}

/** Applies changes to the world and gives every step. */
export async function applyTo(
  world: World,
  changes: readonly Change[],
  options: ApplyOptions = {},
): Promise<Step[]> {
  const steps: Step[] = [];
  const { cloudFormation, kubernetes } = world;
  const second = { awsAccount: SECOND_ACCOUNT, iam: world.secondAws.iam };
  const targets = {
    iam: world.aws.iam,
    second,
    eks: world.aws.eks,
    kubernetes,
    cloudFormation,
    clock: NO_WAITING,
  };
  for await (const step of applyChanges(changes, targets, options)) steps.push(step);
  return steps;
}

/** Plans and applies; it is an error if any change is not done. */
export async function bringAbout(world: World, desired: DesiredServiceAccount): Promise<ServiceAccountPlan> {
  const plan = await planIn(world, desired);
  await applyAll(world, plan.changes);
  return plan;
}

/** Applies changes; it is an error if any is not done. */
export async function applyAll(world: World, changes: readonly Change[]): Promise<void> {
  const undone = (await applyTo(world, changes)).find(({ state }) => state !== "started" && state !== "done");
  if (undone?.state === "failed") throw undone.failure;
  if (undone !== undefined) throw new Error(`${undone.change.kind} was not tried`);
}

/** Observes the world and plans a removal, as `delete-sa` does. */
export async function removalIn(
  world: World,
  desired: DesiredRemoval = aRemoval(),
  rolePrefix = "",
): Promise<RemovalPlan> {
  const ports = { iam: world.aws.iam, eks: world.aws.eks, kubernetes: world.kubernetes };
  return planRemoval(desired, await observeRemoval(desired, rolePrefix, world.cluster, ports), REACH);
}

/** The removal of the ServiceAccount that the story is about; changed as given. */
export function aRemoval(changes: Partial<DesiredRemoval> = {}): DesiredRemoval {
  return {
    serviceAccount: aServiceAccount("amazon-cloudwatch/cloudwatch-agent"),
    keepRole: false,
    keepServiceAccount: false,
    deleteAdopted: false,
    removeTrust: false,
    ...changes,
  };
}

/** The kinds of a plan's changes, in order. */
export function kindsOf({ changes }: Pick<ServiceAccountPlan, "changes">): string[] {
  return changes.map(({ kind }) => kind);
}

/** The one change of that kind; it is an error if there is none or are several. */
export function changeOf<Kind extends Change["kind"]>(
  { changes }: Pick<ServiceAccountPlan, "changes">,
  kind: Kind,
): Extract<Change, { kind: Kind }> {
  const found = changes.filter((change): change is Extract<Change, { kind: Kind }> => change.kind === kind);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} changes of kind ${kind}`);
  return only;
}

/** Everything that a failure tells its reader, in one text. */
export function textOf(failure: Failure): string {
  const { message, detail } = failure;
  const facts = (detail.facts ?? []).map(([label, value]) => `${label} ${[value].flat().join("\n")}`);
  const commands = [detail.command, detail.flags].map((words) => words && shellCommand(words));
  return [message, ...facts, adviceText(failure), ...commands]
    .filter((part) => part !== undefined)
    .join("\n");
}

/** Observes the world and plans an update, as `update-sa` does. */
export async function updateIn(world: World, changes: Partial<DesiredUpdate>): Promise<UpdatePlan> {
  const ports = { iam: world.aws.iam, eks: world.aws.eks, kubernetes: world.kubernetes };
  const desired = anUpdate(changes);
  return planUpdate(desired, await observeUpdate(desired, "", world.cluster, ports), REACH);
}

/** An update of the ServiceAccount that the story is about: nothing, but for what is told. */
export function anUpdate(changes: Partial<DesiredUpdate>): DesiredUpdate {
  return {
    serviceAccount: aServiceAccount("amazon-cloudwatch/cloudwatch-agent"),
    policies: { kind: "some", add: [], remove: [] },
    setTags: {},
    unsetTags: [],
    setLabels: {},
    unsetLabels: [],
    allowAdministrator: false,
    ...changes,
  };
}

/** Observes the world and plans a take-over, as `adopt` does. */
export async function adoptionIn(
  world: World,
  path: string,
  releaseStack = false,
  more: Partial<DesiredAdoption> = {},
): Promise<AdoptionPlan> {
  const { cloudFormation, kubernetes, cluster } = world;
  const desired = { serviceAccount: aServiceAccount(path), releaseStack, ...more };
  const sources = { iam: world.aws.iam, eks: world.aws.eks, kubernetes, cloudFormation };
  return planAdoption(desired, await observeAdoption(desired, "", cluster, sources));
}
