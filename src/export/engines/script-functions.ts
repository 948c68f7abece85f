/**
 * What a script begins with. Values come as arguments, for the AWS CLI always within JSON: it would read a file for a value
 * that begins with `file://`. What can't be read stops the script, and what others manage is left alone.
 */
export const SCRIPT_FUNCTIONS = String.raw`#!/bin/sh
# Made by irsa export. It creates and updates; it deletes nothing, and can be run again.
# Roles that others can assume too are changed only if ALLOW_SHARED_ROLES has their names, with spaces between.
set -eu
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off

stop() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

exists() {
  if told=$("$@" 2>&1); then return 0; fi
  case $told in
    *'(NoSuchEntity)'* | *'(NotFound)'*) return 1 ;;
  esac
  stop "$told"
}

# A new role can be used after seconds.
retry() {
  for pause in 2 4 8 16; do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep "$pause"
  done
  "$@" >/dev/null
}

target() { # AWS account, region, issuer
  [ "$(aws sts get-caller-identity --query Account --output text)" = "$1" ] ||
    stop "the AWS credentials are not of AWS account $1"
  export AWS_REGION="$2" AWS_DEFAULT_REGION="$2"
  [ -z "$3" ] || kubectl get --raw /.well-known/openid-configuration | grep -qF "\"issuer\":\"$3\"" ||
    stop "kubectl's current context is not the cluster with the issuer $3"
}

provider() { # to get it, to create it
  exists aws iam get-open-id-connect-provider --cli-input-json "$1" ||
    aws iam create-open-id-connect-provider --cli-input-json "$2" >/dev/null
}

audience() {
  aws iam add-client-id-to-open-id-connect-provider --cli-input-json "$1"
}

# To get it, a query for its ownership tags, their number, to create it, its settings, tags, name, a query that counts others'
# statements in its trust policy, and as trust has it.
role() {
  if exists aws iam get-role --cli-input-json "$1"; then
    [ "$(aws iam get-role --cli-input-json "$1" --query "$2" --output text)" = "$3" ] ||
      stop "a role exists that irsa does not manage: $1"
    case " ${"${ALLOW_SHARED_ROLES-}"} " in
      *" $7 "*) ;;
      *)
        [ "$(aws iam get-role --cli-input-json "$1" --query "$8" --output text)" = 0 ] ||
          stop "others can assume role $7, and would get its permissions; to allow that: ALLOW_SHARED_ROLES='$7'"
        ;;
    esac
    aws iam update-role --cli-input-json "$5" >/dev/null
    aws iam tag-role --cli-input-json "$6"
    get=$1
    shift 8
    trust "$get" "$@"
  else
    aws iam create-role --cli-input-json "$4" >/dev/null
  fi
}

trust() { # to get the role; for each statement, a query that counts it, and one for the trust policy with it added
  get=$1
  shift
  while [ $# -gt 0 ]; do
    count=$(aws iam get-role --cli-input-json "$get" --query "$1" --output text)
    if [ "$count" = 0 ]; then
      policy=$(aws iam get-role --cli-input-json "$get" --query "$2" --output json)
      aws iam update-assume-role-policy --cli-input-json "$get" --policy-document "$policy"
    fi
    shift 2
  done
}

boundary() {
  aws iam put-role-permissions-boundary --cli-input-json "$1"
}

attach() {
  aws iam attach-role-policy --cli-input-json "$1"
}

inline() {
  aws iam put-role-policy --cli-input-json "$1"
}

association() { # to find it, its cluster, its role, to create it, to update it
  id=$(aws eks list-pod-identity-associations --cli-input-json "$1" --query 'associations[0].associationId' --output text)
  if [ "$id" = None ]; then
    retry aws eks create-pod-identity-association --cli-input-json "$4"
  else
    [ "$(aws eks describe-pod-identity-association --cli-input-json "$2" --association-id "$id" \
      --query association.roleArn --output text)" = "$3" ] || stop "an association with another role exists: $1"
    aws eks update-pod-identity-association --cli-input-json "$5" --association-id "$id" >/dev/null
  fi
}

namespace() {
  exists kubectl get namespace "$1" || kubectl create namespace "$1" >/dev/null
}

service_account() { # namespace, name, the label that says who manages it, object
  if exists kubectl get serviceaccount "$2" --namespace "$1"; then
    [ "$(kubectl get serviceaccount "$2" --namespace "$1" \
      -o 'jsonpath={.metadata.labels.app\.kubernetes\.io/managed-by}')" = "$3" ] ||
      stop "ServiceAccount $1/$2 exists, and irsa does not manage it; to let it: irsa adopt $1/$2"
  fi
  printf '%s\n' "$4" | kubectl apply --server-side --force-conflicts --field-manager=irsa --filename - >/dev/null
}
`;
