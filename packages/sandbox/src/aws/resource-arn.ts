import { maybeText, speaksJson, type AwsRequest } from "./exchange.ts";
import { partitionOfRegion } from "./principals.ts";

/** What of a request tells its resource. */
type Addressed = Pick<AwsRequest, "service" | "region" | "parameters">;

/**
 * The ARN that an authorization error names for this request; `*` for operations without a resource.
 * Source: Service Authorization Reference, resource types of IAM, EKS, STS and CloudFormation. Role paths are unknown here.
 */
export function resourceArn(request: Addressed, awsAccount: string): string {
  const { parameters, service } = request;
  const partition = partitionOfRegion(request.region);
  if (speaksJson(service)) return clusterArn(request, partition, awsAccount);
  if (service === "cloudformation") return stackArn(request, partition, awsAccount);
  const given = ["OpenIDConnectProviderArn", "RoleArn", "PolicySourceArn", "Arn"].map((name) =>
    maybeText(parameters, name),
  );
  const arn = given.find((value) => value !== undefined);
  if (arn !== undefined) return arn;
  const iam = `arn:${partition}:iam::${awsAccount}:`;
  const role = maybeText(parameters, "RoleName");
  if (role !== undefined) return `${iam}role${maybeText(parameters, "Path") ?? "/"}${role}`;
  const url = maybeText(parameters, "Url");
  if (url !== undefined) return `${iam}oidc-provider/${url.replace(/^https:\/\//, "")}`;
  return maybeText(parameters, "PolicyArn") ?? "*";
}

function clusterArn(request: Addressed, partition: string, awsAccount: string): string {
  const name = maybeText(request.parameters, "name") ?? maybeText(request.parameters, "clusterName");
  return name === undefined ? "*" : `arn:${partition}:eks:${request.region}:${awsAccount}:cluster/${name}`;
}

function stackArn(request: Addressed, partition: string, awsAccount: string): string {
  const name = maybeText(request.parameters, "StackName");
  if (name === undefined || name.startsWith("arn:")) return name ?? "*";
  return `arn:${partition}:cloudformation:${request.region}:${awsAccount}:stack/${name}/*`;
}
