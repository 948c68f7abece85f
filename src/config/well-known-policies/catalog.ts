import { autoScaler } from "./auto-scaler.ts";
import { certManager } from "./cert-manager.ts";
import { cloudWatchObservability } from "./cloudwatch-observability.ts";
import { ebsCsiController } from "./ebs-csi-controller.ts";
import { efsCsiController } from "./efs-csi-controller.ts";
import { externalDns } from "./external-dns.ts";
import { externalSecrets } from "./external-secrets.ts";
import { fsxLustreCsiController, fsxOpenZfsCsiController } from "./fsx-csi-controllers.ts";
import { gatewayController } from "./gateway-controller.ts";
import { imageBuilder } from "./image-builder.ts";
import { loadBalancerController } from "./load-balancer-controller.ts";
import { managedPrometheus } from "./managed-prometheus.ts";
import { mountpointS3CsiController } from "./mountpoint-s3-csi-controller.ts";
import { nodeTerminationHandler } from "./node-termination-handler.ts";
import type { WellKnownPolicy } from "./policy.ts";
import { targetGroupBinding } from "./target-group-binding.ts";
import { velero } from "./velero.ts";
import { vpcCni } from "./vpc-cni.ts";

/** Every well-known policy: eksctl's, then irsa's. */
export const WELL_KNOWN_POLICIES: readonly WellKnownPolicy[] = [
  imageBuilder,
  autoScaler,
  loadBalancerController,
  externalDns,
  certManager,
  ebsCsiController,
  efsCsiController,
  targetGroupBinding,
  gatewayController,
  mountpointS3CsiController,
  fsxLustreCsiController,
  fsxOpenZfsCsiController,
  externalSecrets,
  managedPrometheus,
  nodeTerminationHandler,
  velero,
  vpcCni,
  cloudWatchObservability,
];
