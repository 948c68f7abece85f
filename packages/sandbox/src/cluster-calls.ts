import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws/exchange.ts";
import type { Outcome, Recorder } from "./aws/recorder.ts";
import { ConnectionReset, type Faults } from "./aws/faults.ts";
import { parseRequestInfo } from "./kubernetes/http/request-info.ts";
import { ApiError } from "./kubernetes/model/status.ts";

const READS = new Set(["get", "list", "watch"]);

/** An answer, as far as it is recorded. */
interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Answers a request of a cluster; `undefined` when there is no answer to give. */
export type Watched = <T extends Answer>(
  request: IncomingMessage,
  answer: () => Promise<T | undefined>,
) => Promise<T | undefined>;

/** Records a cluster's calls beside those of AWS (`kubernetes:create serviceaccounts/token`), with the same faults. */
export function watchedCalls(cluster: string, parts: { faults: Faults; recorder: Recorder }): Watched {
  return async (request, answer) => {
    const { action, write } = describeCall(request.method ?? "GET", request.url ?? "/");
    const parameters = { cluster, path: request.url };
    const call = { service: "kubernetes", action, accessKeyId: undefined, parameters } as const;
    const end = parts.recorder.begin(call, write);
    let outcome: Outcome = { status: 0, errorCode: undefined };
    try {
      const reply = await parts.faults.disturbed(
        { ...call, action: `kubernetes:${action}`, write },
        async (failBefore) => (failBefore(), answer()),
      );
      outcome = { ...outcome, status: reply?.status ?? 200, ...objectIn(reply?.body) };
      return reply;
    } catch (error) {
      if (error instanceof ConnectionReset) return void request.socket.destroy();
      outcome = { ...outcome, status: statusOf(error) };
      throw error instanceof AwsError ? new ApiError(error.status, error.code, error.message) : error;
    } finally {
      end(outcome);
    }
  };
}

/** A call as RBAC names it; questions about oneself and dry runs are not writes. */
function describeCall(method: string, target: string): { action: string; write: boolean } {
  const url = new URL(target, "https://kubernetes");
  const info = parseRequestInfo(method, url.pathname, url.searchParams);
  if (info.kind === "path") return { action: `${info.verb} ${info.path}`, write: false };
  const { verb, resource, subresource } = info;
  const asks = subresource === "token" || resource.endsWith("reviews") || url.searchParams.has("dryRun");
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { action: `${verb} ${what}`, write: !READS.has(verb) && !asks };
}

/** What an answer of the API has in common with others, as far as it is read here. */
interface Body {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
  readonly spec?: { readonly resourceAttributes?: Readonly<Record<string, string>> };
}

/** The object's name; of an access review, what was asked. */
function objectIn(body: unknown): Pick<Outcome, "object"> {
  const { metadata, spec } = (body ?? {}) as Body;
  const asked = spec?.resourceAttributes;
  if (asked !== undefined) {
    const { verb, resource, subresource, namespace, name } = asked;
    return { object: joined([verb, joined([resource, subresource], "/"), namespace, name], " ") };
  }
  return metadata?.name === undefined ? {} : { object: joined([metadata.namespace, metadata.name], "/") };
}

function joined(parts: readonly (string | undefined)[], by: string): string {
  return parts.filter((part) => part !== undefined && part !== "").join(by);
}

function statusOf(error: unknown): number {
  if (error instanceof AwsError) return error.status;
  return error instanceof ApiError ? error.status.code : 500;
}
