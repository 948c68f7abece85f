import { allow, KMS_KEYS, of, wellKnown } from "./policy.ts";

/** External Secrets Operator: reads the named secrets and parameters. */
export const externalSecrets = wellKnown({
  field: "externalSecrets",
  about: "External Secrets Operator",
  source: "https://external-secrets.io/latest/provider/aws-secrets-manager/",
  upstream: { project: "external-secrets/external-secrets", version: "2.9.0", date: "2026-08-08" },
  inputs: {
    secrets: { kind: "list", about: "ARNs of secrets in Secrets Manager" },
    parameters: { kind: "list", about: "ARNs of parameters in SSM" },
    kmsKeys: KMS_KEYS,
  },
  statements: ({ arn, list }) => {
    const all = list("secrets").length === 0 && list("parameters").length === 0;
    const secrets = all ? [arn("secretsmanager", "secret:*")] : list("secrets");
    const parameters = all ? [arn("ssm", "parameter/*")] : list("parameters");
    return [
      allow(["ssm:DescribeParameters", ...of("secretsmanager", "BatchGetSecretValue", "ListSecrets")]),
      allow(of("ssm", "GetParameter", "GetParameters", "GetParametersByPath"), parameters),
      allow(
        of("secretsmanager", "DescribeSecret", "GetResourcePolicy", "GetSecretValue", "ListSecretVersionIds"),
        secrets,
      ),
      allow(["kms:Decrypt"], list("kmsKeys")),
    ];
  },
});
