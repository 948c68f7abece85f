// What others use: a sandbox that is started whole. Its parts, for worlds that are put together otherwise, are in parts.ts.
export { agentUrl } from "./aws/agent.ts";
export { partitionOfRegion } from "./aws/principals.ts";
export { type RecordedCall } from "./aws/recorder.ts";
export { type Throttle } from "./aws/throttle.ts";
export {
  type ClientEnvironment,
  childEnvironment,
  clientEnvironment,
  shellLines,
} from "./client-environment.ts";
export { kubeconfig } from "./kubeconfig.ts";
export { startLocalPod } from "./local-pod.ts";
export { eksCluster } from "./real-cluster/cluster.ts";
export { type WebhookAddress } from "./real-cluster/webhook.ts";
export { SandboxError, type SandboxErrorCode } from "./sandbox-error.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";
