import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openHostileEnvironment, type HostileEnvironment } from "../hostile-environment.ts";
import { irsa } from "../irsa.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

let place: HostileEnvironment;

beforeEach(async () => {
  place = await openHostileEnvironment();
});
afterEach(async () => place.close());

test("docs/demo.txt, docs/demo.svg and the README show what it says now", async () => {
  const checked = promisify(execFile)(process.execPath, ["scripts/demo-doc.mjs", "--check"], {
    cwd: PROJECT,
  });
  await expect(checked).resolves.toEqual({ stdout: "", stderr: "" });
});

test("the demo tells the story to its end, and leaves nothing", async () => {
  const { HOME = "" } = place.variables;
  const before = await readdir(HOME);
  const { code, stdout } = await irsa(["demo"], place.variables);
  expect(code).toBe(0);
  const told = [
    "$ irsa associate-oidc --cluster demo",
    "No changes made. Re-run with --approve to apply.",
    "$ irsa associate-oidc --cluster demo --approve",
    "Registered: arn:aws:iam::111122223333:oidc-provider/",
    "$ irsa create-sa --cluster demo -n amazon-cloudwatch --name cloudwatch-agent",
    "Ready. Pods with serviceAccountName: cloudwatch-agent",
    "AWS_ROLE_ARN                 arn:aws:iam::111122223333:role/demo-amazon-cloudwatch-cloudwatch-agent-",
    "STS         accepted",
    "token        system:serviceaccount:default:cloudwatch-agent",
    "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    "IAM      CreateRole",
    "cluster  create serviceaccounts       amazon-cloudwatch/cloudwatch-agent",
  ];
  // Each after the one before.
  let at = 0;
  for (const text of told) {
    expect(stdout.slice(at)).toContain(text);
    at = stdout.indexOf(text, at) + text.length;
  }
  expect(stdout).not.toMatch(/eyJ|k8s-aws-v1|SecretAccessKey/);
  expect(await readdir(HOME)).toEqual(before);
});

test("the story of Pod Identity is told to its end, and leaves nothing", async () => {
  const { HOME = "" } = place.variables;
  const before = await readdir(HOME);
  const { code, stdout } = await irsa(["demo", "--pod-identity"], place.variables);
  expect(code).toBe(0);
  const told = [
    "irsa associate-agent --cluster demo --approve",
    "Installed: eks-pod-identity-agent v1.3.9-eksbuild.3, ready on 1 node",
    "kube-system/eks-pod-identity-agent-",
    "--pod-identity --approve",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI      http://169.254.170.23/v1/credentials",
    "EKS Auth    accepted",
    "assumed-role/demo-amazon-cloudwatch-cloudwatch-agent-",
    "Works: EKS gives its pods credentials by Pod Identity.",
    "token        system:serviceaccount:default:cloudwatch-agent",
    "ResourceNotFoundException: The token included in the request has no service account role association",
    "EKS      CreatePodIdentityAssociation",
  ];
  // Each after the one before.
  let at = 0;
  for (const text of told) {
    expect(stdout.slice(at)).toContain(text);
    at = stdout.indexOf(text, at) + text.length;
  }
  expect(stdout).not.toMatch(/eyJ|k8s-aws-v1|SecretAccessKey/);
  expect(await readdir(HOME)).toEqual(before);
});
