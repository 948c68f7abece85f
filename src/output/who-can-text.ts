import type { ChainToRole, OpenRole, WhoCan, WhoCanSubject } from "../model/access-answers.ts";
import type { ClusterRef } from "../model/arn.ts";
import { counted } from "../model/counted.ts";
import { listText } from "../model/list-text.ts";
import { roleChainText } from "../model/role-chain-text.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { certainty, notReadLines, SHOWN, wayCells } from "./access-text.ts";
import { aligned, table } from "./columns.ts";
import { line, type Piece, type Styles } from "./line.ts";

/** Who can assume a role, as text. */
export function whoCanLines(answer: WhoCan, color: Styles): Piece[] {
  const { role, clusters, subjects } = answer;
  const rows = subjects.slice(0, SHOWN).map((one) => subjectRow(one, clusters.length > 1));
  const head = [
    ...(clusters.length > 1 ? ["cluster"] : []),
    "ServiceAccount",
    "by",
    "allowed",
    "statement",
    "pods",
  ];
  const more = subjects.length - rows.length;
  return [
    "",
    ...aligned([
      ["role", role],
      [clusters.length > 1 ? "clusters" : "cluster", clusters.map(({ name }) => name).join(", ")],
    ]),
    "",
    ...(subjects.length === 0 ? [`  ${nobody(answer)}`] : withHead(table([head, ...rows]), color)),
    ...(more > 0 ? [`  … and ${more} more; use -o json to list all`] : []),
    ...openLines(answer, clusters, color),
    ...nextNodesLines(answer, color),
    ...chainLines(answer, color),
    ...notReadLines(answer.notRead, color),
  ];
}

function nextNodesLines({ nextNodes }: WhoCan, color: Styles): Piece[] {
  if (nextNodes.length === 0) return [];
  const names = listText(nextNodes);
  return [
    "",
    line`  ${color.yellow("!")} Nodes that don't run yet will have it, and pods on them may get it: ${names}`,
  ];
}

function withHead([head = "", ...rows]: readonly Piece[], color: Styles): Piece[] {
  return [color.dim(head), ...rows];
}

function nobody({ open, notRead, chains }: WhoCan): string {
  if (notRead.length > 0) return "No ServiceAccount was found that can assume it.";
  if (chains.length > 0 && open === null) return "No ServiceAccount can assume it directly.";
  return open === null ? "No ServiceAccount can assume it." : "No existing ServiceAccount can assume it.";
}

/** Who reaches the role through others, a row for each ServiceAccount and chain. */
function chainLines({ chains, clusters }: WhoCan, color: Styles): Piece[] {
  if (chains.length === 0) return [];
  const all = chains.flatMap((chain) => chain.subjects.map((subject) => ({ chain, subject })));
  const rows = all.slice(0, SHOWN).map(({ chain, subject }) => {
    const { cluster, serviceAccount } = subject;
    return [
      ...(clusters.length > 1 ? [cluster.name] : []),
      serviceAccountPath(serviceAccount),
      wayText(subject),
      roleChainText(chain.roles),
      chainCertainty(chain, subject),
      podsText(subject),
    ];
  });
  const more = all.length - rows.length;
  const head = [
    ...(clusters.length > 1 ? ["cluster"] : []),
    "ServiceAccount",
    "by",
    "roles",
    "allowed",
    "pods",
  ];
  return [
    "",
    line`  ${color.bold("Through other roles")}`,
    ...(rows.length === 0 ? [] : withHead(table([head, ...rows]), color)),
    ...(more > 0 ? [`  … and ${more} more; use -o json to list all`] : []),
    ...chains.flatMap((chain) => openLines(chain, clusters, color, ` through ${roleChainText(chain.roles)}`)),
  ];
}

/** For certain only if both are: that the ServiceAccount can assume the first role, and that this leads to the last one. */
function chainCertainty({ verdict, unknownKeys }: ChainToRole, subject: WhoCanSubject): string {
  if (verdict === "allow") return certainty(subject);
  const keys = unknownKeys.length === 0 ? "what is not known" : unknownKeys.join(", ");
  return subject.verdict === "allow" ? `depends on ${keys}` : `${certainty(subject)}; depends on ${keys}`;
}

function subjectRow(subject: WhoCanSubject, withCluster: boolean): string[] {
  const { cluster, serviceAccount } = subject;
  const [, ...more] = wayCells(subject);
  return [
    ...(withCluster ? [cluster.name] : []),
    serviceAccountPath(serviceAccount),
    wayText(subject),
    ...more,
    podsText(subject),
  ];
}

function wayText(subject: WhoCanSubject): string {
  const [way = ""] = wayCells(subject);
  return subject.sessionPolicy === undefined ? way : `${way}, with a session policy`;
}

function podsText({ exists, pods }: WhoCanSubject): string {
  if (exists === false) return "does not exist";
  if (pods === null) return "pods unknown";
  if (pods.length === 0) return "no pods";
  return counted(pods.length, "pod");
}

function openLines(
  { open, openPatterns }: OpenRole,
  clusters: readonly ClusterRef[],
  color: Styles,
  how = "",
): Piece[] {
  const names = clusters.map(({ name }) => name).join(" or ");
  const who = {
    "any-provider": `Anyone with a token from any identity provider in this AWS account can assume it${how}: the trust policy does not specify a provider.`,
    "any-account": `Anyone who can create a ServiceAccount in ${names} can assume it${how}, whatever its subject.`,
    pattern: `Anyone who can create a matching ServiceAccount can assume it${how}: ${openPatterns.join(", ")}`,
  };
  return open === null ? [] : ["", line`  ${color.yellow("!")} ${who[open]}`];
}
