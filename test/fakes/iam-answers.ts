import { randomUUID } from "node:crypto";
import type { IamPort, Receipt } from "../../src/aws/port.ts";
import { Failure } from "../../src/model/failure.ts";

/** What each method needs to be allowed. */
const ACTIONS = {
  getProvider: "GetOpenIDConnectProvider",
  listProviders: "ListOpenIDConnectProviders",
  createProvider: "CreateOpenIDConnectProvider",
  addClientId: "AddClientIDToOpenIDConnectProvider",
  setThumbprints: "UpdateOpenIDConnectProviderThumbprint",
  tagProvider: "TagOpenIDConnectProvider",
  deleteProvider: "DeleteOpenIDConnectProvider",
  listRoles: "ListRoles",
  listRolesInFull: "GetAccountAuthorizationDetails",
  getRole: "GetRole",
  getRoleDetails: "GetRole",
  listAttachedPolicies: "ListAttachedRolePolicies",
  listInlinePolicies: "ListRolePolicies",
  getInlinePolicy: "GetRolePolicy",
  getInstanceProfileRole: "GetInstanceProfile",
  listInstanceProfiles: "ListInstanceProfilesForRole",
  createRole: "CreateRole",
  setTrust: "UpdateAssumeRolePolicy",
  setBoundary: "PutRolePermissionsBoundary",
  deleteBoundary: "DeleteRolePermissionsBoundary",
  setRoleSettings: "UpdateRole",
  tagRole: "TagRole",
  untagRole: "UntagRole",
  attachPolicy: "AttachRolePolicy",
  detachPolicy: "DetachRolePolicy",
  putInlinePolicy: "PutRolePolicy",
  deleteInlinePolicy: "DeleteRolePolicy",
  removeFromInstanceProfile: "RemoveRoleFromInstanceProfile",
  deleteRole: "DeleteRole",
  getPolicyVersionId: "GetPolicy",
  getPolicyDocument: "GetPolicyVersion",
  getAccountSummary: "GetAccountSummary",
  getSimulation: "SimulatePrincipalPolicy",
  getUseReport: "GenerateServiceLastAccessedDetails",
  getLastAccessed: "GetServiceLastAccessedDetails",
} as const satisfies Record<keyof IamPort, string>;

/** IAM's answer to whoever lacks the permission for a method. */
export function iamDenies(method: keyof IamPort): Failure {
  return new Failure("denied", "access-denied", `not permitted: iam:${ACTIONS[method]}`);
}

/** The receipt of a write. */
export function receipt(): Receipt {
  return { requestId: randomUUID() };
}

/** The name is taken. */
export function alreadyExists(method: keyof IamPort): Failure {
  return new Failure("refused", "already-exists", `iam:${ACTIONS[method]}: it already exists`);
}

/** Something is attached to what is to go. */
export function inUse(method: keyof IamPort): Failure {
  return new Failure("refused", "conflict", `iam:${ACTIONS[method]}: something hangs on it`);
}

/** There is no such thing. */
export function gone(method: keyof IamPort): Failure {
  return new Failure("refused", "gone", `iam:${ACTIONS[method]}: it can't be found`);
}

/** The AWS account has all it may have. */
export function quotaReached(method: keyof IamPort): Failure {
  return new Failure("refused", "quota", `iam:${ACTIONS[method]}: quota exceeded`);
}
