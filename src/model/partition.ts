import { AWS_PARTITIONS } from "./aws-partitions.ts";

/** A partition of AWS: its ID as ARNs have it, and the suffixes of its hosts. */
type Partition = Pick<(typeof AWS_PARTITIONS)[number], "id" | "dnsSuffix" | "dualStackDnsSuffix">;

const [USUAL] = AWS_PARTITIONS;

/** The partition of a region; `aws` for a region that no partition has, as the AWS SDK has it. */
export function partitionOfRegion(region: string): Partition {
  return AWS_PARTITIONS.find(({ regionPattern }) => new RegExp(regionPattern).test(region)) ?? USUAL;
}

/** The ID of the region's partition. */
export function partitionIdOf(region: string): string {
  return partitionOfRegion(region).id;
}

/** The partition with this ID; `aws` for one that the AWS SDK does not have. */
export function partitionNamed(id: string): Partition {
  return AWS_PARTITIONS.find((one) => one.id === id) ?? USUAL;
}

/** The host of the OIDC issuers of EKS in a region. */
export function eksIssuerHost(region: string, { dnsSuffix } = partitionOfRegion(region)): string {
  return `oidc.eks.${region}.${dnsSuffix}`;
}

/**
 * The region in the issuer of an EKS cluster, without `https://`; `undefined` for all others.
 * Source: the hosts that DescribeCluster gives in AWS's partitions, dual stack included.
 */
export function eksIssuerRegion(issuerHostPath: string): string | undefined {
  return EKS_ISSUER.exec(issuerHostPath)?.[1];
}

/** Alternatives of a regular expression: the suffixes of all hosts, or of dual-stack ones. */
export const DNS_SUFFIXES = alternatives(AWS_PARTITIONS.map(({ dnsSuffix }) => dnsSuffix));
export const DUAL_STACK_SUFFIXES = alternatives(AWS_PARTITIONS.map((one) => one.dualStackDnsSuffix));

const EKS_ISSUER = new RegExp(
  `^oidc[.-]eks\\.([a-z0-9-]+)\\.(?:${DNS_SUFFIXES}|${DUAL_STACK_SUFFIXES})/id/\\w+$`,
);

function alternatives(suffixes: readonly string[]): string {
  return [...new Set(suffixes)].map((one) => one.replaceAll(".", "\\.")).join("|");
}
