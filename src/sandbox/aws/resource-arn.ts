import { maybeText, type AwsRequest } from "./exchange.ts";
import { partitionOfRegion } from "./principals.ts";

/** What of a request tells its resource. */
type Addressed = Pick<AwsRequest, "service" | "region" | "parameters">;

/**
 * The ARN that an authorisation error names for this request; `*` for operations without a resource.
 * Source: Service Authorization Reference, resource types of IAM, EKS, STS and CloudFormation. Role paths are unknown here.
 */
export function resourceArn(request: Addressed, account: string): string {
  const { parameters, service } = request;
  const partition = partitionOfRegion(request.region);
  if (service === "eks") return clusterArn(request, partition, account);
  if (service === "cloudformation") return stackArn(request, partition, account);
  const given = ["OpenIDConnectProviderArn", "RoleArn", "PolicySourceArn"].map((name) =>
    maybeText(parameters, name),
  );
  const arn = given.find((value) => value !== undefined);
  if (arn !== undefined) return arn;
  const iam = `arn:${partition}:iam::${account}:`;
  const role = maybeText(parameters, "RoleName");
  if (role !== undefined) return `${iam}role${maybeText(parameters, "Path") ?? "/"}${role}`;
  const url = maybeText(parameters, "Url");
  if (url !== undefined) return `${iam}oidc-provider/${url.replace(/^https:\/\//, "")}`;
  return maybeText(parameters, "PolicyArn") ?? "*";
}

function clusterArn(request: Addressed, partition: string, account: string): string {
  const name = maybeText(request.parameters, "name") ?? maybeText(request.parameters, "clusterName");
  return name === undefined ? "*" : `arn:${partition}:eks:${request.region}:${account}:cluster/${name}`;
}

function stackArn(request: Addressed, partition: string, account: string): string {
  const name = maybeText(request.parameters, "StackName");
  if (name === undefined || name.startsWith("arn:")) return name ?? "*";
  return `arn:${partition}:cloudformation:${request.region}:${account}:stack/${name}/*`;
}
