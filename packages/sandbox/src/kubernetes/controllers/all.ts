import {
  DAEMON_SETS,
  DEPLOYMENTS,
  JOBS,
  NAMESPACES,
  PODS,
  REPLICA_SETS,
  ROLLOUTS,
  STATEFUL_SETS,
} from "../model/resources.ts";
import { reconcileDaemonSet } from "./daemon-sets.ts";
import { reconcileDeployment } from "./deployments.ts";
import { collectGarbage } from "./garbage.ts";
import { reconcileJob } from "./jobs.ts";
import { forEvery, type Controller } from "./loop.ts";
import { reconcileNamespace } from "./namespaces.ts";
import { runPod } from "./nodes.ts";
import { reconcileReplicaSet } from "./replica-sets.ts";
import { reconcileRollout } from "./rollouts.ts";
import { reconcileStatefulSet } from "./stateful-sets.ts";

/** The controllers of the emulated cluster, in the order in which they look. */
export const CONTROLLERS: readonly Controller[] = [
  forEvery(NAMESPACES, reconcileNamespace),
  collectGarbage,
  forEvery(DEPLOYMENTS, reconcileDeployment),
  forEvery(ROLLOUTS, reconcileRollout),
  forEvery(REPLICA_SETS, reconcileReplicaSet),
  forEvery(DAEMON_SETS, reconcileDaemonSet),
  forEvery(STATEFUL_SETS, reconcileStatefulSet),
  forEvery(JOBS, reconcileJob),
  forEvery(PODS, runPod),
];
