/**
 * What a ServiceAccount's annotations ask of the EKS admission webhook. Nothing else computes it.
 * Source: amazon-eks-pod-identity-webhook, pkg/cache (addSA).
 */
import { parseRoleArn, roleRef, type ClusterRef, type RoleArn } from "./arn.ts";
import { API_SERVER_AUDIENCE } from "./api-audience.ts";
import { DEFAULT_AUDIENCE } from "./issuer.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "./kubernetes-objects.ts";

/** A ServiceAccount, as far as its pods' role depends on it; one that does not exist has no annotations. */
type MaybeAnnotated = Pick<ServiceAccount, "annotations"> | undefined;

/** The role annotation; `text` is its value, empty for none. The webhook injects a malformed one too. */
export type AnnotatedRole =
  | { readonly kind: "none"; readonly text: "" }
  | { readonly kind: "malformed"; readonly text: string; readonly problem: string }
  | { readonly kind: "arn"; readonly text: RoleArn };

/** Which role the ServiceAccount is annotated with. */
export function annotatedRole(serviceAccount: MaybeAnnotated): AnnotatedRole {
  const text = serviceAccount?.annotations[ROLE_ANNOTATION] ?? "";
  if (text === "") return { kind: "none", text };
  const parsed = parseRoleArn(text);
  return parsed.ok
    ? { kind: "arn", text: parsed.value }
    : { kind: "malformed", text, problem: parsed.problem };
}

/** The annotated role, if it is a valid role ARN. */
export function annotatedArn(serviceAccount: MaybeAnnotated): RoleArn | undefined {
  const role = annotatedRole(serviceAccount);
  return role.kind === "arn" ? role.text : undefined;
}

/** The name of the annotated role, if it is in the cluster's AWS account: others can't be read. */
export function annotatedRoleName(
  serviceAccount: MaybeAnnotated,
  { awsAccount }: Pick<ClusterRef, "awsAccount">,
): string | undefined {
  const arn = annotatedArn(serviceAccount);
  const role = arn && roleRef(arn);
  return role?.awsAccount === awsAccount ? role.name : undefined;
}

/**
 * The `aud` of the tokens in the ServiceAccount's pods. Without the annotation it is the default, in every partition; an
 * empty annotation asks for tokens of the API server's own audience.
 */
export function audienceOf(serviceAccount: MaybeAnnotated): string {
  return audClaim(serviceAccount?.annotations[AUDIENCE_ANNOTATION] ?? DEFAULT_AUDIENCE);
}

/** The `aud` of tokens that a volume or an annotation asks for. Source: Kubernetes, "Projected Volumes" (audience). */
export function audClaim(asked: string): string {
  return asked === "" ? API_SERVER_AUDIENCE : asked;
}

/** True if the audience annotation is empty: nobody means that, and no token of it should reach AWS. */
export function hasEmptyAudience(serviceAccount: MaybeAnnotated): boolean {
  return serviceAccount?.annotations[AUDIENCE_ANNOTATION] === "";
}

/** The audience that IAM is to accept for the ServiceAccount: that of its tokens, once an empty annotation is removed. */
export function audienceToAccept(serviceAccount: MaybeAnnotated): string {
  return hasEmptyAudience(serviceAccount) ? DEFAULT_AUDIENCE : audienceOf(serviceAccount);
}

/** An annotation whose value the webhook ignores, and a value that it would not ignore. */
export interface IgnoredAnnotation {
  readonly key: string;
  readonly value: string;
  readonly use: string;
}

/** Go's `strconv.ParseBool` and `ParseInt` decide; what they refuse leaves the webhook's own defaults. */
const PARSED = [
  {
    key: "eks.amazonaws.com/sts-regional-endpoints",
    form: /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/,
    use: "true",
  },
  { key: "eks.amazonaws.com/token-expiration", form: /^[+-]?\d+$/, use: "86400" },
];

/** The annotations for token expiration and regional endpoints that have no effect. */
export function ignoredAnnotations({
  annotations,
}: Pick<ServiceAccount, "annotations">): IgnoredAnnotation[] {
  return PARSED.flatMap(({ key, form, use }) => {
    const value = annotations[key];
    return value === undefined || form.test(value) ? [] : [{ key, value, use }];
  });
}
