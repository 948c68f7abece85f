import type { RoleArn } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import { Failure } from "../../model/failure.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import {
  ORIGIN_ANNOTATION,
  serviceAccountOrigin,
  MANAGED_BY_LABEL,
  OUR_NAME,
} from "../../model/ownership-tags.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedKubernetes } from "../create/observed.ts";
import { serviceAccountEdit } from "./edit.ts";
import { managingToolOf } from "./managing-tool.ts";

type Pairs = Readonly<Record<string, string>>;

/** The annotations that the admission webhook reads, as they are to be. */
export function webhookAnnotations(role: RoleArn, audience: string | undefined): Pairs {
  const custom = audience !== undefined && audience !== DEFAULT_AUDIENCE;
  return { [ROLE_ANNOTATION]: role, ...(custom && { [AUDIENCE_ANNOTATION]: audience }) };
}

/**
 * The changes that make the ServiceAccount and its namespace, or annotate the ServiceAccount that is there.
 * @param webhook the annotations by which its pods get the role
 * @throws Failure `account-exists` or `owned-elsewhere`
 */
export function serviceAccountChanges(
  desired: DesiredServiceAccount,
  role: RoleArn,
  webhook: Pairs,
  observed: ObservedKubernetes,
): Change[] {
  return observed.serviceAccount === undefined
    ? createServiceAccount(desired, role, webhook, observed)
    : editServiceAccount(desired, role, webhook, observed.serviceAccount);
}

function createServiceAccount(
  desired: DesiredServiceAccount,
  role: RoleArn,
  webhook: Pairs,
  { namespaceExists }: ObservedKubernetes,
): Change[] {
  const { serviceAccount, labels, annotations = {} } = desired;
  const create: Change = {
    kind: "create-service-account",
    serviceAccount,
    role,
    labels: { ...labels, [MANAGED_BY_LABEL]: OUR_NAME },
    annotations: { ...annotations, ...webhook, [ORIGIN_ANNOTATION]: "created" },
  };
  if (namespaceExists) return [create];
  return [{ kind: "create-namespace", namespace: serviceAccount.namespace, role }, create];
}

function editServiceAccount(
  desired: DesiredServiceAccount,
  role: RoleArn,
  webhook: Pairs,
  serviceAccount: ServiceAccount,
): Change[] {
  const setAnnotations = differing({ ...desired.annotations, ...webhook }, serviceAccount.annotations);
  const setLabels = differing(desired.labels, serviceAccount.labels);
  if (Object.keys(setAnnotations).length === 0 && Object.keys(setLabels).length === 0) return [];
  const origin = serviceAccountOrigin(serviceAccount);
  const owner = managingToolOf(serviceAccount);
  if (owner !== undefined) throw ownedElsewhere(desired, owner);
  if (origin === undefined && !desired.adopt) throw serviceAccountExists(desired, serviceAccount);
  const mark = differing({ [ORIGIN_ANNOTATION]: origin ?? "adopted" }, serviceAccount.annotations);
  const edits = { setLabels, setAnnotations: { ...setAnnotations, ...mark } };
  return [serviceAccountEdit(serviceAccount, role, edits)];
}

function differing(wanted: Pairs, found: Pairs): Pairs {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found[key] !== value));
}

function serviceAccountExists({ serviceAccount }: DesiredServiceAccount, found: ServiceAccount): Failure {
  const { kind, text } = annotatedRole(found);
  const facts = kind === "none" ? [] : [["annotated", text] as const];
  return new Failure(
    "refused",
    "account-exists",
    `ServiceAccount ${serviceAccountPath(serviceAccount)} already exists and is not managed by irsa`,
    {
      facts,
      advice: "To annotate it anyway, add --override-existing-serviceaccounts",
    },
  );
}

function ownedElsewhere(
  { serviceAccount }: DesiredServiceAccount,
  owner: { name: string; instead: string },
): Failure {
  return new Failure(
    "refused",
    "owned-elsewhere",
    `ServiceAccount ${serviceAccountPath(serviceAccount)} is managed by ${owner.name}, which would overwrite it`,
    {
      advice: `Set the annotation ${owner.instead}. To create only the role and print the manifest: --role-only -o yaml`,
    },
  );
}
