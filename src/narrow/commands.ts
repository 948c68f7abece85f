import { awsWords } from "../model/aws-words.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import { flag, type CommandWords } from "../model/command-words.ts";
import type { Narrowing } from "../model/narrowed.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { ManagedFor } from "./manager.ts";
import { NARROWED_POLICY_NAME, ownInline } from "./observe.ts";

/** What the commands are about. */
export interface NarrowedRole extends Pick<Narrowing, "document" | "policies"> {
  readonly role: RoleArn;
  readonly manager: ManagedFor | undefined;
  /** The file that the proposal is in. */
  readonly file: string;
  /** The flags that lead to the cluster and the AWS account again, as far as they were given. */
  readonly flags: readonly string[];
}

/** The commands that put a proposal in force: what is added comes first, so that nothing used is missing in between. */
export function narrowCommands(narrowed: NarrowedRole): readonly CommandWords[] {
  const { policies } = narrowed;
  if (policies.every(({ fate }) => fate !== "replaced")) return [];
  return narrowed.manager === undefined ? byAws(narrowed) : byIrsa(narrowed, narrowed.manager);
}

function byIrsa(
  { document, policies, file, flags }: NarrowedRole,
  manager: ManagedFor,
): readonly CommandWords[] {
  const cluster = flags.includes("--cluster") ? [] : ["--cluster", manager.cluster];
  const path = serviceAccountPath(manager.serviceAccount);
  const update: CommandWords = ["irsa", "update-sa", path, ...cluster, ...flags];
  const own = ownInline(manager);
  const { managed, inline } = goneOf(policies, own);
  const detach = managed.flatMap((arn) => flag("--remove-policy-arn", arn));
  const remove = inline.flatMap((name) => flag("--remove-inline-policy", name));
  if (document === undefined) {
    const replaced = replacedInline(policies).filter((name) => name === own);
    return [
      [...update, ...detach, ...replaced.flatMap((name) => flag("--remove-inline-policy", name)), ...remove],
    ];
  }
  return [
    [...update, ...flag("--policy-file", file), ...detach],
    ...(remove.length === 0 ? [] : [[...update, ...remove] as CommandWords]),
  ];
}

function byAws({ role, manager, document, policies, file, flags }: NarrowedRole): readonly CommandWords[] {
  const RoleName = roleRef(role).name;
  const aws = (action: string, parameters: Parameters<typeof awsWords>[1]): CommandWords =>
    awsWords(["iam", action], { RoleName, ...parameters }, profileIn(flags));
  const { managed, inline } = goneOf(policies, document === undefined ? undefined : ownInline(manager));
  return [
    ...(document === undefined
      ? []
      : [aws("put-role-policy", { PolicyName: NARROWED_POLICY_NAME, PolicyDocument: { file } })]),
    ...managed.map((PolicyArn) => aws("detach-role-policy", { PolicyArn })),
    ...inline.map((PolicyName) => aws("delete-role-policy", { PolicyName })),
  ];
}

/** The policies whose statements are in the proposal, without the one that it is written over. */
function goneOf(policies: Narrowing["policies"], own: string | undefined) {
  const managed = policies.flatMap(({ policy, fate }) =>
    fate === "replaced" && "arn" in policy ? [policy.arn] : [],
  );
  return { managed, inline: replacedInline(policies).filter((name) => name !== own) };
}

function replacedInline(policies: Narrowing["policies"]): readonly string[] {
  return policies.flatMap(({ policy, fate }) =>
    fate === "replaced" && "inline" in policy ? [policy.inline] : [],
  );
}

/** What the AWS CLI has by the same name. */
function profileIn(flags: readonly string[]): readonly string[] {
  const at = flags.indexOf("--profile");
  return at < 0 ? [] : flags.slice(at, at + 2);
}
