import { CreateAddonCommand, EKSClient } from "@aws-sdk/client-eks";
import type { World } from "../../worlds/world.ts";

/** Runs a command of the AWS CLI by the API call that it makes. */
export async function runAws({ aws }: World, words: readonly string[]): Promise<void> {
  const value = (flag: string): string | undefined => words[words.indexOf(flag) + 1];
  const [service, operation] = words;
  if (service !== "eks" || operation !== "create-addon")
    throw new Error(`the test knows no such command: aws ${words.join(" ")}`);
  if (value("--region") !== aws.region) throw new Error(`not the cluster's region: ${words.join(" ")}`);
  const eks = new EKSClient({ endpoint: aws.url, region: aws.region, credentials: aws.keys.admin });
  const [clusterName, addonName] = [value("--cluster-name"), value("--addon-name")];
  await eks.send(new CreateAddonCommand({ clusterName, addonName }));
  eks.destroy();
}
