import { attempting } from "../../audit/attempt.ts";
import type { Gap } from "../../audit/inventory.ts";
import { notRead } from "../../audit/who-can.ts";
import { SYSTEM_CLOCK } from "../../engine/clock.ts";
import type { RoleArn } from "../../model/arn.ts";
import type { CommandWords } from "../../model/command-words.ts";
import { Failure } from "../../model/failure.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import type { OffNodeAnswer } from "../../model/off-node.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../model/service-account-ref.ts";
import { workloadText } from "../../model/workload-name.ts";
import { publishedActionNames } from "../../narrow/action-names.ts";
import { offNodeAnswer } from "../../narrow/off-node/assemble.ts";
import { chosen, type ChosenWorkload } from "../../narrow/off-node/choose.ts";
import { observePods, type ObservedPods } from "../../narrow/off-node/observe.ts";
import { observeRole, rolesToLeave, usesOf } from "../../narrow/off-node/roles.ts";
import { jsonText } from "../../output/json.ts";
import { offNodeResult } from "../../output/off-node-json.ts";
import { offNodeLines } from "../../output/off-node-text.ts";
import { during } from "../../output/progress.ts";
import { DEFAULT_FILE } from "../../output/narrow-text.ts";
import type { CommandContext } from "../command-context.ts";
import { requireWritable, writeAnswer } from "../shared/answer-file.ts";
import { requireRole } from "../shared/asked-role.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { openSession, type Session } from "../shared/session/session.ts";
import { parseInput, type MoveOffNodeFlags, type MoveOffNodeInput } from "./flags.ts";

/** How many roles are read concurrently. */
const AT_ONCE = 4;

/** The run of `move-off-node`: find the workloads and their nodes' role, read what it used, propose. Nothing is changed. */
export async function runMoveOffNode(
  words: readonly string[],
  flags: MoveOffNodeFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const input = parseInput(words, flags);
  await requireWritable(flags.file);
  const session = await openSession(flags, context, false);
  try {
    const gaps: Gap[] = [];
    const finding = find(input, flags, session, gaps, context);
    const answer = await during(terminal, "reading the cluster and what the nodes' role used", finding);
    const { document } = answer;
    if (flags.file !== undefined && document !== undefined)
      await writeAnswer(flags.file, `${jsonText(document, 2)}\n`);
    if (flags.output === "json") terminal.print(context.envelope.answer({ result: offNodeResult(answer) }));
    else offNodeLines(answer, flags.file, terminal.out).forEach(terminal.print);
    context.exitWith(incompleteCode(gaps));
  } finally {
    session.close();
  }
}

async function find(
  input: MoveOffNodeInput,
  { file = DEFAULT_FILE }: MoveOffNodeFlags,
  session: Session,
  gaps: Gap[],
  context: CommandContext,
): Promise<OffNodeAnswer> {
  const attempt = attempting(gaps);
  const { aws, cluster, clusterFlags } = session;
  const kubernetes = await session.kubernetes({ ...DEFAULT_SERVICE_ACCOUNT, namespace: input.namespace });
  const { eks, ec2, iam } = aws;
  const observed = await observePods(
    { cluster, eks, ec2, iam, kubernetes },
    { namespace: input.namespace, names: input.workloads },
    attempt,
  );
  const workloads = chosenOf(input, observed);
  const asked = await namedRoles(input, observed, session);
  const roles = rolesToLeave(workloads, asked, commandAgain(input, clusterFlags));
  const { sleep } = context.clock ?? SYSTEM_CLOCK;
  const wait = (milliseconds: number) => sleep(milliseconds, context.signal);
  const found = await mapConcurrent(roles, AT_ONCE, (role) =>
    observeRole(role, usesOf(role, observed.onNodes), publishedActionNames(), { iam, wait }, attempt),
  );
  return offNodeAnswer(
    { cluster, workloads, roles: found, pods: observed.pods, inNamespace: observed.inNamespace },
    { file, clusterFlags, isRoleNamed: asked.length > 0, notRead: notRead(gaps) },
  );
}

/** @throws Failure `workload-not-found` for one that was named */
function chosenOf(
  { workloads, serviceAccount, namespace }: MoveOffNodeInput,
  { inNamespace }: ObservedPods,
): readonly ChosenWorkload[] {
  const texts =
    workloads.length > 0
      ? workloads.map(workloadText)
      : inNamespace.pods.filter(({ isOnNodeRole }) => isOnNodeRole).map(({ workload }) => workload);
  return [...new Set(texts)].toSorted().map((text) => {
    const one = chosen(text, inNamespace, serviceAccount);
    const isMissing = one.pods === 0 && (one.state === "not-found" || !inNamespace.workloads.has(text));
    if (workloads.length > 0 && isMissing)
      throw new Failure("failed", "workload-not-found", `${text} not found in namespace '${namespace}'`);
    return one;
  });
}

/** The roles that the operator named. @throws Failure `no-role`, `foreign-role`, `node-role-unknown` */
async function namedRoles(
  { nodeRoles }: MoveOffNodeInput,
  { onNodes }: ObservedPods,
  { aws, caller, cluster }: Session,
): Promise<readonly RoleArn[]> {
  const found = await Promise.all(nodeRoles.map((one) => requireRole(one, caller.awsAccount, aws.iam)));
  const roles = found.map(({ arn }) => arn);
  const other = roles.find((role) => usesOf(role, onNodes).length === 0);
  if (other === undefined || onNodes.nodes.nodes.state !== "known") return roles;
  throw new Failure("refused", "node-role-unknown", `no nodes of ${cluster.name} are known to have ${other}`);
}

function commandAgain(
  { workloads, namespace }: MoveOffNodeInput,
  clusterFlags: readonly string[],
): CommandWords {
  return ["irsa", "move-off-node", ...workloads.map(workloadText), "-n", namespace, ...clusterFlags];
}
