import type { ClusterFlags, PlanFlags } from "../shared/session/options.ts";
import { Problems, type Given } from "../../model/problems.ts";
import { fromOperator } from "../../model/source.ts";
import { parseServiceAccountInput, type ServiceAccountInput } from "../../service-account/create/input.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import { givenServiceAccount, type ServiceAccountFlags } from "../shared/service-account-argument.ts";
import { givenSettings, type SettingFlags } from "../shared/role-settings.ts";
import { parseSharedRoles, type SharedRoleFlags } from "../shared/shared-roles.ts";
import { documentIn, readPolicyFile, type PolicyFile } from "../shared/policy-file.ts";

/** The flags of `create-sa` as commander gives them. */
export interface CreateSaFlags
  extends ClusterFlags, PlanFlags, SettingFlags, SharedRoleFlags, ServiceAccountFlags {
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
  const policyFile = await readPolicyFile(flags.policyFile);
  const named = givenServiceAccount(serviceAccount, flags, problems);
  const parsed = parseServiceAccountInput({ ...inputOf(flags, policyFile), ...named }, problems);
  const sharedRoles = parseSharedRoles(flags, problems);
  problems.throwIfAny();
  if (parsed === undefined) throw new TypeError("unnoted problem");
  return {
    ...parsed,
    sharedRoles,
    adopt: flags.overrideExistingServiceaccounts === true,
    associate: flags.associateOidc === true,
    addTrust: flags.addTrust === true,
    roleOnly: flags.roleOnly === true,
    allowDefaultServiceAccount: flags.allowDefaultServiceAccount === true,
    allowAdministrator: flags.allowAdministratorPolicy === true,
  };
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
