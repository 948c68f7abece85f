import type { DEFAULT_AUDIENCE } from "./issuer.ts";
import type { NamespaceName, ServiceAccountName } from "./service-account-ref.ts";
import type { FromOperator } from "./source.ts";

/** A ServiceAccount that the operator named. */
export interface AskedServiceAccount {
  readonly namespace: FromOperator<NamespaceName>;
  readonly name: FromOperator<ServiceAccountName>;
}

/** An audience that may be written to IAM: the operator's, or the one that EKS's tokens have by default. */
export type AskedAudience = FromOperator<string> | typeof DEFAULT_AUDIENCE;
