import { maybeText, text, type Parameters } from "../exchange.ts";
import { uniqueId } from "../key-store.ts";
import type { Operations } from "../operation.ts";
import { pagedResult, pageOf } from "../paging.ts";
import { at, type AwsAccountState, type InstanceProfileState } from "../state.ts";
import {
  alreadyExists,
  checked,
  deleteConflict,
  ENTITY_NAME,
  limitExceeded,
  noSuchEntity,
  PATH,
} from "../validation.ts";
import type { Result } from "../wire-format.ts";
import { roleOf } from "./find.ts";
import { roleSummary } from "./role-result.ts";

/** Instance profiles, which keep a role from being deleted. Source: IAM API Reference, the operations named. */
export const INSTANCE_PROFILE_OPERATIONS: Operations = {
  CreateInstanceProfile({ awsAccount, parameters, now }) {
    const name = checked(text(parameters, "InstanceProfileName"), "instanceProfileName", ENTITY_NAME);
    const path = checked(maybeText(parameters, "Path") ?? "/", "path", PATH);
    if (at(awsAccount.instanceProfiles, name.toLowerCase()) !== undefined) {
      throw alreadyExists(`Instance Profile ${name} already exists.`);
    }
    const profile: InstanceProfileState = {
      arn: `arn:${awsAccount.partition}:iam::${awsAccount.awsAccount}:instance-profile${path}${name}`,
      id: uniqueId("AIPA"),
      name,
      path,
      created: now.toISOString(),
      roles: [],
    };
    awsAccount.instanceProfiles[name.toLowerCase()] = profile;
    return { InstanceProfile: profileResult(awsAccount, profile) };
  },

  AddRoleToInstanceProfile({ awsAccount, parameters }) {
    const profile = profileOf(awsAccount, parameters);
    const role = roleOf(awsAccount, parameters);
    if (profile.roles.length > 0)
      throw limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    profile.roles = [role.name];
    return undefined;
  },

  GetInstanceProfile({ awsAccount, parameters }) {
    return { InstanceProfile: profileResult(awsAccount, profileOf(awsAccount, parameters)) };
  },

  ListInstanceProfilesForRole({ awsAccount, parameters }) {
    const { name } = roleOf(awsAccount, parameters);
    const profiles = Object.values(awsAccount.instanceProfiles).filter(({ roles }) => roles.includes(name));
    return pagedResult("InstanceProfiles", pageOf(profiles, parameters), (one) =>
      profileResult(awsAccount, one),
    );
  },

  RemoveRoleFromInstanceProfile({ awsAccount, parameters }) {
    const profile = profileOf(awsAccount, parameters);
    const { name } = roleOf(awsAccount, parameters);
    if (!profile.roles.includes(name)) {
      throw noSuchEntity(`Role ${name} in Instance Profile ${profile.name} cannot be found.`);
    }
    profile.roles = profile.roles.filter((role) => role !== name);
    return undefined;
  },

  DeleteInstanceProfile({ awsAccount, parameters }) {
    const { name, roles } = profileOf(awsAccount, parameters);
    if (roles.length > 0) {
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    delete awsAccount.instanceProfiles[name.toLowerCase()];
    return undefined;
  },
};

function profileOf(awsAccount: AwsAccountState, parameters: Parameters): InstanceProfileState {
  const name = text(parameters, "InstanceProfileName");
  const profile = at(awsAccount.instanceProfiles, name.toLowerCase());
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** An instance profile as IAM shows it, with its roles. */
export function profileResult(awsAccount: AwsAccountState, profile: InstanceProfileState): Result {
  const roles = profile.roles.flatMap((name) => at(awsAccount.roles, name.toLowerCase()) ?? []);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.created),
    Roles: roles.map(roleSummary),
  };
}
