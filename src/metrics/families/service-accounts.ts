import { IRSA_LINKS, POD_IDENTITY_LINKS } from "../../verification/links.ts";
import type { HeldChain } from "../../watch/state.ts";
import { tally } from "../../watch/tally.ts";
import { one, seconds, type Family, type MetricsView, type Sample } from "../family.ts";

/** So many ServiceAccounts have a series of their own; whoever has more broken ones has another problem than which. */
const MOST_PROBLEMS = 1_000;

const LINKS = [...new Set([...IRSA_LINKS, ...POD_IDENTITY_LINKS])];

/** ServiceAccounts: whether they work, and where not. */
export const SERVICE_ACCOUNT_FAMILIES: readonly Family[] = [
  {
    name: "irsa_serviceaccounts",
    type: "gauge",
    help: "ServiceAccounts by state; unknown: it is not known whether their last known state still applies",
    labels: ["state"],
    samples: ({ latest }) =>
      latest === undefined
        ? []
        : Object.entries(tally(latest.round.state).chains).map(([state, count]): Sample => [[state], count]),
  },
  {
    name: "irsa_serviceaccounts_broken",
    type: "gauge",
    help: "Broken ServiceAccounts by the first link that fails",
    labels: ["link"],
    samples: (view) => {
      if (view.latest === undefined) return [];
      const links = chainsOf(view).flatMap(([, { state, isUnknown }]) => (isUnknown ? [] : [state.link]));
      return LINKS.map((link): Sample => [[link], links.filter((broken) => broken === link).length]);
    },
  },
  {
    name: "irsa_serviceaccount_problem",
    type: "gauge",
    help: `1 for a ServiceAccount that is broken or unproven, or was when it could last be read; at most ${MOST_PROBLEMS}`,
    labels: ["namespace", "serviceaccount", "state", "link", "code"],
    samples: (view) =>
      problems(view)
        .slice(0, MOST_PROBLEMS)
        .map(([path, { state }]): Sample => {
          const [namespace = "", name = ""] = path.split("/");
          return [[namespace, name, state.verdict, state.link ?? "", state.code ?? ""], 1];
        }),
  },
  {
    name: "irsa_serviceaccount_problems_omitted",
    type: "gauge",
    help: "Broken or unproven ServiceAccounts without a series in irsa_serviceaccount_problem",
    labels: [],
    samples: (view) =>
      view.latest === undefined ? [] : one(Math.max(problems(view).length - MOST_PROBLEMS, 0)),
  },
  {
    name: "irsa_serviceaccounts_proved",
    type: "gauge",
    help: "ServiceAccounts whose token was exchanged for credentials",
    labels: [],
    samples: (view) => (view.latest === undefined ? [] : one(proofTimes(view).length)),
  },
  {
    name: "irsa_oldest_proof_timestamp_seconds",
    type: "gauge",
    help: "Earliest of the ServiceAccounts' last token exchange times",
    labels: [],
    samples: (view) => one(seconds(proofTimes(view).at(0))),
  },
  {
    name: "irsa_newest_proof_timestamp_seconds",
    type: "gauge",
    help: "Time of the most recent token exchange",
    labels: [],
    samples: (view) => one(seconds(proofTimes(view).at(-1))),
  },
];

function chainsOf({ latest }: MetricsView): readonly (readonly [path: string, HeldChain])[] {
  return latest === undefined ? [] : [...latest.round.state.chains];
}

/** Those that are broken first. */
function problems(view: MetricsView): readonly (readonly [path: string, HeldChain])[] {
  const not = chainsOf(view).filter(([, { state }]) => state.verdict !== "works");
  return not.toSorted(
    ([onePath, { state: one }], [otherPath, { state: other }]) =>
      one.verdict.localeCompare(other.verdict) || onePath.localeCompare(otherPath),
  );
}

function proofTimes(view: MetricsView): readonly number[] {
  return chainsOf(view)
    .flatMap(([, { provedAt }]) => (provedAt === undefined ? [] : [provedAt]))
    .toSorted((earlier, later) => earlier - later);
}
