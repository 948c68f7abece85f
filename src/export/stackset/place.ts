import { splitArn } from "../../model/arn.ts";
import type { ExportModel } from "../model.ts";

/** Where an instance of a stack set is, with what is its own there, by the name that a template has for it. */
export interface Place {
  readonly awsAccount: string;
  readonly region: string;
  readonly values: Readonly<Record<Variable, string>>;
}

/** What differs from place to place and is known in each: the first three to CloudFormation itself, the others by a mapping. */
export const VARIABLES = [
  "AWS::Partition",
  "AWS::AccountId",
  "AWS::Region",
  "Issuer",
  "ClusterName",
] as const;

/** The name of such a value. */
export type Variable = (typeof VARIABLES)[number];

/** The place of a cluster's model. */
export function placeOf({ cluster, issuer }: ExportModel): Place {
  const { awsAccount, region, name } = cluster;
  return {
    awsAccount,
    region,
    values: {
      "AWS::Partition": splitArn(cluster.arn)?.partition ?? "aws",
      "AWS::AccountId": awsAccount,
      "AWS::Region": region,
      Issuer: issuer.replace("https://", ""),
      ClusterName: name,
    },
  };
}
