import type { Caller } from "../../../aws/port.ts";
import { splitArn } from "../../../model/arn.ts";
import { asSeenFrom } from "../../../model/cluster.ts";
import { Failure } from "../../../model/failure.ts";
import type { CommandContext } from "../../command-context.ts";
import type { ClusterFlags } from "./options.ts";
import { connectAwsAccount, openSession, type Session, type SessionContext } from "./session.ts";

/** The flag that names the profile of a second AWS account. */
export interface SecondProfile {
  readonly flag: "--target-profile" | "--role-profile";
  readonly profile: string;
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

async function withSecond(
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
      second: { aws, caller, cluster: asSeenFrom(session.cluster, caller.awsAccount) },
      header: {
        ...header,
        about: {
          ...header.about,
          [`caller in ${caller.awsAccount}`]: { name: caller.arn, chosenBy: `${flag} ${profile}` },
        },
        overrides: { ...header.overrides, ...secondEndpoint(header.overrides, overrides, caller) },
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
function secondEndpoint(first: Overrides, { iam }: Overrides, { awsAccount }: Caller): Overrides {
  return iam === undefined || iam === first["iam"] ? {} : { [`iam of ${awsAccount}`]: iam };
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
