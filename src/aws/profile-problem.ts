import { accessSync, constants } from "node:fs";
import { reasonCode } from "./reason-code.ts";

/** The profiles of the config files, their keys as AWS writes them; SSO sessions as `sso-session.NAME`. */
export type Profiles = Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;

/** What is wrong with a profile, or with one that it builds on. */
export interface ProfileProblem {
  readonly profile: string;
  readonly problem: string;
  /** What would be right. */
  readonly advice: string;
}

/** Source: AWS SDKs and Tools Reference Guide, "assume role credential provider". */
const CREDENTIAL_SOURCES = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];
const SSO_KEYS = ["sso_account_id", "sso_role_name"];
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/**
 * What keeps a profile from giving credentials, as far as the files tell. The SDK goes on to the next source of
 * credentials where a profile is wrong, and says at the end that it found none; of values it tells more than it should.
 */
export function profileProblem(
  name: string,
  profiles: Profiles,
  canAskMfaCode: boolean,
): ProfileProblem | undefined {
  const seen: string[] = [];
  for (let at = name; ;) {
    const profile = profiles[at] ?? {};
    const found =
      endpointProblem(profile) ??
      keysProblem(profile) ??
      ssoProblem(profile, profiles) ??
      roleProblem(profile, profiles, canAskMfaCode);
    if (found !== undefined) return { profile: at, ...found };
    seen.push(at);
    const next = profile["role_arn"] === undefined ? undefined : profile["source_profile"];
    // A profile may name itself as the source: its own keys are meant.
    if (next === undefined || (next === at && profile["aws_access_key_id"] !== undefined)) return undefined;
    if (seen.includes(next)) {
      const problem = `its source_profile leads back to it: ${[...seen, next].join(" → ")}`;
      return { profile: at, problem, advice: "Add credentials to the last one" };
    }
    at = next;
  }
}

type Profile = NonNullable<Profiles[string]>;
type Found = Omit<ProfileProblem, "profile"> | undefined;

function endpointProblem({ endpoint_url: endpoint = "" }: Profile): Found {
  if (endpoint === "" || URL.canParse(endpoint)) return undefined;
  return {
    problem: "its endpoint_url is not a valid URL",
    advice: "Use https://HOST or https://HOST:PORT",
  };
}

function keysProblem(profile: Profile): Found {
  const [id, secret] = ["aws_access_key_id", "aws_secret_access_key"];
  if ((profile[id] === undefined) === (profile[secret] === undefined)) return undefined;
  const [there, missing] = profile[id] === undefined ? [secret, id] : [id, secret];
  return { problem: `it has ${there} and no ${missing}`, advice: `Add ${missing}` };
}

function ssoProblem(profile: Profile, profiles: Profiles): Found {
  const session = profile["sso_session"];
  if (session === undefined && profile["sso_start_url"] === undefined) return undefined;
  if (session !== undefined && profiles[`sso-session.${session}`] === undefined) {
    return {
      problem: `its sso_session '${session}' is not defined`,
      advice: `Add a section [sso-session ${session}]`,
    };
  }
  const place = ["sso_start_url", "sso_region"];
  const sections = session === undefined ? [profile] : [profile, profiles[`sso-session.${session}`] ?? {}];
  const missing = [...place, ...SSO_KEYS].filter((key) => sections.every((section) => !section[key]));
  if (missing.length === 0) return undefined;
  return { problem: `it has no ${missing.join(", no ")}`, advice: "Run aws configure sso" };
}

function roleProblem(profile: Profile, profiles: Profiles, canAskMfaCode: boolean): Found {
  const {
    role_arn: role,
    source_profile: source,
    credential_source: from,
    web_identity_token_file: token,
  } = profile;
  if (role === undefined) return undefined;
  if (!ROLE_ARN.test(role)) {
    const advice = "Use arn:aws:iam::111122223333:role/NAME";
    return { problem: `its role_arn '${role}' is not a valid role ARN`, advice };
  }
  if (token !== undefined) return tokenProblem(token);
  if (source === undefined && from === undefined) {
    return {
      problem: "it has a role_arn but neither source_profile nor credential_source",
      advice: "Add one of them, for the credentials that assume the role",
    };
  }
  if (from !== undefined && !CREDENTIAL_SOURCES.includes(from)) {
    const advice = `Choose one of ${CREDENTIAL_SOURCES.join(", ")}`;
    return { problem: `its credential_source '${from}' is not valid`, advice };
  }
  if (source !== undefined && profiles[source] === undefined) {
    const advice = `Define profile '${source}', or use another`;
    return { problem: `its source_profile '${source}' is not defined`, advice };
  }
  if (profile["mfa_serial"] !== undefined && !canAskMfaCode) {
    return {
      problem: "it requires an MFA code, but there is no terminal to enter it",
      advice: "Run in a terminal, or export the credentials of an MFA session",
    };
  }
  return undefined;
}

function tokenProblem(file: string): Found {
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return {
      problem: `its web_identity_token_file '${file}' can't be read (${reasonCode(error)})`,
      advice: "Set it to the token file",
    };
  }
}
