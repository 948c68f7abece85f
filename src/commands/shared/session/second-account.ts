import type { Caller, IamPort } from "../../../aws/port.ts";
import { flag as flagWords } from "../../../model/command-words.ts";
import { splitArn } from "../../../model/arn.ts";
import { asSeenFrom, type ClusterWithIssuer } from "../../../model/cluster.ts";
import { Failure } from "../../../model/failure.ts";
import type { Problems } from "../../../model/problems.ts";
import type { CommandContext } from "../../command-context.ts";
import type { ClusterFlags } from "./options.ts";
import { connectAwsAccount, openSession, type Session, type SessionContext } from "./session.ts";

/** The flag that names the profile of a second AWS account. */
export interface SecondProfile {
  readonly flag: "--target-profile" | "--role-profile";
  readonly profile: string;
}

/** The flags that name the profile of a second AWS account. */
interface SecondFlags {
  readonly targetProfile?: string;
  readonly roleProfile?: string;
}

/** The profile of a second AWS account, if one is named; that both are is noted. */
export function secondProfile(
  { targetProfile, roleProfile }: SecondFlags,
  problems?: Problems,
): SecondProfile | undefined {
  if (targetProfile !== undefined && roleProfile !== undefined)
    problems?.note("--role-profile", "", "can't be used with --target-profile");
  if (targetProfile !== undefined) return { flag: "--target-profile", profile: targetProfile };
  return roleProfile === undefined ? undefined : { flag: "--role-profile", profile: roleProfile };
}

/** The words of the flag that names a second AWS account's profile, for the commands that we print. */
export function secondWords(named: SecondProfile | undefined): readonly string[] {
  return named === undefined ? [] : flagWords(named.flag, named.profile);
}

/** The session, and a second AWS account if a flag names one. @param writes as for `openSession` */
export async function openSessionOfTwo(
  flags: ClusterFlags,
  named: SecondProfile | undefined,
  context: Pick<CommandContext, keyof SessionContext>,
  writes: boolean,
): Promise<Session> {
  const session = await openSession(flags, context, writes);
  if (named === undefined) return session;
  try {
    return await withSecond(session, flags, named, context);
  } catch (error) {
    session.close();
    throw error;
  }
}

/** The session with a second AWS account, by the profile of it; the session itself stays open if that fails. */
export async function withSecond(
  session: Session,
  flags: ClusterFlags,
  { flag, profile }: SecondProfile,
  context: Pick<CommandContext, keyof SessionContext>,
): Promise<Session> {
  const aws = await connectAwsAccount({ ...flags, profile }, session.aws.region, context);
  try {
    const [caller, overrides] = await Promise.all([aws.sts.getCaller(), aws.overrides()]);
    requireSecond(session, caller, flag, profile);
    context.envelope.identify({ secondCaller: caller.arn });
    const { header } = session;
    return {
      ...session,
      second: {
        aws,
        caller,
        cluster: asSeenFrom(session.cluster, caller.awsAccount),
        flags: secondWords({ flag, profile }),
      },
      header: {
        ...header,
        about: {
          ...header.about,
          [`caller in ${caller.awsAccount}`]: { name: caller.arn, chosenBy: `${flag} ${profile}` },
        },
        overrides: { ...header.overrides, ...secondEndpoint(header.overrides, overrides) },
      },
      close() {
        aws.close();
        session.close();
      },
    };
  } catch (error) {
    aws.close();
    throw error;
  }
}

type Overrides = Readonly<Record<string, string>>;

/** A profile may have an endpoint of its own: it is told where it is another one. */
function secondEndpoint(first: Overrides, { iam }: Overrides): Overrides {
  return iam === undefined || iam === first["iam"] ? {} : { "second iam": iam };
}

function requireSecond(
  { cluster, caller: own }: Session,
  caller: Caller,
  flag: string,
  profile: string,
): void {
  const partition = splitArn(caller.arn)?.partition;
  const facts = [["caller", caller.arn]] as const;
  if (partition !== cluster.partition)
    throw new Failure(
      "input",
      "other-aws-account",
      `${flag} '${profile}' is in partition '${partition}', the cluster in '${cluster.partition}'`,
      { facts, advice: "IAM roles can't be assumed across partitions" },
    );
  if (caller.awsAccount === own.awsAccount)
    throw new Failure(
      "input",
      "same-aws-account",
      `${flag} '${profile}' is in the cluster's own AWS account ${own.awsAccount}`,
      { facts, advice: `Use a profile of another AWS account, or omit ${flag}` },
    );
}

/** The AWS account in which a ServiceAccount's own role is kept: the second one with `--role-profile`, else the cluster's. */
export function homeOf({ aws, cluster, second }: Session, { roleProfile }: SecondFlags): RoleHome {
  return roleProfile !== undefined && second !== undefined
    ? { iam: second.aws.iam, cluster: second.cluster }
    : { iam: aws.iam, cluster };
}

/** IAM of an AWS account, and the cluster as that has to do with it. */
interface RoleHome {
  readonly iam: IamPort;
  readonly cluster: ClusterWithIssuer;
}

/** The AWS account in which a target role is kept (`--target-profile`). */
export function targetHomeOf({ second }: Session, { targetProfile }: SecondFlags): RoleHome | undefined {
  return targetProfile === undefined || second === undefined
    ? undefined
    : { iam: second.aws.iam, cluster: second.cluster };
}
