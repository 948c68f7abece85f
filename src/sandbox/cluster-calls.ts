import { AwsError } from "./aws/exchange.ts";
import type { Recorder } from "./aws/recorder.ts";
import { ConnectionReset, type Weather } from "./aws/weather.ts";
import { parseRequestInfo } from "./kubernetes/http/request-info.ts";
import type { Around } from "./kubernetes/http/router.ts";
import { ApiError } from "./kubernetes/model/status.ts";

const READS = new Set(["get", "list", "watch"]);

/** Records a cluster's calls beside those of AWS (`kubernetes:create serviceaccounts/token`), under the same weather. */
export function watchedCalls(cluster: string, parts: { weather: Weather; recorder: Recorder }): Around {
  return async (request, answer) => {
    const { action, write } = describeCall(request.method ?? "GET", request.url ?? "/");
    const parameters = { cluster, path: request.url };
    const call = { service: "kubernetes", action, accessKeyId: undefined, parameters } as const;
    const end = parts.recorder.begin(call, write);
    let status = 0;
    try {
      const reply = await parts.weather.disturbed(
        { ...call, action: `kubernetes:${action}` },
        async (failBefore) => (failBefore(), answer()),
      );
      status = reply?.status ?? 200;
      return reply;
    } catch (error) {
      if (error instanceof ConnectionReset) return void request.socket.destroy();
      status = error instanceof AwsError || error instanceof ApiError ? statusOf(error) : 500;
      throw error instanceof AwsError ? new ApiError(error.status, error.code, error.message) : error;
    } finally {
      end({ status, errorCode: undefined });
    }
  };
}

/** A call as RBAC names it; questions about oneself and dry runs are no writes. */
function describeCall(method: string, target: string): { action: string; write: boolean } {
  const url = new URL(target, "https://kubernetes");
  const info = parseRequestInfo(method, url.pathname, url.searchParams);
  if (info.kind === "path") return { action: `${info.verb} ${info.path}`, write: false };
  const { verb, resource, subresource } = info;
  const asks = subresource === "token" || resource.endsWith("reviews") || url.searchParams.has("dryRun");
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { action: `${verb} ${what}`, write: !READS.has(verb) && !asks };
}

function statusOf(error: AwsError | ApiError): number {
  return error instanceof AwsError ? error.status : error.status.code;
}
