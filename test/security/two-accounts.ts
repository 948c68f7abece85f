import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import { irsa, type Run } from "../e2e/irsa.ts";
import { answering } from "../worlds/answering.ts";
import { cleanEnvironment } from "../worlds/environment.ts";
import { requireClusterArn } from "../worlds/sandbox-world.ts";

export const OWN = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";
export const OTHER_AWS_ACCOUNT = "444455556666";
export const THEIRS = `arn:aws:eks:eu-west-1:${OTHER_AWS_ACCOUNT}:cluster/prod`;
export const ELSEWHERE = "arn:aws:eks:us-east-1:111122223333:cluster/prod";

/** Two AWS accounts with a cluster `prod` each, and another of that name in another region of the first. */
export interface TwoServiceAccounts {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs irsa as the first account's administrator by default. */
  readonly run: (args: readonly string[], changes?: Readonly<Record<string, string>>) => Promise<Run>;
  /** The calls that changed something since it was last asked. */
  readonly writes: () => readonly string[];
}

/** Starts them. */
export async function startTwoServiceAccounts(): Promise<TwoServiceAccounts> {
  const sandbox = await startSandbox({ clusters: [OWN, THEIRS, ELSEWHERE].map(requireClusterArn) });
  const { set } = clientEnvironment(sandbox, {});
  const environment = { ...cleanEnvironment(sandbox.folder), ...set };
  return {
    sandbox,
    folder: sandbox.folder,
    environment,
    run: (args, changes = {}) => irsa(args, { ...environment, ...changes }),
    writes() {
      const made = sandbox.aws.recorder.calls().filter(({ write }) => write);
      sandbox.aws.recorder.clear();
      return made.map(({ service, action }) => `${service}:${action}`);
    },
  };
}

/** An AWS endpoint in between, which answers DescribeCluster with an answer of its own. */
export interface LyingEndpoint {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

type Answer = { cluster?: Record<string, unknown> };

/** Passes everything on to the endpoint, and changes its description of clusters. */
export async function startLyingEndpoint(
  endpoint: string,
  lie: (answer: Answer) => Answer,
): Promise<LyingEndpoint> {
  const { hostname, port } = new URL(endpoint);
  const server = createServer(
    answering(async (incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      const passed = request({ hostname, port, method, path, headers }, (answer) => {
        void (async () => {
          const body = await buffer(answer);
          const told = /^\/clusters\/[^/]+$/.test(path ?? "")
            ? JSON.stringify(lie(JSON.parse(body.toString("utf8")) as Answer))
            : body;
          outgoing.writeHead(answer.statusCode ?? 500, {
            "content-type": answer.headers["content-type"] ?? "",
          });
          outgoing.end(told);
        })();
      });
      passed.on("error", () => outgoing.destroy()).end(await buffer(incoming));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
