import { base32Digest } from "../model/digest.ts";
import { printable } from "../model/printable.ts";
import type { ServiceAccountEvent } from "../model/service-account-event.ts";
import { parseServiceAccountPath } from "../model/service-account-ref.ts";
import type { ChainState, WatchEvent, WatchState } from "./state.ts";
import type { Round } from "./watch-cluster.ts";

/** Source: Kubernetes, validation of events.k8s.io/v1: a note has at most 1,024 bytes. */
const LONGEST_NOTE = 1024;
/** A name has at most 253 characters; what follows the ServiceAccount's name is `.` and the digest. */
const LONGEST_NAME = 200;
const DIGEST = 20;

/**
 * What a round says of ServiceAccounts, for Kubernetes Events: each finding about one, and each that breaks, as it appears and
 * as it goes. The first round has what was there before; which of it is told already, is known by the name. Pure.
 */
export function clusterEventsOf({ state, events, isFirst }: Pick<Round, "state" | "events" | "isFirst">) {
  const found = isFirst ? presentIn(state) : events;
  return found.flatMap((event): readonly ServiceAccountEvent[] => {
    const told = toldOf(event);
    const parsed = told && parseServiceAccountPath(told.path);
    if (told === undefined || parsed === undefined || !parsed.ok) return [];
    const { path, key, ...rest } = told;
    const note = fitted(printable(told.note));
    const readable = parsed.value.name.slice(0, LONGEST_NAME).replace(/[-.]+$/, "");
    // What an Event says never changes: what says something else has another name.
    const digest = base32Digest([path, rest.reason, key, note].join("\n"), DIGEST);
    const name = `${readable}.${digest}`;
    return [{ ...rest, serviceAccount: parsed.value, name, note, isOld: isFirst }];
  });
}

type Told = Pick<ServiceAccountEvent, "type" | "reason" | "action" | "note"> & {
  readonly path: string;
  readonly key: string;
};

/** As events, what there is and is known to be so. */
function presentIn({ chains, findings }: WatchState): readonly WatchEvent[] {
  return [
    ...[...chains].map(([serviceAccount, { state: to, isUnknown }]): WatchEvent | undefined =>
      isUnknown ? undefined : { event: "chainChanged", serviceAccount, from: undefined, to },
    ),
    ...[...findings.values()].map(({ finding, isUnknown }): WatchEvent | undefined =>
      isUnknown ? undefined : { event: "findingAppeared", finding },
    ),
  ].filter((event) => event !== undefined);
}

function toldOf(event: WatchEvent): Told | undefined {
  switch (event.event) {
    case "chainChanged":
      return chainTold(event);
    case "findingAppeared":
    case "findingResolved": {
      const { finding } = event;
      if (finding.subject.kind !== "service-account") return undefined;
      const isGone = event.event === "findingResolved";
      return {
        path: finding.subject.name,
        key: finding.fingerprint,
        type: isGone ? "Normal" : "Warning",
        reason: `${pascalCase(finding.rule)}${isGone ? "Resolved" : ""}`,
        action: "Audit",
        note: `${finding.rule}${isGone ? " resolved" : ` (${finding.severity})`}: ${finding.message}`,
      };
    }
    case "findingChanged":
    case "sourceLost":
    case "sourceRestored":
      return undefined;
  }
}

/** Of a ServiceAccount that is gone nobody looks for Events. */
function chainTold({ serviceAccount, from, to }: Extract<WatchEvent, { event: "chainChanged" }>) {
  if (to?.verdict === "broken")
    return {
      path: serviceAccount,
      key: keyOf(to),
      type: "Warning",
      reason: pascalCase(to.code ?? "broken"),
      action: "Verify",
      note: `${to.link ?? "chain"}: ${to.message ?? ""}`,
    } as const;
  if (to === undefined || from?.verdict !== "broken") return undefined;
  return {
    path: serviceAccount,
    key: keyOf(from),
    type: "Normal",
    reason: `${pascalCase(from.code ?? "broken")}Resolved`,
    action: "Verify",
    note: `${from.link ?? "chain"}: no longer broken, ${to.verdict}`,
  } as const;
}

function keyOf({ link, code }: ChainState): string {
  return `${link ?? ""} ${code ?? ""}`;
}

/** `role-gone` as `RoleGone`. */
function pascalCase(code: string): string {
  return code.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Cut so that it has no more bytes than the API takes, and no half character. */
function fitted(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= LONGEST_NOTE) return note;
  const most = LONGEST_NOTE - Buffer.byteLength("…");
  return `${bytes
    .subarray(0, most)
    .toString()
    .replace(/\uFFFD+$/, "")}…`;
}
