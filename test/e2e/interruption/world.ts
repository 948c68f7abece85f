import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment, clientEnvironment, startSandbox } from "irsa-sandbox";
import type { Faults, Recorder, RoleState } from "irsa-sandbox/parts";
import { clusterOf } from "../cluster.ts";
import { irsa } from "../irsa.ts";
import { AWS_ACCOUNT, CLUSTER_ARN, OTHERS } from "./place.ts";

/** A sandbox that runs on a folder, and what its clients find it by. */
export interface RunningWorld {
  readonly environment: Readonly<Record<string, string>>;
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** Ends it; the folder keeps all. */
  readonly stop: () => Promise<void>;
}

/** Starts the sandbox that a folder keeps. */
export async function startIn(folder: string): Promise<RunningWorld> {
  const sandbox = await startSandbox({ clusters: [CLUSTER_ARN], dir: folder });
  const { faults, recorder } = sandbox.aws;
  const own = { PATH: process.env["PATH"], HOME: folder };
  const environment = childEnvironment(own, clientEnvironment(sandbox, {}));
  return { environment: environment as Record<string, string>, faults, recorder, stop: sandbox.stop };
}

/** A folder of its own with what another keeps. */
export function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), "irsa-interruption-"));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** A folder with a world in which others live, and a Deployment that runs with the ServiceAccount `shop/cart`. */
export async function worldOfOthers(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "irsa-interruption-"));
  const sandbox = await startSandbox({ clusters: [CLUSTER_ARN], dir: folder });
  const kubeconfig = clientEnvironment(sandbox, {}).set["KUBECONFIG"] ?? "";
  sandbox.aws.store.write(AWS_ACCOUNT, ({ roles, providers, instanceProfiles }) => {
    for (const name of OTHERS.roles) roles[name] = role(name);
    instanceProfiles["nodes"] = { ...named("instance-profile", "nodes"), roles: [OTHERS.roles[0]] };
    providers[OTHERS.provider] = {
      arn: OTHERS.provider,
      url: OTHERS.provider.slice(OTHERS.provider.indexOf("/") + 1),
      clientIds: ["sts.amazonaws.com"],
      thumbprints: [],
      tags: { owner: "platform" },
      created: CREATED,
    };
  });
  await clusterOf({ adminKubeconfig: kubeconfig }).apply(OBJECTS);
  await sandbox.stop();
  return folder;
}

/** A folder as it is after these command lines. @throws Error where one does not end well */
export async function after(folder: string, lines: readonly string[]): Promise<string> {
  const copy = copyOf(folder);
  const world = await startIn(copy);
  for (const line of lines) {
    const { code, stderr } = await irsa(line.split(" "), world.environment, { cwd: copy });
    if (code !== 0) throw new Error(`irsa ${line}: exit ${code}\n${stderr}`);
  }
  await world.stop();
  return copy;
}

const CREATED = "2026-11-01T08:00:00Z";

function named(kind: string, name: string) {
  const arn = `arn:aws:iam::${AWS_ACCOUNT}:${kind}/${name}`;
  return { arn, id: `ID${name.toUpperCase()}`, name, path: "/", created: CREATED };
}

function role(name: string): RoleState {
  return {
    ...named("role", name),
    description: undefined,
    trust: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        {
          Effect: "Allow",
          Principal: { Federated: OTHERS.provider },
          Action: "sts:AssumeRoleWithWebIdentity",
        },
      ],
    }),
    maxSessionDuration: 3600,
    boundary: undefined,
    tags: { owner: "data" },
    attached: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    inline: { extra: '{"Version":"2012-10-17","Statement":[]}' },
  };
}

const deployment = (namespace: string, name: string, serviceAccount: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: ${namespace}, name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${serviceAccount}, containers: [{ name: app, image: shop }] }
`;

const serviceAccount = (namespace: string, name: string): string => `---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: ${namespace}, name: ${name}, annotations: { note: kept } }
`;

const namespace = (name: string): string => `---
apiVersion: v1
kind: Namespace
metadata: { name: ${name} }
`;

const OBJECTS = [
  namespace("team"),
  serviceAccount("team", "theirs"),
  deployment("team", "theirs", "theirs"),
  namespace("shop"),
  serviceAccount("shop", "cart"),
  deployment("shop", "cart", "cart"),
  deployment("shop", "basket", "default"),
].join("");
