import { FEDERATED_PROVIDER } from "./request.ts";
import { toList } from "./shape.ts";

/** What of an issuer's name is in its provider's ARN, whatever the partition and the AWS account. */
interface HostPath {
  readonly issuerHostPath: string;
}

/** True for `aws:FederatedProvider`, whose values are providers, also as patterns. */
export function isProviderKey(key: string): boolean {
  return key.toLowerCase() === FEDERATED_PROVIDER.toLowerCase();
}

/** True if a value of `aws:FederatedProvider` holds the issuer, as `arn:aws:iam::*:oidc-provider/<issuer>`. */
export function mentionsProvider(value: unknown, { issuerHostPath }: HostPath): boolean {
  if (typeof value !== "string") return false;
  const [, ...behind] = value.split(issuerHostPath);
  return behind.some((rest) => !continuesName(rest));
}

/** True for what goes on with an issuer's host and path: then another issuer is meant that merely begins so. */
export function continuesName(rest: string): boolean {
  return /^[\w.\-~%]/.test(rest);
}

/** A value of `aws:FederatedProvider` with one issuer in the other's place. */
export function renameProvider(value: unknown, from: HostPath, to: HostPath): unknown {
  if (typeof value !== "string") return value;
  return value
    .split(from.issuerHostPath)
    .reduce((done, rest) => `${done}${continuesName(rest) ? from.issuerHostPath : to.issuerHostPath}${rest}`);
}

/** The values of `aws:FederatedProvider` less those that hold the issuer; an empty list where none is left. */
export function withoutProvider(values: unknown, issuer: HostPath): unknown {
  const left = toList(values).filter((value) => !mentionsProvider(value, issuer));
  return Array.isArray(values) && left.length !== 1 ? left : (left[0] ?? []);
}
