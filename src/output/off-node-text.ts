import { counted } from "../model/counted.ts";
import { listText } from "../model/list-text.ts";
import type { Breaking, OffNodeAnswer, OffNodeRole, OffNodeWorkload } from "../model/off-node.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { notReadLines } from "./access-text.ts";
import { aligned, table, type Row } from "./columns.ts";
import { commandLine } from "./command-text.ts";
import { documentLines } from "./documents.ts";
import { line, type Piece, type Styles } from "./line.ts";
import { periodText, policyText, proposalWarnings, serviceLines } from "./narrow-text.ts";

/** Which workloads can leave the role of their nodes and how, and what would break without it. */
export function offNodeLines(answer: OffNodeAnswer, file: string | undefined, color: Styles): Piece[] {
  const { cluster, roles } = answer;
  return [
    "",
    ...aligned([["cluster", cluster.name], ...roles.flatMap(roleRows)]),
    ...workloadLines(answer, color),
    ...(roles.length === 0 ? [] : proposalLines(answer, file, color)),
    ...(roles.length === 0 ? [] : breakLines(answer, color)),
    ...notReadLines(answer.notRead, color),
  ];
}

function roleRows({ role, sources, period, policies }: OffNodeRole): Row[] {
  const beyond = policies.map(
    ({ policy, beyond: actions }) =>
      `${policyText(policy)}: ${actions === undefined ? "could not be read" : listText(actions)}`,
  );
  return [
    ["node role", role],
    ...(sources.length === 0 ? [] : [["  used by", sources] as const]),
    ["  usage data", periodText(period)],
    ["  beyond what nodes need", beyond.length === 0 ? "nothing" : beyond],
  ];
}

const REACHES: Readonly<Record<Breaking["reach"], string>> = {
  certain: "gets the role",
  possible: "gets the role unless a network policy or firewall prevents it",
  unknown: "may get the role: instance metadata options not known",
};

const STATES: Readonly<Record<OffNodeWorkload["state"], string>> = {
  "on-node-role": "uses or may use the role of its nodes",
  "restart-needed": "its ServiceAccount has a role; restart it (irsa stale-pods)",
  "has-identity": "has an identity of its own",
  "not-reached": "can't get the role of its nodes",
  "no-pods": "has no pods on nodes now; name the role with --node-role",
  "not-found": "does not exist or is of a kind that irsa does not know, although pods have it as their owner",
};

function workloadLines({ workloads }: OffNodeAnswer, color: Styles): Piece[] {
  const title = line`  ${color.bold("Workloads")}`;
  if (workloads.length === 0)
    return ["", title, "    No workloads without an identity of their own run on nodes with a role."];
  const rows = workloads.map((one): Row => {
    const { state, reach, notes, pods, target } = one;
    const how = state === "on-node-role" && reach !== undefined ? REACHES[reach] : STATES[state];
    const moves = target === undefined ? [] : [`moves to ServiceAccount ${serviceAccountPath(target)}`];
    return [
      `${one.namespace}/${one.workload}`,
      [
        `${counted(pods, "pod")}; ${how}`,
        ...moves,
        ...notes.map((note) => line`${color.yellow("!")} ${note}`),
      ],
    ];
  });
  return ["", title, ...aligned(rows, "    ")];
}

function proposalLines(answer: OffNodeAnswer, file: string | undefined, color: Styles): Piece[] {
  const { document, roles, instanceKeys, ofNodes } = answer;
  const services = roles.flatMap((one) => one.services);
  const title = line`  ${color.bold("Proposed policy")}`;
  if (document === undefined)
    return [
      "",
      title,
      "    None: the role allows nothing beyond what nodes need, or nothing of it was used.",
    ];
  const shortest = roles.toSorted((one, other) => one.period.days - other.period.days)[0];
  const warnings = [
    "It has what all pods on the nodes used together. Remove what the workload does not call.",
    ...(shortest === undefined ? [] : proposalWarnings({ ...answer, period: shortest.period })),
    ...(ofNodes.length === 0
      ? []
      : [`Left out, since nodes use them too; add those that the workload calls: ${listText(ofNodes, 12)}`]),
    ...(instanceKeys.length === 0
      ? []
      : [
          `Only credentials of instances have ${listText(instanceKeys)}: its statements allow nothing to pods.`,
        ]),
  ];
  const commands = distinct(answer.workloads.flatMap((one) => one.commands));
  return [
    "",
    file === undefined ? title : line`  ${color.bold("Proposed policy")} in ${file}`,
    ...(file === undefined ? documentLines(document).map((text) => line`    ${text}`) : []),
    ...serviceLines({ ...answer, services }, color),
    "",
    ...warnings.map((text) => line`  ${color.yellow("!")} ${text}`),
    ...(commands.length === 0
      ? []
      : [
          "",
          file === undefined
            ? `  To apply it, save the policy with --file ${answer.file}, review it, and run:`
            : "  To apply it, review the policy and run:",
          ...commands.map(commandLine),
        ]),
  ];
}

/** Two workloads may move to one ServiceAccount. */
function distinct<T extends readonly string[]>(commands: readonly T[]): readonly T[] {
  return [...new Map(commands.map((words) => [JSON.stringify(words), words])).values()];
}

function breakLines({ breaks, notKnown }: OffNodeAnswer, color: Styles): Piece[] {
  const rows = breaks.map(({ namespace, workload, serviceAccount, reach, hostNetwork, pods }) => [
    `${namespace}/${workload}`,
    serviceAccount,
    counted(pods, "pod"),
    hostNetwork ? `hostNetwork: ${REACHES[reach]}` : REACHES[reach],
  ]);
  const none = "None that has no identity of its own and is on nodes with the role.";
  return [
    "",
    line`  ${color.bold("May break if the role is reduced to what nodes need")}`,
    ...(rows.length === 0 ? [`    ${none}`] : table([HEAD, ...rows], "    ")),
    "",
    line`  ${color.bold("Can't be known")}`,
    ...notKnown.map((text) => line`    - ${text}`),
  ];
}

const HEAD = ["WORKLOAD", "SERVICEACCOUNT", "PODS", "ROLE"];
