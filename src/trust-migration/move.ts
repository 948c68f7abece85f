import type { ProviderArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { hostPath, type IssuerUrl } from "../model/issuer.ts";
import type { MoveWay } from "../model/trust-policy/move-issuer.ts";
import type { IssuerMove, IssuerName } from "../model/trust-policy/rename-issuer.ts";

/** Where trust is moved from or to: an issuer, and the cluster that it belongs to if that is known. */
export interface MoveEndpoint {
  readonly issuer: IssuerUrl;
  /** The issuer's identity provider in the AWS account whose roles are moved. */
  readonly provider: ProviderArn;
  /** Its `awsAccount` is that of the roles, where its own is another. */
  readonly cluster?: ClusterWithIssuer;
}

/** Which trust is moved, and whether the old issuer keeps it. */
export interface Move {
  readonly from: MoveEndpoint;
  readonly to: MoveEndpoint;
  readonly way: MoveWay;
}

/** The two issuers as trust policies name them. */
export function issuersOf({ from, to }: Pick<Move, "from" | "to">): IssuerMove {
  return { from: issuerName(from), to: issuerName(to) };
}

function issuerName({ provider, issuer }: MoveEndpoint): IssuerName {
  return { providerArn: provider, issuerHostPath: hostPath(issuer) };
}
