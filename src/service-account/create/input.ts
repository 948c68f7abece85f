import { parsePolicyArn, parseRoleArn } from "../../model/arn.ts";
import type { Given, Problems } from "../../model/problems.ts";
import { parseRoleName, parseRolePath, parseRolePrefix } from "../../model/role-name.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../model/service-account-ref.ts";
import { parseSettings, type GivenSettings } from "../../model/role-settings.ts";
import { parseAudience, parseTag } from "../../oidc-association/input.ts";
import type { DesiredServiceAccount, DesiredRole, ManagedRole } from "./desired.ts";
import { parseLabel } from "../service-account/label.ts";
import { inlineDocument, LIMIT, type GivenDocument } from "./given-document.ts";
import { parseAssociation, type GivenAssociation } from "./pod-identity-input.ts";

/** What the user asks for, by flags or in a file, unjudged. */
export interface ServiceAccountInput {
  readonly words: InputWords;
  /** Absent where that has been noted already. */
  readonly namespace?: Given | undefined;
  /** Absent where that has been noted already. */
  readonly name?: Given | undefined;
  readonly policyArns: readonly Given[];
  readonly inline?: GivenDocument | undefined;
  /** There are further permissions, which are added once the cluster is known. */
  readonly morePermissions?: boolean;
  readonly attachRoleArn?: Given | undefined;
  readonly roleName?: Given | undefined;
  readonly rolePrefix?: Given | undefined;
  readonly rolePath?: Given | undefined;
  readonly settings: GivenSettings;
  readonly audience?: Given | undefined;
  /** By which way; by IRSA where it is left out. */
  readonly association?: GivenAssociation;
  /** As `key=value`. */
  readonly tags: readonly Given[];
  readonly labels: readonly Given[];
}

/** How messages name one input when they speak of another. */
export interface InputWords {
  readonly attachRole: string;
  /** What to say, and where, when nothing says what the ServiceAccount may do. */
  readonly noPermissions: { readonly where: string; readonly problem: string };
}

/** What `parseAccountInput` knows of a Desired. */
export type ParsedServiceAccount = Pick<
  DesiredServiceAccount,
  "serviceAccount" | "audience" | "podIdentity" | "labels" | "role"
>;

/** Tags left over by the ownership tags. */
const OWN_TAGS = 7;

/** Validates all input together; problems are noted, and then the result is `undefined`. */
export function parseServiceAccountInput(
  input: ServiceAccountInput,
  problems: Problems,
): ParsedServiceAccount | undefined {
  const before = problems.list.length;
  const namespace = problems.one(input.namespace, parseNamespaceName);
  const name = problems.one(input.name, parseServiceAccountName);
  const audience = problems.one(input.audience, parseAudience);
  const podIdentity = input.association && parseAssociation(input.association, [input.audience], problems);
  const labels = Object.fromEntries(problems.each(input.labels, parseLabel));
  const role =
    input.attachRoleArn === undefined
      ? managed(input, problems)
      : existing(input, input.attachRoleArn, problems);
  const tags = podIdentity && role && associationTags(input, role, problems);
  if (problems.list.length > before || namespace === undefined || name === undefined || role === undefined)
    return undefined;
  return {
    serviceAccount: { namespace, name },
    ...(audience !== undefined && { audience }),
    ...(podIdentity !== undefined && { podIdentity: { ...podIdentity, ...tags } }),
    labels,
    role,
  };
}

function existing(input: ServiceAccountInput, arn: Given, problems: Problems): DesiredRole | undefined {
  const beside = [
    input.policyArns[0],
    input.inline && { where: input.inline.where(""), text: input.inline.text },
    input.roleName,
    input.rolePrefix,
    input.rolePath,
    ...Object.values(input.settings),
    // An association of its own has tags beside those of the role.
    input.association?.wanted === true ? undefined : input.tags[0],
  ];
  for (const one of beside.filter((given) => given !== undefined)) {
    const problem = `can't be used with ${input.words.attachRole}, which does not change the role`;
    problems.note(one.where, one.text, problem);
  }
  const parsed = problems.one(arn, parseRoleArn);
  return parsed && { kind: "existing", arn: parsed };
}

function managed(input: ServiceAccountInput, problems: Problems): ManagedRole {
  const { policyArns, inline, morePermissions = false } = input;
  if (policyArns.length === 0 && inline === undefined && !morePermissions)
    problems.note(input.words.noPermissions.where, "", input.words.noPermissions.problem);
  const policies = [...new Set(problems.each(policyArns, parsePolicyArn))];
  if (policies.length > LIMIT.policies) {
    const problem = `has ${policies.length} policies; a role can have at most ${LIMIT.policies}`;
    problems.note(policyArns[LIMIT.policies]?.where ?? "", "", problem);
  }
  const name = problems.one(input.roleName, parseRoleName);
  const path = problems.one(input.rolePath, parseRolePath);
  const settings = parseSettings(input.settings, problems);
  const document = inline && inlineDocument(inline, problems);
  return {
    kind: "managed",
    policies,
    prefix: problems.one(input.rolePrefix, parseRolePrefix) ?? "",
    tags: tagsOf(input.tags, problems),
    ...(name !== undefined && { name }),
    ...(path !== undefined && { path }),
    ...settings,
    ...(document !== undefined && { inline: document }),
  };
}

/** As eksctl does it, the association has the tags of its role, too. */
function associationTags({ tags: list }: ServiceAccountInput, role: DesiredRole, problems: Problems) {
  const tags = role.kind === "managed" ? role.tags : tagsOf(list, problems);
  return Object.keys(tags).length === 0 ? {} : { tags };
}

function tagsOf(list: readonly Given[], problems: Problems): Record<string, string> {
  const keys = list.map(({ text }) => text.slice(0, text.indexOf("=")).toLowerCase());
  const double = list.find((_, at) => keys.indexOf(keys[at] ?? "") < at);
  if (double !== undefined)
    problems.note(double.where, double.text, "has a duplicate key; tag keys of roles are not case-sensitive");
  const most = LIMIT.tags - OWN_TAGS;
  const beyond = list[most];
  if (beyond !== undefined) {
    const problem = `has ${list.length} tags; a role can have ${LIMIT.tags}, of which irsa's ownership tags need ${OWN_TAGS}`;
    problems.note(beyond.where, "", problem);
  }
  return Object.fromEntries(problems.each(list, parseTag));
}
