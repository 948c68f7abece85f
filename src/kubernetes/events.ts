import { hostname } from "node:os";
import { isFailure } from "../model/failure.ts";
import { microTime } from "../model/lease.ts";
import type { ServiceAccountEvent } from "../model/service-account-event.ts";
import { anything, number, object, optional, text } from "./answer.ts";
import { callerOn } from "./caller.ts";
import type { Connection } from "./connection.ts";
import type { EventPort } from "./port.ts";
import { serviceAccountUrl } from "./service-account-url.ts";

const API_VERSION = "events.k8s.io/v1";
/** Source: Kubernetes API reference, events.k8s.io/v1, Event (`reportingInstance`). */
const LONGEST_INSTANCE = 128;

const OWNED = object({ metadata: object({ uid: text }) });
const COUNTED = object({ series: optional(object({ count: number })) });

/** Events on a connection. */
export function eventAdapter(connection: Connection): EventPort {
  const api = callerOn(connection);
  return {
    async recordEvent(event) {
      const { serviceAccount, name, isOld } = event;
      const of = `${serviceAccount.namespace}/${serviceAccount.name}`;
      const get = { method: "GET", path: serviceAccountUrl(serviceAccount) } as const;
      const owner = await api.orAbsent(`get serviceaccount ${of}`, get, OWNED);
      if (owner === undefined) return;
      const path = `/apis/${API_VERSION}/namespaces/${serviceAccount.namespace}/events`;
      try {
        const body = bodyOf(event, owner.metadata.uid);
        await api(`create event of serviceaccount ${of}`, { method: "POST", path, body }, anything);
      } catch (error) {
        if (!isFailure(error, "already-exists")) throw error;
        if (!isOld) await countAgain(`${path}/${name}`, of);
      }
    },
  };

  /** The API server keeps what does not change for an hour from the last time. */
  async function countAgain(path: string, of: string): Promise<void> {
    const found = await api.orAbsent(`get event of serviceaccount ${of}`, { method: "GET", path }, COUNTED);
    if (found === undefined) return;
    const series = { count: (found.series?.count ?? 1) + 1, lastObservedTime: microTime(new Date()) };
    await api(
      `patch event of serviceaccount ${of}`,
      { method: "PATCH", path, contentType: "application/merge-patch+json", body: { series } },
      anything,
    );
  }
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
