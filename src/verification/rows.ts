import { AWS_ROWS } from "./rows/aws-rows.ts";
import { CLUSTER_ROWS } from "./rows/cluster-rows.ts";

/** Every fault that is looked for, by its code; docs/failure-modes.md is made from it. */
export const ROWS = { ...AWS_ROWS, ...CLUSTER_ROWS };

/** A fault's code, as `subject-mismatch`. */
export type FindingCode = keyof typeof ROWS;

/** A row of docs/failure-modes.md, as `B1`. */
export type RowName = (typeof ROWS)[FindingCode]["row"];
