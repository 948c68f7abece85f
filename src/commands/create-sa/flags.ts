import type { ClusterFlags, PlanFlags } from "../shared/session/options.ts";
import { Problems, type Given } from "../../model/problems.ts";
import { present } from "../../model/present.ts";
import { parseRoleName, type RoleName } from "../../model/role-name.ts";
import { fromOperator, type FromOperator } from "../../model/source.ts";
import {
  parseServiceAccountInput,
  type ParsedServiceAccount,
  type ServiceAccountInput,
} from "../../service-account/create/input.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import { givenServiceAccount, type ServiceAccountFlags } from "../shared/service-account-argument.ts";
import { secondProfile } from "../shared/session/second-account.ts";
import { givenSettings, type SettingFlags } from "../shared/role-settings.ts";
import { parseSharedRoles, type EngineFlags, type SharedRoleFlags } from "../shared/shared-roles.ts";
import type { GivenAssociation } from "../../service-account/create/pod-identity-input.ts";
import { documentIn, readPolicyFile, type PolicyFile } from "../shared/policy-file.ts";

/** The flags of `create-sa` as commander gives them. */
export interface CreateSaFlags
  extends ClusterFlags, PlanFlags, SettingFlags, SharedRoleFlags, EngineFlags, ServiceAccountFlags {
  readonly policyArn?: string[];
  readonly policyFile?: string;
  readonly attachRoleArn?: string;
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly roleOnly?: boolean;
  readonly audience?: string;
  readonly tag?: string[];
  readonly label?: string[];
  readonly overrideExistingServiceaccounts?: boolean;
  readonly associateOidc?: boolean;
  readonly podIdentity?: boolean;
  readonly targetRoleArn?: string;
  readonly roleProfile?: string;
  readonly targetProfile?: string;
  readonly targetRoleName?: string;
  readonly disableSessionTags?: boolean;
  readonly sessionPolicyFile?: string;
  readonly addTrust?: boolean;
  readonly allowDefaultServiceAccount?: boolean;
  readonly allowAdministratorPolicy?: boolean;
  /** `undefined`: neither flag was given; the token is verified, but not being permitted to is not an error. */
  readonly wait?: boolean;
  readonly waitTimeout: number;
}

const WORDS = {
  attachRole: "--attach-role-arn",
  noPermissions: {
    where: "--policy-arn",
    problem: "is missing: no permissions given; set --policy-arn, --policy-file or --attach-role-arn",
  },
};

/**
 * Judges the flags of `create-sa`.
 * @throws Failure of kind `input` that names every wrong value
 */
export async function parseFlags(
  serviceAccount: string | undefined,
  flags: CreateSaFlags,
): Promise<Omit<DesiredServiceAccount, "clusterFlags">> {
  const problems = new Problems();
  const [policyFile, sessionPolicy] = [
    await readPolicyFile(flags.policyFile),
    await readPolicyFile(flags.sessionPolicyFile, "--session-policy-file"),
  ];
  const named = givenServiceAccount(serviceAccount, flags, problems);
  const parsed = parseServiceAccountInput(
    { ...inputOf(flags, policyFile), association: associationOf(flags, sessionPolicy), ...named },
    problems,
  );
  checkWay(flags, problems);
  const targetName = takeTargetName(flags, problems);
  const sharedRoles = parseSharedRoles(flags, problems);
  problems.throwIfAny();
  if (parsed === undefined) throw new TypeError("unnoted problem");
  return {
    ...withTarget(parsed, flags, targetName),
    sharedRoles,
    adopt: flags.overrideExistingServiceaccounts === true,
    associate: flags.associateOidc === true,
    addTrust: flags.addTrust === true,
    roleOnly: flags.roleOnly === true,
    allowDefaultServiceAccount: flags.allowDefaultServiceAccount === true,
    allowAdministrator: flags.allowAdministratorPolicy === true,
    overrideEngine: flags.overrideEngine === true,
  };
}

