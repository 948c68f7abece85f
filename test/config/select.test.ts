import { describe, expect, it } from "vitest";
import { selectServiceAccounts } from "../../src/config/select.ts";
import { fileOf, read } from "./read.ts";

const READS = "attachPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]";
const { serviceAccounts } = read(
  fileOf(
    ...["payments/reader", "payments/writer", "search/indexer"].map((path) => {
      const [namespace, name] = path.split("/");
      return `metadata: { namespace: ${namespace}, name: ${name} }\n${READS}`;
    }),
  ),
);
const named = (selection: Parameters<typeof selectServiceAccounts>[1]) =>
  selectServiceAccounts(serviceAccounts, selection).serviceAccounts.map(
    ({ serviceAccount }) => serviceAccount.name,
  );

describe("--include and --exclude", () => {
  it.each([
    [{}, ["reader", "writer", "indexer"]],
    [{ include: ["payments/*"] }, ["reader", "writer"]],
    [{ include: ["*er"] }, ["reader", "writer", "indexer"]],
    [{ include: ["payments/?eader"] }, ["reader"]],
    [{ exclude: ["payments/*"] }, ["indexer"]],
    [{ include: ["payments/*"], exclude: ["*/writer"] }, ["reader"]],
    [{ include: ["PAYMENTS/*"] }, []],
  ])("%j", (selection, expected) => expect(named(selection)).toEqual(expected));

  it("say how many are left out, and which glob meets nothing", () => {
    const { notes } = selectServiceAccounts(serviceAccounts, { include: ["payments/*", "billing/*"] });
    expect(notes.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      "warning: no ServiceAccount of the file matches 'billing/*'",
      "info: 1 of 3 ServiceAccounts are excluded by --include and --exclude",
    ]);
    expect(selectServiceAccounts(serviceAccounts, {}).notes).toEqual([]);
  });
});
