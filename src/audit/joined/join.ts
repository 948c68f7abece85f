import { known, listed } from "../../model/known.ts";
import { roleRef } from "../../model/arn.ts";
import type { AuditReport, ReportedFinding } from "../../model/audit-report.ts";
import type { IssuerHostPath } from "../../model/issuer.ts";
import { permissionsOf } from "../../model/role-permissions.ts";
import { accessIndexOf } from "../access-index.ts";
import { inOrder } from "../findings.ts";
import { groupBy } from "../group-by.ts";
import type { Gap, Inventory } from "../inventory.ts";
import type { Observed } from "../observe.ts";
import { reportOf, type Asked } from "../report.ts";
import { notRead } from "../who-can.ts";
import type { ObservedAccount } from "./observe-account.ts";
import { viewsOf } from "./views.ts";

/** Several AWS accounts as one: every role judged for the clusters of all of them. */
export interface Joined {
  readonly observed: Observed;
  /** What is wrong in each AWS account, as far as those that were read tell; each once. */
  readonly report: AuditReport;
}

/**
 * Judges AWS accounts together. A role of one that trusts an identity provider of its own for a cluster of another, and a
 * target role of an association elsewhere, are judged with both sides known.
 * @param nameOf what an AWS account is called where something in it could not be read
 */
export function joinAccounts(
  read: readonly ObservedAccount[],
  asked: Asked,
  nameOf: (awsAccount: string) => string,
): Joined {
  const accounts = [...groupBy(read, ({ awsAccount }) => awsAccount).values()].flatMap(oneOf);
  const observed = joinObserved(accounts);
  const reports = accounts.map((account) => reportOf(asSeenIn(account, observed), asked));
  const findings = new Map<string, ReportedFinding>();
  for (const finding of reports.flatMap((report) => report.findings))
    if (!findings.has(finding.fingerprint)) findings.set(finding.fingerprint, finding);
  const [first] = reports;
  return {
    observed,
    report: {
      awsAccount: "",
      clusters: reports.flatMap(({ clusters }) => clusters),
      findings: inOrder([...findings.values()]),
      suppressed: reports.flatMap(({ suppressed }) => suppressed),
      notes: [...new Set(reports.flatMap(({ notes }) => notes))],
      notRead: accounts.flatMap(({ awsAccount, observed: { inventory } }) =>
        notRead(inventory.gaps).map((one) => ({ ...one, what: `${nameOf(awsAccount)}, ${one.what}` })),
      ),
      rules: first?.rules ?? [],
    },
  };
}

/** What several targets have of one AWS account, for example other regions of it; its IAM is the same. */
function oneOf(parts: readonly ObservedAccount[]): readonly ObservedAccount[] {
  const [first, ...more] = parts;
  if (first === undefined || more.length === 0) return parts;
  const each = parts.map(({ observed }) => observed);
  const clusters = each.flatMap(({ inventory }) => inventory.clusters);
  const inventory: Inventory = {
    ...first.observed.inventory,
    clusters: [...new Map(clusters.map((one) => [one.cluster.arn, one])).values()],
    issuers: issuersOf(each),
    gaps: each.flatMap(({ inventory: { gaps } }) => gaps),
  };
  const details = new Map(each.flatMap((one) => [...one.details]));
  const policies = new Map(each.flatMap((one) => [...one.policies]));
  const otherProviders = new Map(parts.flatMap((one) => [...one.otherProviders]));
  const { access } = first.observed;
  return [
    { awsAccount: first.awsAccount, observed: { inventory, access, details, policies }, otherProviders },
  ];
}

function joinObserved(accounts: readonly ObservedAccount[]): Observed {
  const each = accounts.map(({ observed }) => observed);
  const clusters = each.flatMap(({ inventory }) => inventory.clusters);
  const inventory: Inventory = {
    now: each[0]?.inventory.now ?? new Date(),
    roles: known(each.flatMap(({ inventory: { roles } }) => listed(roles))),
    providers: known(each.flatMap(({ inventory: { providers } }) => listed(providers))),
    clusters,
    views: clusters.flatMap((one) => viewsOf(one, accounts)),
    allRolesOf: new Map(
      accounts.map(({ awsAccount, observed: one }) => [awsAccount, one.inventory.roles.state === "known"]),
    ),
    issuers: issuersOf(each),
    gaps: each.flatMap(({ inventory: { gaps } }) => gaps),
  };
  const details = new Map(each.flatMap((one) => [...one.details]));
  const policies = new Map(each.flatMap((one) => [...one.policies]));
  const gaps: Gap[] = [];
  const access = accessIndexOf(inventory, gaps, permissionsOf(details, policies));
  return { inventory, access, details, policies };
}

/** The issuers of all AWS accounts, by region; a region is omitted if those of an AWS account with clusters there are unknown. */
function issuersOf(each: readonly Observed[]): ReadonlyMap<string, ReadonlySet<IssuerHostPath>> {
  const inventories = each.map(({ inventory }) => inventory);
  const unread = new Set(
    inventories.flatMap(({ clusters, issuers }) =>
      clusters.map(({ cluster: { region } }) => region).filter((region) => !issuers.has(region)),
    ),
  );
  const byRegion = groupBy(
    inventories.flatMap(({ issuers }) => [...issuers]).filter(([region]) => !unread.has(region)),
    ([region]) => region,
  );
  return new Map([...byRegion].map(([region, all]) => [region, new Set(all.flatMap(([, one]) => [...one]))]));
}

/** What the rules are given of one AWS account: its own, and who can assume its roles from wherever. */
function asSeenIn({ awsAccount, observed }: ObservedAccount, all: Observed): Observed {
  const { access } = all;
  const isOwn = ({ audited: { cluster } }: (typeof access.clusters)[number]): boolean =>
    cluster.awsAccount === awsAccount;
  // Of a region in which others alone were read, it is not known which issuers this AWS account has.
  const own = observed.inventory.issuers;
  const issuers = new Map([...all.inventory.issuers].filter(([region]) => own.has(region)));
  return {
    inventory: { ...observed.inventory, issuers },
    access: {
      roles: access.roles.filter(({ role }) => roleRef(role.arn).awsAccount === awsAccount),
      clusters: access.clusters.filter(isOwn),
      views: (access.views ?? []).filter(isOwn),
      find: (arn) => access.find(arn),
    },
    chained: access,
    details: all.details,
    policies: all.policies,
  };
}
