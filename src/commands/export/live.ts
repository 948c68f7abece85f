import { exportOfLive, rolesWithInline, type InlineDocuments } from "../../export/from-live.ts";
import type { Exported } from "../../export/from-file.ts";
import { look } from "../../model/known.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../model/service-account-ref.ts";
import { during } from "../../output/progress.ts";
import { observeListing, type ObservedListing } from "../../service-account/list/observe.ts";
import { readInlinePolicies } from "../../service-account/role/read-policies.ts";
import { MANY_ROLES, rolesListed } from "../../service-account/role/roles-listed.ts";
import type { CommandContext } from "../command-context.ts";
import { clarified } from "../shared/session/clarify.ts";
import { openSession, type Session } from "../shared/session/session.ts";
import type { ExportFlags } from "./flags.ts";

/** Inline policies read concurrently. */
const AT_ONCE = 8;

/** What irsa manages in the cluster, as a model. */
export async function exportLive(flags: ExportFlags, context: CommandContext): Promise<Exported> {
  const session = await openSession({ ...flags, adaptiveRetry: true }, context, false);
  try {
    const reading = clarified(session, () => observe(session));
    const { observed, inline } = await during(context.terminal, "reading IAM and the cluster", reading);
    return exportOfLive(observed, inline, flags);
  } finally {
    session.close();
  }
}

async function observe(session: Session) {
  const kubernetes = await session.kubernetes(DEFAULT_SERVICE_ACCOUNT);
  const observed = await observeListing({}, session.cluster, { ...session.aws, kubernetes });
  return { observed, inline: await inlineDocuments(observed, session) };
}

async function inlineDocuments(
  observed: ObservedListing,
  { aws: { iam } }: Session,
): Promise<InlineDocuments> {
  const names = rolesWithInline(observed);
  const reads = names.length < MANY_ROLES ? iam : await rolesListed(iam);
  const documents = await mapConcurrent(names, AT_ONCE, async (name) => {
    return [name, await look(() => readInlinePolicies(reads, name))] as const;
  });
  return new Map(documents);
}
