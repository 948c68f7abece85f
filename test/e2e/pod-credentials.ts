import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invocation, irsa, type Run } from "./irsa.ts";
import { startRunningSandbox, type RunningSandbox } from "./real/clients/running-sandbox.ts";

const ROLE = "arn:aws:iam::111122223333:role/by-association";

/**
 * Pods of a running sandbox, run on this machine by `sandbox exec`: what an application gets by either way.
 * @param application prints the ARN of who it is, as its SDK finds out with no configuration
 */
export function describePodCredentials(sdk: string, application: () => Promise<readonly string[]>): void {
  let sandbox: RunningSandbox;
  let words: readonly string[];
  let eks: EKSClient;
  let iam: IAMClient;
  const run = (...args: readonly string[]): Promise<Run> => irsa(args, sandbox.environment);
  const exec = (path: string): Promise<Run> => run("sandbox", "exec", path, "--", ...words);

  beforeAll(async () => {
    words = await application();
    sandbox = await startRunningSandbox();
    [eks, iam] = [new EKSClient(sandbox.client), new IAMClient(sandbox.client)];
    for (const args of [
      ["associate-oidc", "--cluster", "sandbox", "--approve"],
      [
        "create-sa",
        "--cluster",
        "sandbox",
        "shop/irsa",
        "--role-name",
        "by-annotation",
        "--policy-arn",
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "--approve",
      ],
    ])
      expect(await run(...args)).toMatchObject({ code: 0 });
    await iam.send(
      new CreateRoleCommand({
        RoleName: "by-association",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "pods.eks.amazonaws.com" },
              Action: ["sts:AssumeRole", "sts:TagSession"],
            },
          ],
        }),
      }),
    );
    await eks.send(new CreateAddonCommand({ clusterName: "sandbox", addonName: "eks-pod-identity-agent" }));
  });

  afterAll(async () => {
    for (const client of [eks, iam]) client.destroy();
    await sandbox.stop();
  });

  const associate = async (): Promise<string> => {
    const { association } = await eks.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: "sandbox",
        namespace: "shop",
        serviceAccount: "irsa",
        roleArn: ROLE,
      }),
    );
    return association?.associationId ?? "";
  };

  /** The last call of the agent: SDKs don't all tell why they have no credentials. */
  const lastExchange = async (): Promise<unknown> => {
    const { AWS_ENDPOINT_URL: url = "", IRSA_SANDBOX_TOKEN: token = "" } = sandbox.environment;
    const response = await fetch(`${url}/_irsa/calls`, { headers: { authorization: `Bearer ${token}` } });
    const calls = (await response.json()) as readonly { readonly action: string }[];
    return calls.findLast(({ action }) => action === "AssumeRoleForPodIdentity");
  };

  describe(`${sdk}, unchanged, in a pod of the sandbox`, () => {
    it("has the role of the annotation, then that of the association, which wins, and then the former again", async () => {
      const byAnnotation = {
        code: 0,
        stdout: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/by-annotation\//) as string,
      };
      expect(await exec("shop/irsa")).toMatchObject(byAnnotation);
      const associationId = await associate();
      expect(await exec("shop/irsa")).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          /^arn:aws:sts::111122223333:assumed-role\/by-association\/eks-sandbox-local-/,
        ) as string,
      });
      await eks.send(new DeletePodIdentityAssociationCommand({ clusterName: "sandbox", associationId }));
      expect(await exec("shop/irsa")).toMatchObject(byAnnotation);
    });

    it("has no credentials with a ServiceAccount without a role, not even the user's own", async () => {
      const { code, stdout } = await exec("shop/default");
      expect([code === 0, stdout]).toEqual([false, ""]);
    });

    it("is refused once the association is deleted, though the pod still runs", async () => {
      const associationId = await associate();
      // The application is asked again in the same pod, when the association is gone.
      const script = '"$@" && read -r go && "$@"';
      const args = ["sandbox", "exec", "shop/irsa", "--", "sh", "-c", script, "-", ...words];
      const child = spawn(...invocation(args), { env: sandbox.environment });
      const exited = once(child, "exit");
      const said = { stdout: "", stderr: "" };
      child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString("utf8")));
      child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString("utf8")));
      await Promise.race([once(child.stdout, "data"), exited]);
      await eks.send(new DeletePodIdentityAssociationCommand({ clusterName: "sandbox", associationId }));
      child.stdin.end("go\n");
      const [code] = (await exited) as [number | null];
      expect(said.stdout.trim().split("\n")).toEqual([
        expect.stringContaining(":assumed-role/by-association/"),
      ]);
      expect(code).not.toBe(0);
      expect(await lastExchange()).toMatchObject({ status: 404, errorCode: "ResourceNotFoundException" });
    });
  });
}
