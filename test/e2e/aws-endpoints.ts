/** Where AWS has the endpoints of every kind. */
export const REGION = "us-east-1";

/** A region, what the environment says of endpoints, and the hosts that are called: of EKS, IAM and STS. */
export type Endpoints = readonly [
  what: string,
  region: string,
  environment: Readonly<Record<string, string>>,
  hosts: readonly [string, string, string],
];

const vpce = (service: string) => `vpce-0abc-${service}.${service}.us-east-1.vpce.amazonaws.com`;

/** Where IAM has an endpoint for its region alone. */
function hostsIn(region: string, domain: string): Endpoints[3] {
  return [`eks.${region}.${domain}`, `iam.${region}.${domain}`, `sts.${region}.${domain}`];
}

/** Source: AWS General Reference, "Service endpoints" of Amazon EKS, IAM and STS. */
export const ENDPOINTS: readonly Endpoints[] = [
  ["AWS", REGION, {}, ["eks.us-east-1.amazonaws.com", "iam.amazonaws.com", "sts.us-east-1.amazonaws.com"]],
  [
    "FIPS",
    REGION,
    { AWS_USE_FIPS_ENDPOINT: "true" },
    ["fips.eks.us-east-1.amazonaws.com", "iam-fips.amazonaws.com", "sts-fips.us-east-1.amazonaws.com"],
  ],
  [
    "dual-stack",
    REGION,
    { AWS_USE_DUALSTACK_ENDPOINT: "true" },
    ["eks.us-east-1.api.aws", "iam.global.api.aws", "sts.us-east-1.api.aws"],
  ],
  [
    "VPC endpoints",
    REGION,
    {
      AWS_ENDPOINT_URL_EKS: `https://${vpce("eks")}`,
      AWS_ENDPOINT_URL_IAM: `https://${vpce("iam")}`,
      AWS_ENDPOINT_URL_STS: `https://${vpce("sts")}`,
    },
    [vpce("eks"), vpce("iam"), vpce("sts")],
  ],
  ["aws-cn", "cn-north-1", {}, hostsIn("cn-north-1", "amazonaws.com.cn")],
  [
    "aws-us-gov",
    "us-gov-west-1",
    {},
    ["eks.us-gov-west-1.amazonaws.com", "iam.us-gov.amazonaws.com", "sts.us-gov-west-1.amazonaws.com"],
  ],
  ["aws-iso", "us-iso-east-1", {}, hostsIn("us-iso-east-1", "c2s.ic.gov")],
  ["aws-iso-b", "us-isob-east-1", {}, hostsIn("us-isob-east-1", "sc2s.sgov.gov")],
  ["aws-iso-e", "eu-isoe-west-1", {}, hostsIn("eu-isoe-west-1", "cloud.adc-e.uk")],
  ["aws-iso-f", "us-isof-south-1", {}, hostsIn("us-isof-south-1", "csp.hci.ic.gov")],
  ["aws-eusc", "eusc-de-east-1", {}, hostsIn("eusc-de-east-1", "amazonaws.eu")],
];
