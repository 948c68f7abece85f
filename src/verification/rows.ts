import { AWS_ROWS } from "./rows/aws-rows.ts";
import { CLUSTER_ROWS } from "./rows/cluster-rows.ts";

/** Every problem that `verify` checks, by its code; docs/failure-modes.md is generated from it. */
export const ROWS = { ...AWS_ROWS, ...CLUSTER_ROWS };

/** A problem's code, for example `subject-mismatch`. */
export type FindingCode = keyof typeof ROWS;

/** A row of docs/failure-modes.md, for example `B1`. */
export type RowName = (typeof ROWS)[FindingCode]["row"];
