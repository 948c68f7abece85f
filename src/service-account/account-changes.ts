import type { RoleArn } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { ACCOUNT_MARK, accountOrigin, MANAGED_BY_LABEL, OUR_NAME } from "../model/marks.ts";
import { accountDigest } from "../model/observed-digest.ts";
import { accountPath } from "../model/service-account-ref.ts";
import type { DesiredAccount } from "./desired.ts";
import type { ObservedKubernetes } from "./observed.ts";
import { ownerOf } from "./owner.ts";

type Pairs = Readonly<Record<string, string>>;

/** The annotations that the admission webhook reads, as they are to be. */
export function webhookAnnotations(role: RoleArn, audience: string | undefined): Pairs {
  const custom = audience !== undefined && audience !== DEFAULT_AUDIENCE;
  return { [ROLE_ANNOTATION]: role, ...(custom && { [AUDIENCE_ANNOTATION]: audience }) };
}

/**
 * The changes that make the account and its namespace, or annotate the account that is there.
 * @throws Failure `account-exists` or `owned-elsewhere`
 */
export function accountChanges(
  desired: DesiredAccount,
  role: RoleArn,
  observed: ObservedKubernetes,
): Change[] {
  return observed.account === undefined
    ? createAccount(desired, role, observed)
    : editAccount(desired, role, observed.account);
}

function createAccount(
  desired: DesiredAccount,
  role: RoleArn,
  { namespaceExists }: ObservedKubernetes,
): Change[] {
  const { account, labels, annotations = {}, audience } = desired;
  const create: Change = {
    kind: "create-account",
    account,
    role,
    labels: { ...labels, [MANAGED_BY_LABEL]: OUR_NAME },
    annotations: { ...annotations, ...webhookAnnotations(role, audience), [ACCOUNT_MARK]: "created" },
  };
  if (namespaceExists) return [create];
  return [{ kind: "create-namespace", namespace: account.namespace, role }, create];
}

function editAccount(desired: DesiredAccount, role: RoleArn, account: ServiceAccount): Change[] {
  const setAnnotations = differing(annotationsFor(desired, role, account), account.annotations);
  const setLabels = differing(desired.labels, account.labels);
  if (Object.keys(setAnnotations).length === 0 && Object.keys(setLabels).length === 0) return [];
  const origin = accountOrigin(account);
  const owner = ownerOf(account);
  if (owner !== undefined) throw ownedElsewhere(desired, owner);
  if (origin === undefined && !desired.adopt) throw accountExists(desired, account);
  const mark = differing({ [ACCOUNT_MARK]: origin ?? "adopted" }, account.annotations);
  const set = { ...setAnnotations, ...mark };
  return [
    {
      kind: "edit-account",
      account: desired.account,
      role,
      setLabels,
      setAnnotations: set,
      before: previous(account, setLabels, set),
      observed: accountDigest(account),
      resourceVersion: account.resourceVersion,
    },
  ];
}

/** An audience annotation that is there must be set right even when the default is asked for. */
function annotationsFor(desired: DesiredAccount, role: RoleArn, { annotations }: ServiceAccount): Pairs {
  const overrides = desired.audience !== undefined && AUDIENCE_ANNOTATION in annotations;
  return {
    ...desired.annotations,
    ...webhookAnnotations(role, desired.audience),
    ...(overrides && { [AUDIENCE_ANNOTATION]: desired.audience }),
  };
}

function differing(wanted: Pairs, found: Pairs): Pairs {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found[key] !== value));
}

function previous({ labels, annotations }: ServiceAccount, setLabels: Pairs, setAnnotations: Pairs) {
  return Object.fromEntries([
    ...Object.keys(setLabels).map((key) => [key, labels[key]] as const),
    ...Object.keys(setAnnotations).map((key) => [key, annotations[key]] as const),
  ]);
}

function accountExists({ account }: DesiredAccount, found: ServiceAccount): Failure {
  const annotation = found.annotations[ROLE_ANNOTATION];
  const facts = annotation === undefined ? [] : [["annotated", annotation] as const];
  return new Failure(
    "refused",
    "account-exists",
    `the ServiceAccount ${accountPath(account)} exists already and is not irsa's`,
    {
      facts,
      advice: "To annotate it all the same, add --override-existing-serviceaccounts",
    },
  );
}

function ownedElsewhere({ account }: DesiredAccount, owner: { name: string; instead: string }): Failure {
  return new Failure(
    "refused",
    "owned-elsewhere",
    `the ServiceAccount ${accountPath(account)} is kept by ${owner.name}, which would write it anew`,
    {
      advice: `Set the annotation ${owner.instead}. For the role alone, with the manifest to put there: --role-only -o yaml`,
    },
  );
}
