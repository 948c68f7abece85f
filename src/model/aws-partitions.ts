/** AWS's partitions, generated from the AWS SDK's own data by `npm run docs:partitions`. */
export const AWS_PARTITIONS = [
  {
    id: "aws",
    dnsSuffix: "amazonaws.com",
    dualStackDnsSuffix: "api.aws",
    regionPattern: "^(us|eu|ap|sa|ca|me|af|il|mx)-\\w+-\\d+$",
  },
  {
    id: "aws-cn",
    dnsSuffix: "amazonaws.com.cn",
    dualStackDnsSuffix: "api.amazonwebservices.com.cn",
    regionPattern: "^cn-\\w+-\\d+$",
  },
  {
    id: "aws-eusc",
    dnsSuffix: "amazonaws.eu",
    dualStackDnsSuffix: "api.amazonwebservices.eu",
    regionPattern: "^eusc-(de)-\\w+-\\d+$",
  },
  {
    id: "aws-iso",
    dnsSuffix: "c2s.ic.gov",
    dualStackDnsSuffix: "api.aws.ic.gov",
    regionPattern: "^us-iso-\\w+-\\d+$",
  },
  {
    id: "aws-iso-b",
    dnsSuffix: "sc2s.sgov.gov",
    dualStackDnsSuffix: "api.aws.scloud",
    regionPattern: "^us-isob-\\w+-\\d+$",
  },
  {
    id: "aws-iso-e",
    dnsSuffix: "cloud.adc-e.uk",
    dualStackDnsSuffix: "api.cloud-aws.adc-e.uk",
    regionPattern: "^eu-isoe-\\w+-\\d+$",
  },
  {
    id: "aws-iso-f",
    dnsSuffix: "csp.hci.ic.gov",
    dualStackDnsSuffix: "api.aws.hci.ic.gov",
    regionPattern: "^us-isof-\\w+-\\d+$",
  },
  {
    id: "aws-us-gov",
    dnsSuffix: "amazonaws.com",
    dualStackDnsSuffix: "api.aws",
    regionPattern: "^us-gov-\\w+-\\d+$",
  },
] as const;
