import { parseRequestInfo } from "../kubernetes/http/request-info.ts";
import { ApiError } from "../kubernetes/model/status.ts";

/** What leads into pods and nodes, whatever the method. */
const LEADING_ON = new Set(["exec", "attach", "portforward", "proxy"]);

/**
 * Stops what may change the cluster behind a sandbox, or get a token that may: all but reads, questions about what is
 * permitted, and dry runs.
 * @throws ApiError 403
 */
export function requireRead(method: string, target: string): void {
  if (!isRead(method, target))
    throw new ApiError(
      403,
      "Forbidden",
      "the sandbox only reads this cluster: start it with --allow-cluster-writes to change the cluster too",
    );
}

function isRead(method: string, target: string): boolean {
  const path = plainPath(target);
  if (path === undefined) return false;
  const url = new URL(target, "https://kubernetes");
  const info = parseRequestInfo(method, path, url.searchParams);
  const subresource = info.kind === "resource" ? info.subresource : undefined;
  if (subresource !== undefined && LEADING_ON.has(subresource)) return false;
  if (method === "GET" || method === "HEAD") return true;
  if (info.kind !== "resource" || subresource === "token") return false;
  if (method === "POST" && /^(authentication|authorization)\.k8s\.io$/.test(info.group))
    return info.resource.endsWith("reviews");
  return url.searchParams.getAll("dryRun").join(" ") === "All";
}

/** The path, unless it is written so that a server might read it as another one. Colons in names come escaped. */
function plainPath(target: string): string | undefined {
  const path = target.replace(/\?.*$/s, "");
  try {
    const text = decodeURIComponent(path);
    const isSame = text.split("/").length === path.split("/").length;
    return isSame && !/^[^/]|[\\%]|\/\/|\/\.{1,2}(?:\/|$)/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
