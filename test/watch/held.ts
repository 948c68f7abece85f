import type { Severity } from "../../src/model/finding.ts";
import { parseServiceAccountPath } from "../../src/model/service-account-ref.ts";
import type { Verdict } from "../../src/verification/chain.ts";
import type { HeldChain, HeldFinding, WatchState } from "../../src/watch/state.ts";
import { NOTHING } from "../../src/watch/state.ts";
import { right } from "../fakes/values.ts";

/** A chain as a watch holds it, in short. */
export interface ShortChain {
  readonly path: string;
  readonly verdict: Verdict;
  readonly message?: string;
  readonly isUnknown?: boolean;
}

/** A finding as a watch holds it, in short. */
export interface ShortFinding {
  readonly severity: Severity;
  readonly rule: string;
  readonly message: string;
}

/** What is known of a cluster with these. */
export function stateOf(
  chains: readonly ShortChain[],
  findings: readonly ShortFinding[] = [],
  sources: WatchState["sources"] = NOTHING.sources,
): WatchState {
  return {
    chains: new Map(chains.map((chain) => [chain.path, heldChain(chain)])),
    findings: new Map(findings.map((finding, at) => [`finding-${at}`, heldFinding(finding, at)])),
    sources,
  };
}

function heldChain({ path, verdict, message, isUnknown = false }: ShortChain): HeldChain {
  const serviceAccount = right(parseServiceAccountPath(path));
  const links = ["provider", "role"] as const;
  return {
    state: { verdict, ...(message !== undefined && { link: "role", code: "role-missing", message }) },
    report: {
      subject: { kind: "serviceaccount", ...serviceAccount },
      serviceAccount,
      way: "irsa",
      verdict,
      links: links.map((link) => ({
        link,
        status: "PASS",
        message: message ?? `${link} of ${path}`,
        findings: [],
      })),
      notChecked: [],
    },
    unknownLinks: [],
    isUnknown,
    provedAt: undefined,
  };
}

function heldFinding({ severity, rule, message }: ShortFinding, at: number): HeldFinding {
  return {
    finding: {
      severity,
      rule,
      message,
      subject: { kind: "role", name: "reader", id: `role-${at}` },
      evidence: [],
      remedy: { kind: "advice", text: "Delete the role." },
      namespaces: [],
      fingerprint: `finding-${at}`,
      known: false,
    },
    gaps: [],
    isUnknown: false,
  };
}
