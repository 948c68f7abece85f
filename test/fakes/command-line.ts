import { Organization } from "./organizations.ts";
import type { Aws } from "../../src/aws/clients.ts";
import type { AwsPort } from "../../src/aws/port.ts";
import type { Network } from "../../src/commands/shared/session/network.ts";
import { isFailure, type Failure } from "../../src/model/failure.ts";
import { buildProgram } from "../../src/program.ts";
import { NO_WAITING } from "./clock.ts";
import { FakeEvents } from "./events.ts";
import { FakeLease } from "./leases.ts";
import { listeningContext, type Heard } from "./terminal.ts";
import { SECOND_PROFILE, type World } from "./world.ts";

/** How a command line ended. */
export interface Ended {
  /** `undefined` where it ended well. */
  readonly failure: Failure | undefined;
  readonly heard: Heard;
}

/**
 * Runs a whole command line in a world in memory, as `main` does.
 * @throws whatever is thrown that is not a failure: a bug
 */
export async function runIn(world: World, line: string): Promise<Ended> {
  const { context, heard } = listeningContext();
  const args = line.split(" ").filter((word) => word !== "");
  const program = await buildProgram(
    args,
    { ...context, network: networkOf(world), clock: NO_WAITING },
    "0.0.0",
  );
  try {
    await program.parseAsync(args, { from: "user" });
    return { failure: undefined, heard };
  } catch (error) {
    if (isFailure(error)) return { failure: error, heard };
    throw error;
  }
}

/** Runs a command line that has to end well. */
export async function runWell(world: World, line: string): Promise<void> {
  const { failure, heard } = await runIn(world, line);
  if (failure !== undefined) throw failure;
  if (heard.code !== 0) throw new Error(`${line}: exit ${heard.code}\n${heard.out.join("\n")}`);
}

/** The network of a world in memory. */
export function networkOf(world: World): Network {
  const { aws, secondAws, cloudFormation, cluster, kubernetes, watches } = world;
  const reached = (port: AwsPort): Aws => ({
    ...port,
    cloudFormation,
    organizations: new Organization().port(),
    region: cluster.region,
    overrides: async () => ({}),
    as: () => reached(port),
    close: () => undefined,
  });
  return {
    connectAws: async ({ profile }) => reached(profile === SECOND_PROFILE ? secondAws : aws),
    connectKubernetes: async () => ({
      api: kubernetes,
      watches,
      leases: new FakeLease(),
      events: new FakeEvents(),
      close: () => undefined,
    }),
  };
}
