import { asOf } from "../../watch/source-health.ts";
import { one, seconds, type Family, type MetricsView, type Sample } from "../family.ts";

/** The watch itself: what it knows, and since when. */
export const WATCH_FAMILIES: readonly Family[] = [
  {
    name: "irsa_build_info",
    type: "gauge",
    help: "1, with the versions of irsa and Node",
    labels: ["version", "node_version"],
    samples: ({ version }) => [[[version, process.versions.node], 1]],
  },
  {
    name: "irsa_cluster_info",
    type: "gauge",
    help: "1, with the cluster that is watched",
    labels: ["cluster", "region", "aws_account"],
    samples: ({ cluster }) =>
      cluster === undefined ? [] : [[[cluster.name, cluster.region, cluster.awsAccount], 1]],
  },
  {
    name: "irsa_leader",
    type: "gauge",
    help: "With --lease: 1 for the replica that watches, 0 for one on standby, which has no metrics of the cluster",
    labels: [],
    samples: ({ isLeader }) => one(isLeader === undefined ? undefined : Number(isLeader)),
  },
  {
    name: "irsa_source_up",
    type: "gauge",
    help: "1 for an AWS service, or a kind of object in the cluster, that can be read; 0 while it can't",
    labels: ["source"],
    samples: ({ sources }) =>
      [...sources].map(([source, { asOf: at, lost }]): Sample => [
        [source],
        at !== undefined && lost === undefined ? 1 : 0,
      ]),
  },
  {
    name: "irsa_source_last_success_timestamp_seconds",
    type: "gauge",
    help: "Time when a source was last read",
    labels: ["source"],
    samples: ({ sources }) =>
      [...sources].flatMap(([source, { asOf: at }]): readonly Sample[] =>
        at === undefined ? [] : [[[source], at / 1000]],
      ),
  },
  {
    name: "irsa_snapshot_age_seconds",
    type: "gauge",
    help: "Age of the oldest data about the cluster and about AWS",
    labels: ["part"],
    samples: ({ now, sources }) =>
      Object.entries(asOf(sources)).flatMap(([part, at]: [string, number | undefined]): readonly Sample[] =>
        at === undefined ? [] : [[[part], Math.max(now - at, 0) / 1000]],
      ),
  },
  {
    name: "irsa_snapshot_gaps",
    type: "gauge",
    help: "Items that the audit could not read; findings may be missing",
    labels: [],
    samples: ({ latest }) => one(latest?.round.observed.inventory.gaps.length),
  },
  {
    name: "irsa_last_sync_timestamp_seconds",
    type: "gauge",
    help: "Time when the last evaluation ended",
    labels: [],
    samples: ({ latest }) => one(seconds(latest?.at)),
  },
  {
    name: "irsa_events_total",
    type: "counter",
    help: "Events that irsa watch has reported, by their names in JSON",
    labels: ["event"],
    samples: ({ events }) => [...events].map(([event, count]): Sample => [[event], count]),
  },
  figure("process_cpu_seconds_total", "counter", "CPU time, user and system", (own) => own.cpuSeconds),
  figure("process_resident_memory_bytes", "gauge", "Resident memory", (own) => own.residentBytes),
  figure("process_start_time_seconds", "gauge", "When the process started", (own) => own.startedSeconds),
];

function figure(
  name: Family["name"],
  type: Family["type"],
  help: string,
  value: (figures: MetricsView["process"]) => number,
): Family {
  return { name, type, help, labels: [], samples: (view) => one(value(view.process)) };
}
