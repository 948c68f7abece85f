import { serviceAccountPath } from "../model/service-account-ref.ts";
import { firstBroken, type ChainReport } from "../verification/chain.ts";

/** The chains as versioned JSON (docs/json.md). */
export function chainsJson(reports: readonly ChainReport[]): object {
  return { schemaVersion: 1, results: reports.map(chainJson) };
}

function chainJson(report: ChainReport): object {
  const { subject, serviceAccount, verdict, links } = report;
  const broken = firstBroken(report);
  return {
    subject: {
      ...subject,
      ...(serviceAccount !== undefined && { serviceAccount: serviceAccountPath(serviceAccount) }),
    },
    verdict,
    firstBroken: broken === undefined ? null : withoutLevel(broken),
    links: links.map(({ link, status, message, findings }) => ({
      link,
      status,
      message,
      ...(findings.length > 0 && { findings }),
    })),
  };
}

function withoutLevel({
  link,
  row,
  code,
  message,
  evidence,
  fix,
}: NonNullable<ReturnType<typeof firstBroken>>) {
  return { link, row, code, message, evidence, fix };
}
