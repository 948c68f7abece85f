import type { DroppedAction, KeptAction, NarrowAnswer, PolicyOfRole, UsePeriod } from "../model/narrowed.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import { camelCase } from "./camel-case.ts";
import { commandJson, serviceAccountJson } from "./json-forms.ts";

/** The result of `narrow` (docs/json.md). */
export function narrowResult(answer: NarrowAnswer): object {
  const { role, serviceAccount, isManaged, period, document, policies, namesAsOf, commands, notRead } =
    answer;
  return {
    role,
    serviceAccount: serviceAccount === undefined ? null : serviceAccountJson(serviceAccount),
    managedByIrsa: isManaged,
    period: periodJson(period),
    policy: document ?? null,
    policySize: document === undefined ? null : policySize(document),
    policies: policies.map(({ policy, fate }) => ({ ...policyJson(policy), fate: camelCase(fate) })),
    services: servicesJson(answer),
    namesAsOf,
    commands: commands.map(commandJson),
    notRead,
  };
}

/** The time that the data is of. */
export function periodJson({ since, until, days, sinceCreation }: UsePeriod): object {
  return { since, until, days, sinceCreation };
}

/** A policy, one of whose fields is `null`. */
export function policyJson(policy: PolicyOfRole): object {
  return {
    arn: "arn" in policy ? policy.arn : null,
    inline: "inline" in policy ? policy.inline : null,
  };
}

/** What is kept and dropped, by service. */
export function servicesJson({
  kept,
  dropped,
  services,
}: Pick<NarrowAnswer, "kept" | "dropped" | "services">): readonly object[] {
  const names = [...new Set([...kept, ...dropped].map(({ service }) => service))].toSorted();
  const lastUsed = new Map(services.map((one) => [one.service, one.lastUsed]));
  return names.map((service) => ({
    service,
    lastUsed: lastUsed.get(service) ?? null,
    kept: kept.filter((one) => one.service === service).map(keptJson),
    dropped: dropped.filter((one) => one.service === service).map(droppedJson),
  }));
}

function keptJson({ action, because, lastUsed }: KeptAction): object {
  return { action, because: camelCase(because), lastUsed: lastUsed ?? null };
}

function droppedJson({ action, unused }: DroppedAction): object {
  return { action, unused };
}
