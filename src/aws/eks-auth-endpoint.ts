import { partitionOfRegion } from "../model/partition.ts";
import { signedEndpoint, type EndpointParameters } from "./service-endpoint.ts";

/** AWS_ENDPOINT_URL_EKS_AUTH, and `eks_auth` in a profile's services, are read by this name. */
export const EKS_AUTH_ID = "EKS Auth";

/** The host of the region, a dual-stack one in any case. Source: the SDKs' endpoint rules of EKS Auth. */
export function eksAuthEndpoint({
  Region: region = "",
  UseFIPS: fips = false,
  Endpoint,
}: EndpointParameters) {
  const host = `eks-auth${fips ? "-fips" : ""}.${region}.${partitionOfRegion(region).dualStackDnsSuffix}`;
  return signedEndpoint(host, Endpoint, { signingName: "eks-auth", signingRegion: region });
}
