import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { Row } from "./row.ts";

/** Problems of the ServiceAccount and its annotations. */
export const SERVICE_ACCOUNT_ROWS = {
  "account-missing": {
    row: "C4",
    link: "service-account",
    title: "the ServiceAccount or its namespace does not exist",
    cause:
      "It was never created or was deleted, or a name has a typo. The workload's controller can't create pods.",
    evidence: "The API server does not find the ServiceAccount or the namespace.",
    fix: "Create it with a role: `irsa create-sa`. Or apply its manifest.",
  },
  "annotation-missing": {
    row: "C1",
    link: "service-account",
    title: "the ServiceAccount has no role annotation",
    cause:
      "The ServiceAccount was created without the annotation `eks.amazonaws.com/role-arn`, or something removed it. Pods get neither environment variables nor a token and use the node's role.",
    evidence: "The ServiceAccount's annotations.",
    fix: "Give it a role: `irsa create-sa` with `--policy-arn` (a new role) or `--attach-role-arn` (an existing role). Then restart its pods.",
  },
  "annotation-misspelt": {
    row: "C2",
    link: "service-account",
    title: "the role ARN is under the wrong annotation key",
    cause: "The annotation key has a typo, such as `eks.amazon.com/role-arn`. The webhook ignores it.",
    evidence: "A role ARN as the value of an annotation other than `eks.amazonaws.com/role-arn`.",
    fix: "Set `eks.amazonaws.com/role-arn` to this ARN and remove the other annotation. Then restart its pods.",
  },
  "annotation-owned": {
    row: "C5",
    link: "service-account",
    title: "no role annotation, and the ServiceAccount is managed by Helm, GitOps or an add-on",
    cause:
      "Helm, Argo CD, Flux or an EKS add-on writes the ServiceAccount and would remove an annotation that was set manually.",
    evidence: "The ServiceAccount's labels, annotations and field managers.",
    fix: "Set the annotation where that tool reads it: in the chart's values, in the repository, or in the add-on's serviceAccountRoleArn.",
  },
  "arn-malformed": {
    row: "C3",
    link: "service-account",
    title: "the annotation is not a valid role ARN",
    cause:
      "The value is not a role ARN, often because of a space, a line break, quotes or a missing account ID. The webhook injects it unchanged, and STS answers ValidationError: Request ARN is invalid.",
    evidence: "The annotation's value.",
    fix: "Annotate the ServiceAccount with the role's ARN exactly as IAM returns it.",
  },
  "arn-other-partition": {
    row: "C3",
    link: "service-account",
    title: "the annotated role is in a different partition",
    cause:
      "The ARN was copied from another partition, such as arn:aws for arn:aws-cn. A role can't be assumed across partitions.",
    evidence: "The partition in the annotation is not that of the cluster's ARN.",
    fix: "Annotate the ServiceAccount with a role in the cluster's partition.",
  },
  "audience-empty": {
    row: "A5",
    link: "service-account",
    title: "the audience annotation is empty, so tokens are issued for the API server",
    cause:
      "`eks.amazonaws.com/audience` is present with an empty value. The API server then issues tokens for itself, and STS must not accept them.",
    evidence: "The ServiceAccount's annotations.",
    fix: `Remove the annotation, so that tokens are issued for \`${DEFAULT_AUDIENCE}\`. Then restart its pods.`,
  },
  "annotation-ignored": {
    row: "C9",
    link: "service-account",
    title: "the webhook ignores an invalid annotation value",
    cause:
      "`eks.amazonaws.com/sts-regional-endpoints` is not a boolean, or `eks.amazonaws.com/token-expiration` is not an integer. The webhook uses its default without an error.",
    evidence: "The annotation and its value.",
    fix: "Set a valid value: `true` or `false`, or a number of seconds such as `86400`.",
  },
} as const satisfies Readonly<Record<string, Row>>;
