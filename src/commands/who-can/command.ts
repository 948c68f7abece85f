import { Command } from "commander";
import { attempting } from "../../audit/attempt.ts";
import type { Gap } from "../../audit/inventory.ts";
import { observeCluster } from "../../audit/observe-cluster.ts";
import { mayBeOfNodes } from "../../audit/nodes/node-access.ts";
import { firstRoles, observePermissions } from "../../audit/observe-policies.ts";
import { whoCan as answerOf } from "../../audit/who-can.ts";
import type { IamPort } from "../../aws/port.ts";
import { mapKnown, valueOf } from "../../model/known.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import type { WhoCan } from "../../model/access-answers.ts";
import { Failure } from "../../model/failure.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { RoleListing } from "../../model/iam-objects.ts";
import { Problems } from "../../model/problems.ts";
import { parseRoleName } from "../../model/role-name.ts";
import { whoCanResult } from "../../output/access-json.ts";
import { whoCanLines } from "../../output/access-text.ts";
import { during } from "../../output/progress.ts";
import { SUBJECTS } from "../../output/list-shapes.ts";
import {
  addListOptions,
  addSelectorOption,
  selectedIds,
  takeSelector,
  type ListFlags,
} from "../shared/list-options.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { openSessions, type ClustersFlags, type Sessions } from "../shared/session/several-clusters.ts";
import type { CommandContext } from "../command-context.ts";
import { addClustersOptions, addKubernetesOptions } from "../shared/session/options.ts";

interface Flags extends ClustersFlags, ListFlags<"text" | "json"> {
  readonly selector?: string;
}

/** How many roles are read concurrently. */
const AT_ONCE = 8;

const EXAMPLES = `
Examples:
  irsa who-can arn:aws:iam::111122223333:role/cart --cluster my-cluster
  irsa who-can cart --cluster blue --cluster green -o json
`;

/** `irsa who-can`: lists the ServiceAccounts and pods that can assume a role. */
export function whoCan(context: CommandContext): Command {
  const command = new Command("who-can")
    .description(
      "list the ServiceAccounts and pods that can assume a role, and the trust policy statement that allows it",
    )
    .argument("<role>", "role ARN or name");
  addListOptions(addSelectorOption(command), ["text", "json"], SUBJECTS);
  return addKubernetesOptions(addClustersOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((role: string, flags: Flags) => run(role, flags, context));
}

async function run(text: string, flags: Flags, context: CommandContext): Promise<void> {
  const { selector, ...asked } = parse(text, flags);
  const { terminal } = context;
  const sessions = await openSessions(flags, context);
  try {
    const gaps: Gap[] = [];
    const observed = await during(terminal, "reading IAM and the cluster", observe(asked, sessions, gaps));
    const all = answerOf(observed.role, { ...observed, gaps });
    const answer = selector === undefined ? all : await selectedOf(all, selector, sessions);
    const result = whoCanResult(answer);
    const { output, headers } = flags;
    if (output.format === "json") terminal.print(context.envelope.answer({ result }));
    else if (output.format === "list") terminal.print(output.write(result, headers));
    else whoCanLines(answer, terminal.out).forEach(terminal.print);
    context.exitWith(incompleteCode(gaps));
  } finally {
    sessions.close();
  }
}

interface Asked {
  readonly name: string;
  readonly arn?: RoleArn;
  readonly selector?: SelectorText;
}

/** The ServiceAccounts with these labels alone; one that does not exist has none. */
async function selectedOf(answer: WhoCan, selector: SelectorText, sessions: Sessions): Promise<WhoCan> {
  const selected = await selectedIds(sessions.sources, selector);
  const subjects = answer.subjects.filter(({ cluster, serviceAccount }) =>
    selected.has(`${cluster.arn}/${serviceAccountPath(serviceAccount)}`),
  );
  return { ...answer, subjects };
}

function parse(text: string, flags: Flags): Asked {
  const problems = new Problems();
  const selector = takeSelector(flags, problems);
  const chosen = selector === undefined ? {} : { selector };
  const arn = text.startsWith("arn:") ? problems.take("role", text, parseRoleArn) : undefined;
  const name = text.startsWith("arn:") ? undefined : problems.take("role", text, parseRoleName);
  problems.throwIfAny();
  return { ...chosen, ...(arn === undefined ? { name: name ?? text } : { name: roleRef(arn).name, arn }) };
}

async function observe(asked: Asked, { first, sources }: Sessions, gaps: Gap[]) {
  const { iam } = first.aws;
  const attempt = attempting(gaps);
  const role = await requireRole(asked, first.caller.awsAccount, iam);
  const withNodes = mayBeOfNodes(role.trust);
  const clusters = await Promise.all(
    sources.map((source) => observeCluster(source, iam, attempt, withNodes)),
  );
  const firsts = firstRoles(
    clusters.map(({ cluster, associations }) => ({
      cluster,
      associations: mapKnown(associations, (all) =>
        all.filter(({ targetRoleArn }) => targetRoleArn === role.arn),
      ),
    })),
  );
  const others = await mapConcurrent(firsts, AT_ONCE, (arn) =>
    attempt(`role ${arn}`, () => iam.getRole(roleRef(arn).name)),
  );
  const found = others.flatMap((one) => valueOf(one) ?? []);
  return {
    role,
    clusters,
    others: found,
    permissionsOf: await observePermissions(
      found.map(({ arn }) => arn),
      iam,
      attempt,
    ),
  };
}

async function requireRole({ name, arn }: Asked, serviceAccount: string, iam: IamPort): Promise<RoleListing> {
  if (arn !== undefined && roleRef(arn).awsAccount !== serviceAccount) {
    throw new Failure(
      "failed",
      "foreign-role",
      `the role belongs to a different AWS account than the credentials`,
      {
        facts: [
          ["role", arn],
          ["credentials", serviceAccount],
        ],
        advice: "Use a profile of that AWS account: --profile NAME",
      },
    );
  }
  const role = await iam.getRole(name);
  if (role !== undefined && (arn === undefined || role.arn === arn)) return role;
  throw new Failure("failed", "no-role", `role '${arn ?? name}' not found`, {
    ...(role !== undefined && { advice: `Did you mean ${role.arn}?` }),
  });
}
