import type { CommandWords } from "../../model/command-words.ts";
import { parseRoleArn, partitionOf } from "../../model/arn.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import {
  annotatedRole,
  hasEmptyAudience,
  ignoredAnnotations,
  type AnnotatedRole,
} from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { managingToolOf } from "../../service-account/service-account/managing-tool.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import type { Remedy } from "../../model/remedy.ts";
import { annotate, isKept, kubectl, repairOurs, secondFlags } from "../fixes.ts";
import type { ServiceAccountView, Observed } from "../observed.ts";
import { advice, broken, caution, fault, judged, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** The ServiceAccount exists and has a role annotation that the webhook reads. */
export function checkServiceAccount(observed: Observed): LinkResult {
  const { serviceAccount } = observed;
  if (serviceAccount.state === "unasked") return skipped("not read");
  if (serviceAccount.state === "unknown") return unseen(serviceAccount.failure);
  const { found } = serviceAccount.value;
  if (found === undefined) return broken(missing(observed, serviceAccount.value));
  const role = annotatedRole(found);
  if (role.kind === "none") return checkUnannotated(observed, found);
  return checkAnnotated(observed, found, role);
}

function missing(observed: Observed, { ref, namespace }: ServiceAccountView): LinkFinding {
  const noNamespace = namespace.state === "known" && namespace.value === undefined;
  const message = noNamespace
    ? `namespace '${ref.namespace}' not found`
    : `ServiceAccount ${serviceAccountPath(ref)} not found`;
  const fix = isKept(observed)
    ? repairOurs(observed, ref)
    : advice("Apply its manifest, or create it with a role:", createWords(observed, ref));
  return fault("account-missing", message, { needs: serviceAccountPath(ref) }, fix);
}

/** Which policies its role is to have is for the operator to say. */
function createWords(observed: Observed, { namespace, name }: ServiceAccountRef): CommandWords {
  const where = [...observed.clusterFlags, ...secondFlags(observed)];
  return ["irsa", "create-sa", ...where, "-n", namespace, "--name", name, "--policy-arn", "ARN"];
}

function checkUnannotated(observed: Observed, serviceAccount: ServiceAccount): LinkResult {
  if (observed.subject.kind !== "serviceaccount" && serviceAccount.ref.name === "default")
    return skipped("the namespace's default ServiceAccount, which has no role annotation");
  const { association } = observed;
  if (association.state === "unknown")
    return unknown(
      `no role annotation; whether there is a Pod Identity association is unknown: ${association.failure.message}`,
    );
  return broken(unannotated(observed, serviceAccount));
}

function unannotated(observed: Observed, serviceAccount: ServiceAccount): LinkFinding {
  const { ref, annotations } = serviceAccount;
  const misspelt = Object.entries(annotations).find(([key, value]) => isMeant(key, value));
  const owner = managingToolOf(serviceAccount);
  if (owner !== undefined) {
    const message = `no role annotation, and the ServiceAccount is managed by ${owner.name}`;
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
    const message = `the role ARN is under '${key}', which the webhook does not read`;
    const evidence = { found: `${key}: ${value}`, needs: ROLE_ANNOTATION };
    return fault("annotation-misspelt", message, evidence, annotate(observed, ref, value, [`${key}-`]));
  }
  return fault(
    "annotation-missing",
    "no role annotation",
    { needs: ROLE_ANNOTATION },
    giveRole(observed, serviceAccount),
  );
}

/** A role ARN under a key other than the webhook's. */
function isMeant(key: string, value: string): boolean {
  return key !== ROLE_ANNOTATION && parseRoleArn(value).ok && !key.startsWith("kubectl.kubernetes.io/");
}

function giveRole(observed: Observed, { ref }: ServiceAccount): Remedy {
  if (isKept(observed)) return repairOurs(observed, ref);
  return advice(
    "Give it a role: irsa create-sa with --policy-arn (a new role) or --attach-role-arn (an existing role)",
  );
}

type Annotation = Exclude<AnnotatedRole, { kind: "none" }>;

function checkAnnotated(observed: Observed, serviceAccount: ServiceAccount, role: Annotation): LinkResult {
  const faults = [...wrongArn(observed, serviceAccount, role), ...emptyAudience(observed, serviceAccount)];
  return judged(
    [...faults, ...ignored(observed, serviceAccount)],
    `annotated with role ${role.text.slice(role.text.lastIndexOf("/") + 1)}`,
  );
}

function wrongArn(observed: Observed, serviceAccount: ServiceAccount, role: Annotation): LinkFinding[] {
  const { text } = role;
  const evidence = { annotation: text };
  if (role.kind === "malformed") {
    const trimmed = parseRoleArn(text.trim());
    const fix = trimmed.ok
      ? annotate(observed, serviceAccount.ref, trimmed.value)
      : giveRole(observed, serviceAccount);
    return [fault("arn-malformed", `the annotation '${text}' ${role.problem}`, evidence, fix)];
  }
  const partition = valueOf(observed.cluster)?.partition;
  if (partition === undefined || partitionOf(role.text) === partition) return [];
  const right = text.replace(/^arn:[^:]+/, `arn:${partition}`);
  const message = `the annotated role is in partition '${partitionOf(role.text)}', the cluster is in '${partition}'`;
  return [fault("arn-other-partition", message, evidence, annotate(observed, serviceAccount.ref, right))];
}

function emptyAudience(observed: Observed, serviceAccount: ServiceAccount): LinkFinding[] {
  const { ref } = serviceAccount;
  if (!hasEmptyAudience(serviceAccount)) return [];
  const message = "the audience annotation is empty, so tokens are issued for the API server";
  const evidence = { annotation: AUDIENCE_ANNOTATION, needs: `${DEFAULT_AUDIENCE}, or no annotation` };
  const fix = kubectl(observed, ref, "annotate", "serviceaccount", ref.name, `${AUDIENCE_ANNOTATION}-`);
  return [fault("audience-empty", message, evidence, fix)];
}

/** Values that the webhook silently ignores. */
function ignored(observed: Observed, serviceAccount: ServiceAccount): LinkFinding[] {
  const { ref } = serviceAccount;
  return ignoredAnnotations(serviceAccount).map(({ key, value, use }) => {
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
    return caution("annotation-ignored", message, { annotation: `${key}: ${value}` }, fix);
  });
}
