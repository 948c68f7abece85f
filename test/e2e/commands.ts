import { CLUSTER_NAME } from "../worlds/world.ts";

/** The command lines of the story, as its users type them. */
export const STORY = {
  associate: ["associate-oidc", "--cluster", CLUSTER_NAME, "--approve"],
  create: [
    "create-sa",
    "--cluster",
    CLUSTER_NAME,
    "--namespace",
    "amazon-cloudwatch",
    "--name",
    "cloudwatch-agent",
    "--policy-arn",
    "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
    "--override-existing-serviceaccounts",
    "--approve",
  ],
} as const;

/** `create-sa` for a ServiceAccount, with further flags. */
export function createSa(serviceAccount: string, ...flags: readonly string[]): string[] {
  const [namespace = "", name = ""] = serviceAccount.split("/");
  return ["create-sa", "--cluster", CLUSTER_NAME, "--namespace", namespace, "--name", name, ...flags];
}

export const S3_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
