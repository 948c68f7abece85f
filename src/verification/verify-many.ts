import { parseRoleArn } from "../model/arn.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import type { SelectorText } from "../model/label-selector.ts";
import type { NamespaceName } from "../model/service-account-ref.ts";
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

/**
 * The ServiceAccounts of one or all namespaces that have a role annotation, or a role ARN under another key; by namespace and name.
 * @throws Failure when they can't be listed
 */
export async function listSubjects(
  { kubernetes }: Sources,
  namespace: NamespaceName | undefined,
  selector?: SelectorText,
): Promise<readonly Subject[]> {
  if (kubernetes.state === "unknown") throw kubernetes.failure;
  if (kubernetes.state === "unasked") throw new TypeError("no connection was made");
  const serviceAccounts = await kubernetes.value.listServiceAccounts(namespace, selector);
  return serviceAccounts
    .filter(meansARole)
    .map(({ ref }) => ({ kind: "serviceaccount", ...ref }) as const)
    .toSorted((one, other) => (pathOf(one) < pathOf(other) ? -1 : 1));
}

function meansARole({ annotations }: ServiceAccount): boolean {
  return ROLE_ANNOTATION in annotations || Object.values(annotations).some((value) => parseRoleArn(value).ok);
}

function pathOf({ namespace, name }: Subject): string {
  return `${namespace}/${name}`;
}
