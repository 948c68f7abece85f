import { hostname } from "node:os";
import { Failure, isFailure } from "../model/failure.ts";
import { microTime } from "../model/lease.ts";
import type { ServiceAccountEvent } from "../model/service-account-event.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { anything, number, object, optional, text } from "./answer.ts";
import { callerOn } from "./caller.ts";
import type { Connection } from "./connection.ts";
import type { EventPort } from "./port.ts";
import { serviceAccountUrl } from "./service-account-url.ts";

const API_VERSION = "events.k8s.io/v1";
/** Source: Kubernetes API reference, events.k8s.io/v1, Event (`reportingInstance`). */
const LONGEST_INSTANCE = 128;

const OWNED = object({ metadata: object({ uid: text }) });
/** What tells an Event from one that somebody else made under its name. */
const TOLD = object({
  reportingController: optional(text),
  regarding: optional(object({ kind: optional(text), name: optional(text), uid: optional(text) })),
  type: optional(text),
  reason: optional(text),
  note: optional(text),
  series: optional(object({ count: number })),
});
/** The API has 32 bits for it. */
const MOST_COUNTED = 2 ** 31 - 2;

/** Events on a connection. */
export function eventAdapter(connection: Connection): EventPort {
  const api = callerOn(connection);
  return {
    async recordEvent(event) {
      const { serviceAccount } = event;
      const of = serviceAccountPath(serviceAccount);
      const get = { method: "GET", path: serviceAccountUrl(serviceAccount) } as const;
      const owner = await api.orAbsent(`get serviceaccount ${of}`, get, OWNED);
      if (owner === undefined) return;
      const path = `/apis/${API_VERSION}/namespaces/${serviceAccount.namespace}/events`;
      try {
        const body = bodyOf(event, owner.metadata.uid);
        await api(`create event of serviceaccount ${of}`, { method: "POST", path, body }, anything);
      } catch (error) {
        if (!isFailure(error, "already-exists")) throw error;
        await countAgain(`${path}/${event.name}`, event, owner.metadata.uid);
      }
    },
  };

  /**
   * The API server keeps what does not change for an hour from the last time. Whoever may create Events can make one under
   * the name first, so that it is told that irsa's is not there.
   */
  async function countAgain(path: string, event: ServiceAccountEvent, uid: string): Promise<void> {
    const of = serviceAccountPath(event.serviceAccount);
    const found = await api.orAbsent(`get event of serviceaccount ${of}`, { method: "GET", path }, TOLD);
    if (found === undefined) return;
    const { series, ...told } = found;
    const before = series?.count ?? 1;
    if (!isSame(told, event, uid) || !(before >= 1 && before <= MOST_COUNTED))
      throw new Failure(
        "refused",
        "already-exists",
        `create event of serviceaccount ${of}: another has made '${event.name}'`,
      );
    if (event.isOld) return;
    const body = { series: { count: before + 1, lastObservedTime: microTime(new Date()) } };
    const contentType = "application/merge-patch+json";
    await api(`patch event of serviceaccount ${of}`, { method: "PATCH", path, contentType, body }, anything);
  }
}

function isSame(
  told: Omit<ReturnType<typeof TOLD>, "series">,
  { serviceAccount, type, reason, note }: ServiceAccountEvent,
  uid: string,
): boolean {
  const { regarding } = told;
  return (
    told.reportingController === "irsa" &&
    regarding?.kind === "ServiceAccount" &&
    regarding.name === serviceAccount.name &&
    regarding.uid === uid &&
    told.type === type &&
    told.reason === reason &&
    told.note === note
  );
}

function bodyOf(event: ServiceAccountEvent, uid: string): object {
  const { serviceAccount, name, type, reason, action, note } = event;
  const { namespace } = serviceAccount;
  return {
    apiVersion: API_VERSION,
    kind: "Event",
    metadata: { namespace, name },
    eventTime: microTime(new Date()),
    reportingController: "irsa",
    reportingInstance: hostname().slice(0, LONGEST_INSTANCE),
    regarding: { apiVersion: "v1", kind: "ServiceAccount", namespace, name: serviceAccount.name, uid },
    type,
    reason,
    action,
    note,
  };
}
