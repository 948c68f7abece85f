import { createHash } from "node:crypto";
import type { ClusterState } from "../state.ts";

/** The ARN of a part of a cluster, which ends in a UUID; the same part, made again, has another. */
export function partArn({ arn }: ClusterState, kind: string, name: string, created: string): string {
  const hex = createHash("sha256").update([arn, name, created].join("\n")).digest("hex");
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return `${arn.replace(":cluster/", `:${kind}/`)}/${name}/${uuid.join("-")}`;
}
