/** What decides about a pod's identity: annotations of EKS, and variables of AWS SDKs and of proxies between them and AWS. */
export const isOfIdentity = {
  annotation: (key: string): boolean => /^(?:eks|vpc)\.amazonaws\.com\//.test(key),
  variable: (name: string): boolean => /^AWS_|_proxy$/i.test(name),
} as const;

/** The variables by which SDKs know the role and the token of IRSA; the webhook injects both or neither. Source: README of amazon-eks-pod-identity-webhook. */
export const ROLE_VARIABLE = "AWS_ROLE_ARN";
export const TOKEN_VARIABLE = "AWS_WEB_IDENTITY_TOKEN_FILE";

/** The volume of that token, and its mounts. */
export const TOKEN_VOLUME = "aws-iam-token";

/** The variables by which SDKs know the Pod Identity agent; the webhook injects both or neither. Source: EKS User Guide, "How EKS Pod Identity works". */
export const URI_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
export const AGENT_TOKEN_VARIABLE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/** The volume of the token for the agent, and its mounts. */
export const AGENT_TOKEN_VOLUME = "eks-pod-identity-token";

/** The variable of static keys, which SDKs take before anything else. */
export const KEY_VARIABLE = "AWS_ACCESS_KEY_ID";

/** The variables by which SDKs know the region. */
export const REGION_VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

/** The variable by which older SDKs know whether to call the STS endpoint of the region or the global one. */
export const REGIONAL_VARIABLE = "AWS_STS_REGIONAL_ENDPOINTS";
