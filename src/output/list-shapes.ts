import type { ListShape } from "./list-formats.ts";

/** The list of `get-sa`. */
export const SERVICE_ACCOUNTS: ListShape = {
  items: "serviceAccounts",
  name: "{.serviceAccount.namespace}/{.serviceAccount.name}",
  wide: "NAMESPACE:.serviceAccount.namespace,NAME:.serviceAccount.name,ROLE:.role,MANAGED-BY:.managedBy,STATE:.state",
};

/** The list of `who-can`. */
export const SUBJECTS: ListShape = {
  items: "subjects",
  name: "{.serviceAccount.namespace}/{.serviceAccount.name}",
  wide: "CLUSTER:.cluster.name,NAMESPACE:.serviceAccount.namespace,NAME:.serviceAccount.name,EXISTS:.exists,VIA:.via,VERDICT:.verdict,UNKNOWN-KEYS:.unknownKeys[*],STATEMENTS:.statements[*].number,PODS:.pods[*]",
};

/** The list of `what-can`. */
export const ROLES: ListShape = {
  items: "roles",
  name: "{.role}",
  wide: "ROLE:.role,ANNOTATED:.annotated,VIA:.via,VERDICT:.verdict,UNKNOWN-KEYS:.unknownKeys[*],STATEMENTS:.statements[*].number,POLICIES:.policies[*],INLINE:.inlinePolicies[*],BOUNDARY:.permissionsBoundary",
};

/** The list of `stale-pods`; its names are subjects of `verify`. */
export const STALE_PODS: ListShape = {
  items: "stale",
  name: "pod/{.serviceAccount.namespace}/",
  names: ".pods[*]",
  wide: "NAMESPACE:.serviceAccount.namespace,SERVICEACCOUNT:.serviceAccount.name,KIND:.workload.kind,WORKLOAD:.workload.name,RESTARTABLE:.restartable,PODS:.pods[*],PROBLEMS:.problems[*].code",
};

/** The list of `verify`; its names are subjects again. */
export const CHAINS: ListShape = {
  items: "chains",
  name: "{.subject.kind}/{.subject.namespace}/{.subject.name}",
  wide: "KIND:.subject.kind,NAMESPACE:.subject.namespace,NAME:.subject.name,VERDICT:.verdict,FIRST-BROKEN:.firstBroken.link,CODE:.firstBroken.code,MESSAGE:.firstBroken.message",
};

/** The list of `audit`. */
export const FINDINGS: ListShape = {
  items: "findings",
  name: "{.subject.id}",
  wide: "SEVERITY:.severity,RULE:.rule,KIND:.subject.kind,NAMESPACE:.subject.namespace,NAME:.subject.name,KNOWN:.known,FINGERPRINT:.fingerprint,MESSAGE:.message",
};

/** The list of `policies`: of the catalog, or with `--outdated` of roles, which have no name of their own. */
export const POLICIES: ListShape = {
  items: "policies",
  name: "{.name}{.role}",
  wide: "NAME:.name",
};
