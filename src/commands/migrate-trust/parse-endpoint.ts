import { clusterRef, parseClusterArn, parseClusterName, splitArn, type ClusterRef } from "../../model/arn.ts";
import { parseIssuerUrl, type IssuerUrl } from "../../model/issuer.ts";
import { invalid, valid, type Parsed } from "../../model/problems.ts";

/** How an end of a move is named: a cluster, or the issuer alone, which is all that is left of a cluster that is gone. */
export type EndpointInput =
  | ClusterEnd
  /** `account`: the AWS account of the provider's ARN, where one was given. */
  | { readonly kind: "issuer"; readonly issuer: IssuerUrl; readonly awsAccount?: string };

/** A cluster by its name, or by its ARN, which `ref` is. */
export interface ClusterEnd {
  readonly kind: "cluster";
  readonly name: string;
  readonly ref?: ClusterRef;
}

/** A cluster by name or ARN; an issuer by URL, by host and path, or by its provider's ARN. */
export function parseEndpoint(text: string): Parsed<EndpointInput> {
  if (text.startsWith("arn:")) return parseArn(text);
  if (/^https?:/i.test(text)) return issuerEnd(text);
  if (/[./]/.test(text)) return issuerEnd(`https://${text}`);
  const name = parseClusterName(text);
  return name.ok ? valid({ kind: "cluster", name: name.value }) : name;
}

function parseArn(text: string): Parsed<EndpointInput> {
  const parts = splitArn(text);
  const [kind, ...path] = parts?.resource.split("/") ?? [];
  if (parts?.service !== "iam" || kind !== "oidc-provider") {
    const cluster = parseClusterArn(text);
    if (!cluster.ok) return invalid("is not a valid ARN of a cluster or an OIDC provider");
    const ref = clusterRef(cluster.value);
    return valid({ kind: "cluster", name: ref.name, ref });
  }
  const issuer = issuerEnd(`https://${path.join("/")}`);
  return issuer.ok ? valid({ ...issuer.value, awsAccount: parts.awsAccount }) : issuer;
}

function issuerEnd(url: string): Parsed<Extract<EndpointInput, { kind: "issuer" }>> {
  const parsed = parseIssuerUrl(url.replace(/\/+$/, ""));
  return parsed.ok ? valid({ kind: "issuer", issuer: parsed.value }) : parsed;
}
