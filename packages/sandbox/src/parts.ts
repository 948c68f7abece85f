// The parts of a sandbox, for those who put another world together, as with moto in place of the emulated IAM.
export { softwareOf } from "./addon-software.ts";
export { webhookConfiguration } from "./admission-webhook/configuration.ts";
export { EKS_WEBHOOK_CONFIG, type PodServiceAccount } from "./admission-webhook/credential-source.ts";
export { type PatchOperation, injectionPatch } from "./admission-webhook/inject.ts";
export { startAdmissionWebhook } from "./admission-webhook/server.ts";
export { type AccessEntry } from "./aws/access-entry.ts";
export { authenticated } from "./aws/authentication.ts";
export { newControlToken } from "./aws/control.ts";
export { eksAuthBackend } from "./aws/eks-auth/backend.ts";
export { type PodIdentity } from "./aws/eks-auth/pod-token.ts";
export {
  type AddonEvent,
  type AwsEmulation,
  EMULATED_ACTIONS,
  eksBackend,
  startAwsEmulation,
} from "./aws/emulation.ts";
export {
  AwsError,
  type AwsRequest,
  type Backend,
  type WireRequest,
  type WireResponse,
  qualified,
  text,
} from "./aws/exchange.ts";
export { ConnectionReset, type DenyRule, type FailRule, Faults } from "./aws/faults.ts";
export { type Gateway, startGateway } from "./aws/gateway.ts";
export { awsPolicyNamed, awsPolicyNames } from "./aws/iam/aws-policies.ts";
export { ISSUERS_PATH } from "./aws/issuers.ts";
export { KeyStore, newSessionKey, newUserKey, uniqueId } from "./aws/key-store.ts";
export { type AccessKey, type KeyRing } from "./aws/principals.ts";
export { createUser, declareCluster } from "./aws/provision.ts";
export { Recorder } from "./aws/recorder.ts";
export { type AssumableRole } from "./aws/session-request.ts";
export { StateStore } from "./aws/state-store.ts";
export { type AwsAccountState, type AwsState, type RoleState } from "./aws/state.ts";
export { sessionPrincipal, stsBackend } from "./aws/sts.ts";
export { startTokenReviewer } from "./aws/token-review.ts";
export { type WebIdentityLookups } from "./aws/web-identity.ts";
export { answer } from "./aws/wire-format.ts";
export { startKubernetesApi } from "./kubernetes/api.ts";
export { listenHttps } from "./kubernetes/https.ts";
export { type KubeObject } from "./kubernetes/model/object.ts";
export { type KubernetesState, createKubernetesState } from "./kubernetes/state.ts";
export { requireRead } from "./real-cluster/read-only.ts";
export { type CertificateWithKey, createCertificateAuthority, issueServerCertificate } from "./tls.ts";
