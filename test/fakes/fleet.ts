import type { Aws } from "../../src/aws/clients.ts";
import type { Network } from "../../src/commands/shared/session/network.ts";
import { clusterRef, roleRef } from "../../src/model/arn.ts";
import { Failure } from "../../src/model/failure.ts";
import { Organization } from "./organizations.ts";
import { networkOf } from "./command-line.ts";
import { aCluster } from "./values.ts";
import { aWorld, type World } from "./world.ts";

/** The AWS account of whoever runs irsa on a fleet. */
export const HOME = "999988887777";

/** AWS accounts with a cluster each, reached by roles from a home account. */
export class Fleet {
  readonly worlds = new Map<string, World>();
  readonly home = aWorld(
    aCluster({
      arn: `arn:aws:eks:eu-west-1:${HOME}:cluster/home`,
      issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/H0ME",
    }),
  );
  /** What is done with a target's credentials before they are there: fails, waits, … */
  readonly onAssume: ((role: string) => Promise<void>)[] = [];
  /** Further regions in which every AWS account has a cluster of the same name. */
  readonly otherRegions: string[] = [];
  /** The external IDs that were given, by role. */
  readonly externalIds = new Map<string, string | undefined>();
  /** The organization of the home account. */
  readonly organization = new Organization();
  /** Roles whose credentials are of another AWS account than their ARNs say. */
  readonly lies = new Map<string, string>();

  /** An AWS account with a cluster of that name. */
  with(awsAccount: string, change: (world: World) => World = (world) => world, region = "eu-west-1"): this {
    const arn = `arn:aws:eks:${region}:${awsAccount}:cluster/main`;
    const issuer = `https://oidc.eks.${region}.amazonaws.com/id/${awsAccount}`;
    this.worlds.set(awsAccount, change(aWorld(aCluster({ arn, issuer }))));
    return this;
  }

  /** What the commands reach. */
  network(): Network {
    return {
      connectAws: async (choice) => {
        const { profile } = choice;
        const world = profile === undefined ? this.home : this.#world(profile);
        const own = this.#in(await networkOf(world).connectAws(choice), world);
        return profile === undefined ? this.#assuming(own) : own;
      },
      connectKubernetes: async (options) => {
        const world = this.#world(clusterRef(options.cluster.arn).awsAccount);
        return networkOf(world).connectKubernetes(options);
      },
    };
  }

  /** The home account's, which may assume roles. */
  #assuming(own: Aws): Aws {
    return {
      ...own,
      organizations: this.organization.port(),
      as: (change) =>
        change.assume === undefined ? own.as(change) : this.#assumed(change.assume, change.region),
    };
  }

  #assumed({ roles, externalId }: NonNullable<Parameters<Aws["as"]>[0]["assume"]>, region?: string): Aws {
    const [role] = roles.slice(-1);
    if (role === undefined) throw new Error("no role to assume");
    const world = this.#world(this.lies.get(role) ?? roleRef(role).awsAccount);
    this.externalIds.set(role, externalId);
    const { sts } = world.aws;
    const aws: Aws = {
      ...world.aws,
      cloudFormation: undefined,
      organizations: this.organization.port(),
      region: region ?? world.cluster.region,
      overrides: async () => ({}),
      as: () => aws,
      close: () => undefined,
      sts: {
        ...sts,
        getCaller: async () => {
          for (const act of this.onAssume) await act(role);
          return sts.getCaller();
        },
      },
    };
    return this.#in(aws, world);
  }

  /** In another region than its cluster's, an AWS account has none, except in `otherRegions`. */
  #in(aws: Aws, world: World): Aws {
    const none = { ...aws.eks, listClusters: async () => [] };
    const elsewhere = (region: string): Aws["eks"] =>
      this.otherRegions.includes(region)
        ? { ...aws.eks, describeCluster: async () => inRegion(world.cluster, region) }
        : none;
    const place = (region: string): Aws => ({
      ...aws,
      region,
      eks: region === world.cluster.region ? aws.eks : elsewhere(region),
      as: (change) => place(change.region ?? region),
    });
    return place(aws.region);
  }

  #world(awsAccount: string): World {
    const found = awsAccount === HOME ? this.home : this.worlds.get(awsAccount);
    if (found === undefined) throw new Error(`no AWS account ${awsAccount} in this fleet`);
    return found;
  }
}

function inRegion(cluster: World["cluster"], region: string): World["cluster"] {
  const there = (text: string): string => text.replace(cluster.region, region);
  return aCluster({ arn: there(cluster.arn), issuer: there(cluster.issuer) });
}

/** STS's answer to whoever may not assume a role. */
export function notAssumable(role: string): Failure {
  return new Failure("denied", "access-denied", "not permitted: sts:AssumeRole", { facts: [["role", role]] });
}
