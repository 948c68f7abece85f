import { brotliDecompressSync } from "node:zlib";
import data from "./aws-policies.json" with { type: "json" };

/** A policy that AWS owns, in its default version. */
export interface AwsPolicy {
  readonly versionId: string;
  readonly created: string;
  readonly document: string;
}

/** The day of the list: of the policy that AWS changed last. */
export const AWS_POLICIES_DATE: string = data.date;

type Packed = Readonly<Record<string, readonly [versionId: string, created: string, document: object]>>;

let packed: Packed | undefined;

/** All of them, unpacked when one is first asked for: 3 MB that no other command needs. */
function all(): Packed {
  packed ??= JSON.parse(
    brotliDecompressSync(Buffer.from(data.policies, "base64")).toString("utf8"),
  ) as Packed;
  return packed;
}

/** The paths and names of AWS's managed policies, as `service-role/AmazonEBSCSIDriverPolicy`. */
export function awsPolicyNames(): readonly string[] {
  return Object.keys(all());
}

/** One of AWS's managed policies, by path and name; `undefined` where the list has none. */
export function awsPolicyNamed(name: string): AwsPolicy | undefined {
  const policies = all();
  const found = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (found === undefined) return undefined;
  const [versionId, created, document] = found;
  return { versionId, created, document: JSON.stringify(document) };
}
