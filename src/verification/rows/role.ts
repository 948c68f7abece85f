import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { Row } from "./row.ts";

/** Problems of the role: its existence, its trust policy, its permissions. STS's answer is AccessDenied unless a row says otherwise. */
export const ROLE_ROWS = {
  "role-missing": {
    row: "B11",
    link: "role",
    title: "the role does not exist",
    cause: "The role was deleted, or the annotation has a typo or the wrong AWS account.",
    evidence: "`iam:GetRole` does not find the role named in the annotation.",
    fix: "Annotate the ServiceAccount with an existing role, or create the role again with its policies: `irsa create-sa --role-name`.",
  },
  "role-path": {
    row: "B11",
    link: "role",
    title: "the annotation omits the role's path or spells its name differently",
    cause:
      "IAM finds roles by name, without regard to case; STS compares the whole ARN, path and case included.",
    evidence: "The ARN that `iam:GetRole` returns differs from the annotation.",
    fix: "Annotate the ServiceAccount with the role's ARN exactly as IAM returns it.",
  },
  "other-issuer": {
    row: "A2",
    link: "trust-policy",
    title: "the trust policy trusts the issuer of a different cluster",
    cause: "The cluster was recreated and has a new issuer, or the role was made for a different cluster.",
    evidence: "The ID in the trusted provider's ARN is not the ID of the cluster's issuer.",
    fix: "Add this cluster to the trust policy: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`. For all roles of a recreated cluster: `irsa migrate-trust`.",
  },
  "subject-mismatch": {
    row: "B1",
    link: "trust-policy",
    title: "the trust policy allows a different ServiceAccount",
    cause:
      "The condition on the key `ISSUER:sub` has a different namespace or name, a different case, or a stray space.",
    evidence:
      "`system:serviceaccount:NAMESPACE:NAME` equals none of the subjects in the trust policy. The comparison is exact.",
    fix: "Add the ServiceAccount to the trust policy, as the owner of the role: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "wildcard-under-equals": {
    row: "B2",
    link: "trust-policy",
    title: "a wildcard under StringEquals",
    cause: "`*` and `?` are ordinary characters under StringEquals; only StringLike expands them.",
    evidence: "A subject under StringEquals would match if its wildcards were expanded.",
    fix: "List the ServiceAccounts with StringEquals, as `irsa create-sa --attach-role-arn ROLE_ARN --add-trust` does, or use StringLike if every match may assume the role.",
  },
  "federated-mismatch": {
    row: "B3",
    link: "trust-policy",
    title: "the trusted provider is spelled differently",
    cause:
      "The provider's ARN in `Principal.Federated` has a typo, for example `oidc.REGION.eks.amazonaws.com` instead of `oidc.eks.REGION.amazonaws.com`, or the wrong AWS account.",
    evidence: "The trusted ARN ends with the issuer's ID but is not the provider's ARN.",
    fix: "Trust the provider's ARN exactly as IAM returns it: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "condition-key-mangled": {
    row: "B4",
    link: "trust-policy",
    title: "a condition key that the cluster's tokens don't have",
    cause:
      "A condition key has the ID of a different issuer or a mangled ending such as `:sub:aud`, or part of the statement is not valid IAM policy syntax. The condition never matches.",
    evidence: "The key is neither `ISSUER:sub` nor `ISSUER:aud` of the cluster's issuer.",
    fix: "Add a correct statement: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "scheme-in-name": {
    row: "B5",
    link: "trust-policy",
    title: "`https://` in a condition key or in the provider's ARN",
    cause: "The issuer's URL was copied with its scheme. IAM names the issuer without it.",
    evidence: "A condition key or the trusted provider's ARN contains `https://`.",
    fix: "Add a correct statement: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "federated-partition": {
    row: "B6",
    link: "trust-policy",
    title: "the trusted provider is in a different partition",
    cause:
      "The provider's ARN was copied from a policy for another partition, such as arn:aws for arn:aws-cn.",
    evidence: "The partition in the trusted provider's ARN is not that of the cluster.",
    fix: "Trust the provider in the cluster's partition: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "no-web-identity": {
    row: "B7",
    link: "trust-policy",
    title: "no statement allows sts:AssumeRoleWithWebIdentity",
    cause:
      "The role was made for something else, for example EC2 instances, Pod Identity or a different AWS account.",
    evidence:
      "No Allow statement has the action `sts:AssumeRoleWithWebIdentity` and an OIDC provider as principal.",
    fix: "Add a statement for the ServiceAccount: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "audience-mismatch": {
    row: "B8",
    link: "trust-policy",
    title: "the trust policy requires a different audience",
    cause:
      "The condition on the key `ISSUER:aud` has a different value than the tokens: a typo, or the ServiceAccount has an audience annotation.",
    evidence: "The ServiceAccount's audience is not among the values of the condition.",
    fix: "Add a statement with the right audience: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`. Or remove the annotation `eks.amazonaws.com/audience`.",
  },
  "audience-unpinned": {
    row: "B8",
    link: "trust-policy",
    title: "the trust policy allows any audience",
    cause:
      "The trust policy has no condition on the key `ISSUER:aud`. It works, but tokens that were issued for another purpose are accepted too.",
    evidence: "The trust policy also allows a token with an audience that nobody uses.",
    fix: `Require the audience \`${DEFAULT_AUDIENCE}\` with StringEquals.`,
  },
  "subject-unpinned": {
    row: "B9",
    link: "trust-policy",
    title: "the trust policy allows every ServiceAccount in the cluster",
    cause:
      "The trust policy has no condition on the key `ISSUER:sub`, or only a wildcard. It works, but anyone who can create pods in any namespace can assume the role.",
    evidence: "The trust policy also allows a ServiceAccount in a namespace that nobody uses.",
    fix: "Require `system:serviceaccount:NAMESPACE:NAME` with StringEquals.",
  },
  "denied-by-statement": {
    row: "B12",
    link: "trust-policy",
    title: "a Deny statement denies the ServiceAccount",
    cause: "A statement with Effect Deny matches. It takes precedence over every Allow.",
    evidence: "The Deny statement in the trust policy whose principal, action and conditions all match.",
    fix: "Ask the owner of the role to change that statement.",
  },
  "condition-unmet": {
    row: "B12",
    link: "trust-policy",
    title: "an additional condition that tokens never meet",
    cause:
      "The statement requires a condition key that AssumeRoleWithWebIdentity requests don't have, or a value that this token does not have.",
    evidence: "The operator and the key of the condition, and the value in the request.",
    fix: "Add a statement without that condition, as the owner of the role: `irsa create-sa --attach-role-arn ROLE_ARN --add-trust`.",
  },
  "nothing-allowed": {
    row: "B13",
    link: "permissions",
    title: "the role has no policies attached",
    cause:
      "The role can be assumed, but has neither attached nor inline policies. Calls fail with 'is not authorized to perform', except where a bucket, key or queue policy allows the role.",
    evidence: "`iam:ListAttachedRolePolicies` and `iam:ListRolePolicies` return nothing.",
    fix: "Attach the policies that the workload needs: `irsa update-sa --add-policy-arn ARN`.",
  },
  "attachment-gone": {
    row: "B13",
    link: "permissions",
    title: "a policy that the ownership tags record is not attached",
    cause: "Someone detached a policy that irsa had attached to the role, or attaching it failed.",
    evidence: "The role's ownership tags record a policy that is not attached.",
    fix: "Attach it: `irsa create-sa` with `--policy-arn` and the same ServiceAccount.",
  },
} as const satisfies Readonly<Record<string, Row>>;