function associationOf(flags: CreateSaFlags, sessionPolicy: PolicyFile | undefined): GivenAssociation {
  const { targetRoleArn: target } = flags;
  return {
    wanted: flags.podIdentity === true,
    targetRole: target === undefined ? undefined : { where: "--target-role-arn", text: fromOperator(target) },
    withoutSessionTags: flags.disableSessionTags === true ? "--disable-session-tags" : undefined,
    sessionPolicy: sessionPolicy && documentIn(sessionPolicy, "--session-policy-file"),
    words: { wanted: "--pod-identity", withoutSessionTags: "--disable-session-tags" },
  };
}

/** Judges the flags of a target role in another AWS account. */
function takeTargetName(flags: CreateSaFlags, problems: Problems): FromOperator<RoleName> | undefined {
  const { podIdentity, targetProfile, targetRoleName, targetRoleArn, attachRoleArn } = flags;
  secondProfile(flags, problems);
  if (podIdentity === true && flags.roleProfile !== undefined)
    problems.note("--role-profile", "", "can't be used with --pod-identity; use --target-profile");
  if (targetProfile === undefined) {
    if (targetRoleName !== undefined) problems.note("--target-role-name", "", "requires --target-profile");
    return undefined;
  }
  if (podIdentity !== true) problems.note("--target-profile", "", "requires --pod-identity");
  if (targetRoleArn !== undefined)
    problems.note(
      "--target-role-arn",
      "",
      "can't be used with --target-profile, which creates the target role",
    );
  if (attachRoleArn !== undefined)
    problems.note(
      "--attach-role-arn",
      "",
      "can't be used with --target-profile, which lets the role assume the target role",
    );
  return targetRoleName === undefined
    ? undefined
    : problems.one({ where: "--target-role-name", text: fromOperator(targetRoleName) }, parseRoleName);
}

/**
 * With a target role in another AWS account, the permissions and settings are that one's. Path, prefix and tags are those of
 * both roles.
 */
function withTarget(
  parsed: ParsedServiceAccount,
  { targetProfile }: CreateSaFlags,
  targetName: FromOperator<RoleName> | undefined,
): ParsedServiceAccount & Pick<DesiredServiceAccount, "target"> {
  const { role } = parsed;
  if (targetProfile === undefined || role.kind !== "managed") return parsed;
  const { name, ...target } = role;
  const { kind, prefix, path, tags } = role;
  return {
    ...parsed,
    role: { kind, prefix, tags, policies: [], ...present({ name, path }) },
    target: { ...target, ...present({ name: targetName }) },
  };
}

/** Flags that mean nothing by Pod Identity. */
function checkWay({ podIdentity, associateOidc }: CreateSaFlags, problems: Problems): void {
  if (podIdentity !== true) return;
  if (associateOidc === true)
    problems.note(
      "--associate-oidc",
      "",
      "can't be used with --pod-identity, which needs no identity provider",
    );
}

/** The flags as the judge of ServiceAccounts takes them, each value with its flag. */
export function inputOf(
  flags: CreateSaFlags,
  policyFile: PolicyFile | undefined,
): Omit<ServiceAccountInput, "namespace" | "name"> {
  const one = (where: string, text: string | undefined): Given | undefined =>
    text === undefined ? undefined : { where, text: fromOperator(text) };
  const each = (where: string, texts: readonly string[] = []): Given[] =>
    texts.map((text) => ({ where, text: fromOperator(text) }));
  return {
    words: WORDS,
    policyArns: each("--policy-arn", flags.policyArn),
    tags: each("--tag", flags.tag),
    labels: each("--label", flags.label),
    attachRoleArn: one("--attach-role-arn", flags.attachRoleArn),
    roleName: one("--role-name", flags.roleName),
    rolePrefix: one("--role-prefix", flags.rolePrefix),
    rolePath: one("--role-path", flags.rolePath),
    settings: givenSettings(flags),
    audience: one("--audience", flags.audience),
    inline: policyFile && documentIn(policyFile),
  };
}
