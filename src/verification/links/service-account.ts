import { parseRoleArn, partitionOf } from "../../model/arn.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import { ownerOf } from "../../service-account/owner.ts";
import type { Finding, Fix, LinkResult } from "../chain.ts";
import { annotatedRole } from "../facts.ts";
import { annotate, isKept, kubectl, mendOurs } from "../fixes.ts";
import type { AccountView, Observed } from "../observed.ts";
import { advice, broken, caution, fault, judged, skipped, unseen } from "../result.ts";
import { valueOf } from "../seen.ts";

const PREFIX = "eks.amazonaws.com/";

/** The account is there and names a role as the webhook reads it. */
export function checkServiceAccount(observed: Observed): LinkResult {
  const { account } = observed;
  if (account.state === "unasked") return skipped("not asked");
  if (account.state === "unknown") return unseen(account.failure);
  const { found } = account.value;
  if (found === undefined) return broken(missing(observed, account.value));
  const text = found.annotations[ROLE_ANNOTATION] ?? "";
  if (text === "") return checkUnannotated(observed, found);
  return checkAnnotated(observed, found, text);
}

function missing(observed: Observed, { ref, namespace }: AccountView): Finding {
  const noNamespace = namespace.state === "seen" && namespace.value === undefined;
  const message = noNamespace
    ? `there is no namespace '${ref.namespace}'`
    : `there is no ServiceAccount ${accountPath(ref)}`;
  const fix = isKept(observed)
    ? mendOurs(observed, ref)
    : advice("Create it with a role: irsa create-sa, or apply the manifest that it comes from");
  return fault("account-missing", message, { needs: accountPath(ref) }, fix);
}

function checkUnannotated(observed: Observed, account: ServiceAccount): LinkResult {
  if (valueOf(observed.podIdentity) !== undefined)
    return skipped("it names no role: EKS Pod Identity gives its pods theirs");
  if (observed.subject.kind !== "serviceaccount" && account.ref.name === "default")
    return skipped("the namespace's default account, which names no role");
  return broken(unannotated(observed, account));
}

function unannotated(observed: Observed, account: ServiceAccount): Finding {
  const { ref, annotations } = account;
  const misspelt = Object.entries(annotations).find(([key, value]) => isMeant(key, value));
  const owner = ownerOf(account);
  if (owner !== undefined) {
    const message = `it names no role, and ${owner.name} keeps it so`;
    const fix = advice(`Set ${ROLE_ANNOTATION} ${owner.instead}`);
    return fault(
      "annotation-owned",
      message,
      { keeper: owner.name, ...(misspelt && { found: misspelt[0] }) },
      fix,
    );
  }
  if (misspelt !== undefined) {
    const [key, value] = misspelt;
    const message = `the role stands under '${key}', which the webhook does not read`;
    const evidence = { found: `${key}: ${value}`, needs: ROLE_ANNOTATION };
    return fault("annotation-misspelt", message, evidence, annotate(observed, ref, value, [`${key}-`]));
  }
  return fault(
    "annotation-missing",
    "it names no role",
    { needs: ROLE_ANNOTATION },
    giveRole(observed, account),
  );
}

/** A key that means the role, or a role's ARN as value, under another key. */
function isMeant(key: string, value: string): boolean {
  return key !== ROLE_ANNOTATION && parseRoleArn(value).ok && !key.startsWith("kubectl.kubernetes.io/");
}

function giveRole(observed: Observed, { ref }: ServiceAccount): Fix {
  if (isKept(observed)) return mendOurs(observed, ref);
  return advice(
    "Give it a role: irsa create-sa with --policy-arn (a new one) or --attach-role-arn (one that exists)",
  );
}

function checkAnnotated(observed: Observed, account: ServiceAccount, text: string): LinkResult {
  const faults = [...wrongArn(observed, account, text), ...emptyAudience(observed, account)];
  const role = annotatedRole(account) ?? text;
  return judged(
    [...faults, ...ignored(observed, account)],
    `annotated with role ${role.slice(role.lastIndexOf("/") + 1)}`,
  );
}

function wrongArn(observed: Observed, account: ServiceAccount, text: string): Finding[] {
  const parsed = parseRoleArn(text);
  const evidence = { annotation: text };
  if (!parsed.ok) {
    const trimmed = parseRoleArn(text.trim());
    const fix = trimmed.ok ? annotate(observed, account.ref, trimmed.value) : giveRole(observed, account);
    return [fault("arn-malformed", `the annotation '${text}' ${parsed.problem}`, evidence, fix)];
  }
  const partition = valueOf(observed.cluster)?.partition;
  if (partition === undefined || partitionOf(parsed.value) === partition) return [];
  const right = text.replace(/^arn:[^:]+/, `arn:${partition}`);
  const message = `the annotation names a role of the partition '${partitionOf(parsed.value)}', the cluster is of '${partition}'`;
  return [fault("arn-other-partition", message, evidence, annotate(observed, account.ref, right))];
}

function emptyAudience(observed: Observed, { ref, annotations }: ServiceAccount): Finding[] {
  if (annotations[AUDIENCE_ANNOTATION] !== "") return [];
  const message = "the audience annotation is empty, so that tokens are for the API server itself";
  const evidence = { annotation: AUDIENCE_ANNOTATION, needs: `${DEFAULT_AUDIENCE}, or no annotation` };
  const fix = kubectl(observed, ref, "annotate", "serviceaccount", ref.name, `${AUDIENCE_ANNOTATION}-`);
  return [fault("audience-empty", message, evidence, fix)];
}

/** Values that the webhook passes over in silence. Source: README of amazon-eks-pod-identity-webhook. */
function ignored(observed: Observed, { ref, annotations }: ServiceAccount): Finding[] {
  const rules = [
    {
      key: `${PREFIX}sts-regional-endpoints`,
      right: /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/,
      use: "true",
    },
    { key: `${PREFIX}token-expiration`, right: /^[+-]?\d+$/, use: "86400" },
  ];
  return rules.flatMap(({ key, right, use }) => {
    const value = annotations[key];
    if (value === undefined || right.test(value)) return [];
    const fix = kubectl(
      observed,
      ref,
      "annotate",
      "serviceaccount",
      ref.name,
      "--overwrite",
      `${key}=${use}`,
    );
    const message = `the webhook ignores ${key} '${value}'`;
    return [caution("annotation-ignored", message, { annotation: `${key}: ${value}` }, fix)];
  });
}
