import { camelCase } from "./camel-case.ts";
import { fixJson, labeledJson, serviceAccountJson } from "./json-forms.ts";
import { firstBroken, type ChainReport, type LinkFinding } from "../verification/chain.ts";

/** The result of `verify` (docs/json.md). */
export function chainsResult(reports: readonly ChainReport[]): object {
  return { chains: reports.map(chainJson) };
}

function chainJson(report: ChainReport): object {
  const { subject, serviceAccount, way, verdict, links, notChecked } = report;
  const broken = firstBroken(report);
  return {
    subject: { ...subject, kind: subject.kind === "serviceaccount" ? "serviceAccount" : subject.kind },
    serviceAccount: serviceAccount === undefined ? null : serviceAccountJson(serviceAccount),
    way: camelCase(way),
    verdict,
    firstBroken: broken === undefined ? null : { link: broken.link, ...remarkJson(broken) },
    links: links.map(({ link, status, message, findings }) => ({
      link,
      status,
      message,
      findings: findings.map(remarkJson),
    })),
    notChecked,
  };
}

/** A finding of a link, or a remark of `doctor`, which has no row. */
export function remarkJson(
  remark: Omit<LinkFinding, "row" | "code"> & { readonly row?: string; readonly code: string },
): object {
  const { level, row, code, message, evidence, fix } = remark;
  return {
    level,
    ...(row !== undefined && { row }),
    code,
    message,
    evidence: labeledJson(Object.entries(evidence)),
    fix: fixJson(fix),
  };
}
