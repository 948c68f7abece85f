import { partitionOfRegion } from "../model/partition.ts";

/** AWS_ENDPOINT_URL_EKS_AUTH, and `eks_auth` in a profile's services, are read by this name. */
export const EKS_AUTH_ID = "EKS Auth";

/** What its endpoint depends on, as the SDK has it. */
export const EKS_AUTH_PARAMETERS = {
  UseFIPS: { type: "builtInParams", name: "useFipsEndpoint" },
  Endpoint: { type: "builtInParams", name: "endpoint" },
  Region: { type: "builtInParams", name: "region" },
} as const;

interface EndpointParameters {
  readonly Region?: string | undefined;
  readonly UseFIPS?: boolean | undefined;
  readonly Endpoint?: string | undefined;
}

/** The host of the region, a dual-stack one in any case, and how it wants to be signed for. Source: the SDKs' endpoint rules of EKS Auth. */
export function eksAuthEndpoint({
  Region: region = "",
  UseFIPS: fips = false,
  Endpoint: given,
}: EndpointParameters) {
  const host = `eks-auth${fips ? "-fips" : ""}.${region}.${partitionOfRegion(region).dualStackDnsSuffix}`;
  const authSchemes = [{ name: "sigv4", signingName: "eks-auth", signingRegion: region, properties: {} }];
  return { url: new URL(given ?? `https://${host}`), properties: { authSchemes } };
}
