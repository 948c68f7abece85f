import type { AwsPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { targetOf, type Change } from "../../model/change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Plan } from "../../model/plan.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import { unlessFailed } from "../../model/unless-failed.ts";
import { observeAssociation } from "../../oidc-association/observe.ts";
import { planAssociation } from "../../oidc-association/plan.ts";
import type { DesiredAccount } from "../../service-account/desired.ts";
import { observeAccount } from "../../service-account/observe.ts";
import { planAccount } from "../../service-account/plan.ts";
import type { Mend } from "../../verification/mend.ts";

/** Through what the mends are planned. */
export interface MendSources {
  readonly aws: AwsPort;
  readonly kubernetes: KubernetesPort;
  readonly cluster: ClusterWithIssuer;
  readonly reach: readonly string[];
}

type Part = Pick<Plan, "changes" | "notes">;
type AccountMend = Extract<Mend, { kind: "account" }>;

/** One plan for all mends; what can't be planned is a note that says why. */
export async function planMends(mends: readonly Mend[], sources: MendSources): Promise<Plan> {
  const accounts = mends.filter((mend): mend is AccountMend => mend.kind === "account");
  const provider = await planProvider(mends, sources);
  const parts = await Promise.all(
    accounts.map((mend) =>
      unlessFailed(
        () => planOne(mend, sources),
        ({ message }) => leftOut(mend, message),
      ),
    ),
  );
  // The provider is planned once for all, with every audience; each account's plan has it again.
  const ofAccounts = parts.flatMap(({ changes }) => changes).filter((change) => !isOfProvider(change));
  return {
    cluster: sources.cluster,
    changes: [...provider.changes, ...ofAccounts],
    notes: [...provider.notes, ...parts.flatMap(({ notes }) => notes)],
  };
}

async function planProvider(mends: readonly Mend[], { aws, cluster }: MendSources): Promise<Part> {
  const mend = mends.find(({ kind }) => kind === "provider");
  if (mend?.kind !== "provider") return { changes: [], notes: [] };
  const desired = { audiences: [mend.audience], tags: {}, thumbprints: [] };
  return planAssociation(desired, await observeAssociation(aws.iam, cluster));
}

/** Nothing is asked of the role's policies here, so that none is beyond what is asked. */
async function planOne(mend: AccountMend, { aws, kubernetes, cluster, reach }: MendSources): Promise<Part> {
  const desired = desiredOf(mend, reach);
  const sources = { aws, kubernetes, policies: Promise.resolve([]) };
  const { changes, notes } = planAccount(desired, await observeAccount(desired, cluster, sources));
  return { changes, notes: notes.filter(({ code }) => code !== "attached-beyond") };
}

/** The account with the role that irsa keeps for it, as it is; nothing is asked of its policies. */
function desiredOf({ role, proof }: AccountMend, reach: readonly string[]): DesiredAccount {
  return {
    account: proof.account,
    labels: {},
    role: { kind: "kept", name: role, proof },
    adopt: true,
    associate: true,
    addTrust: false,
    roleOnly: false,
    reach,
    allowDefaultAccount: true,
    allowAdministrator: false,
  };
}

function leftOut({ account }: AccountMend, reason: string): Part {
  const message = `${accountPath(account)} is left as it is: ${reason}`;
  return { changes: [], notes: [{ level: "warning", code: "not-mended", message }] };
}

function isOfProvider(change: Change): boolean {
  return targetOf(change).startsWith("provider:");
}
