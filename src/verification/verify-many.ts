import { parseRoleArn } from "../model/arn.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import type { SelectorText } from "../model/label-selector.ts";
import type { Failure } from "../model/failure.ts";
import { listed, look, UNASKED, valueOf } from "../model/known.ts";
import { serviceAccountPath, type NamespaceName } from "../model/service-account-ref.ts";
import type { Subject } from "./chain.ts";
import { shareReads } from "./share-reads.ts";
import type { Sources } from "./sources.ts";
import { verifyChain, type Verified, type VerifyOptions } from "./verify.ts";

/** How many chains are checked concurrently: STS throttles at some tens of calls a second. */
const AT_ONCE = 8;

/** How chains are tried; `onDone` gets the number done so far. */
export interface VerifyManyOptions extends VerifyOptions {
  readonly onDone?: (done: number) => void;
}

/** Verifies several chains; what they share is read only once. In the order of the subjects. */
export async function verifyChains(
  subjects: readonly Subject[],
  sources: Sources,
  { onDone, ...options }: VerifyManyOptions,
): Promise<readonly Verified[]> {
  const shared = shareReads(sources);
  let done = 0;
  return mapConcurrent(subjects, AT_ONCE, async (subject) => {
    const report = await verifyChain(subject, shared, options);
    onDone?.((done += 1));
    return report;
  });
}

/** What `--all` is about, and why those with an association alone may be missing from it. */
export interface ListedSubjects {
  readonly subjects: readonly Subject[];
  readonly unlisted: Failure | undefined;
}

/**
 * The ServiceAccounts of one or all namespaces that have a role annotation, a role ARN under another key, or a Pod Identity association;
 * by namespace and name.
 * @throws Failure when the ServiceAccounts can't be listed
 */
export async function listSubjects(
  { kubernetes, aws, cluster }: Sources,
  namespace: NamespaceName | undefined,
  selector?: SelectorText,
): Promise<ListedSubjects> {
  if (kubernetes.state === "unknown") throw kubernetes.failure;
  if (kubernetes.state === "unasked") throw new TypeError("no connection was made");
  const name = valueOf(cluster)?.name;
  const [serviceAccounts, associations] = await Promise.all([
    kubernetes.value.listServiceAccounts(namespace, selector),
    name === undefined ? UNASKED : look(() => aws.eks.describePodIdentities(name, undefined)),
  ]);
  const annotated = serviceAccounts.filter(meansARole).map(({ ref }) => ref);
  // A label can't be matched by a ServiceAccount that does not exist.
  const existing = new Set(serviceAccounts.map(({ ref }) => serviceAccountPath(ref)));
  const associated = listed(associations)
    .map(({ serviceAccount }) => serviceAccount)
    .filter((ref) => namespace === undefined || ref.namespace === namespace)
    .filter((ref) => selector === undefined || existing.has(serviceAccountPath(ref)));
  const byPath = new Map([...annotated, ...associated].map((ref) => [serviceAccountPath(ref), ref]));
  const subjects = [...byPath.keys()]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .flatMap((path) => byPath.get(path) ?? [])
    .map((ref) => ({ kind: "serviceaccount", ...ref }) as const);
  return { subjects, unlisted: associations.state === "unknown" ? associations.failure : undefined };
}

function meansARole({ annotations }: ServiceAccount): boolean {
  return ROLE_ANNOTATION in annotations || Object.values(annotations).some((value) => parseRoleArn(value).ok);
}
