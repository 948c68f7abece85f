import { expect } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { addDeployment, addNode, addPodOf, allowing, nodeWorld } from "../fakes/node-world.ts";
import type { World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const ON = "-n shop --cluster eks-work-cluster --region ap-northeast-2";

interface Answer {
  readonly policy: unknown;
  readonly workloads: readonly {
    readonly notes: readonly string[];
    readonly commands: readonly { readonly argv: readonly string[] }[];
  }[];
}

async function told(world: World, line: string) {
  const { failure, heard } = await runIn(world, `move-off-node ${line} ${ON} -o json`);
  if (failure !== undefined) return { failure, policy: "", argv: [], notes: [] };
  const { result }: { readonly result: Answer } = JSON.parse(heard.out.join("\n"));
  const argv = result.workloads.flatMap(({ commands }) => commands.map((one) => one.argv));
  const notes = result.workloads.flatMap((one) => one.notes);
  return { failure, policy: JSON.stringify(result.policy), argv, notes };
}

/** A namespace with a workload on usual nodes, in a cluster with nodes that may decrypt. */
const world = (): World =>
  addDeployment(
    addNode(nodeWorld(), "vault", { inline: { vault: allowing("kms:Decrypt") } }),
    "shop/web",
    "default",
  );

attack(
  "cluster tenant",
  "make a pod on nodes with more permissions that says that a workload owns it, so that move-off-node proposes them for that workload",
  {
    attack: async () => {
      const forged = addPodOf(world(), "shop/forged", "deployment/web", { node: "vault" });
      const { failure, policy } = await told(forged, "deployment/web");
      expect(failure?.code).toBe("several-node-roles");
      expect(policy).not.toContain("kms");
      const named = await told(forged, "deployment/web --node-role nodes");
      expect(named.policy).toContain("sqs:SendMessage");
      expect(named.policy).not.toContain("kms");
    },
    twin: async () => {
      const { policy } = await told(world(), "deployment/web --node-role nodes --node-role vault");
      expect(policy).toContain("kms:Decrypt");
    },
  },
);

attack(
  "cluster tenant",
  "name a workload that does not exist as a pod's owner, so that move-off-node prints a command that gives a role to the ServiceAccount of that name",
  {
    attack: async () => {
      const forged = addPodOf(world(), "shop/forged", "deployment/admin").withServiceAccount("shop/admin");
      const { argv } = await told(forged, "");
      expect(argv.flat()).not.toContain("shop/admin");
      expect(argv.flat()).toContain("shop/web");
    },
    twin: async () => {
      const { argv } = await told(addDeployment(world(), "shop/admin", "default"), "");
      expect(argv.flat()).toContain("shop/admin");
    },
  },
);

attack(
  "cluster tenant",
  "name a pod's owner so that it is a path of the API, a flag or a command in what move-off-node reads and prints",
  {
    attack: async () => {
      const forged = world();
      const names = ["../../secrets/token", "-x", "--approve", "$(id)", "a;b", "web --approve", "a/b"];
      for (const [at, name] of names.entries()) addPodOf(forged, `shop/forged-${at}`, `deployment/${name}`);
      const { argv } = await told(forged, "");
      expect(argv.flat().filter((word) => names.some((name) => word.includes(name)))).toEqual([]);
      const read = forged.log.calls.filter(({ name }) => name.endsWith("getWorkload"));
      expect(read).toHaveLength(1);
    },
    twin: async () => {
      const { argv } = await told(addDeployment(world(), "shop/api", "default"), "");
      expect(argv.flat()).toEqual(expect.arrayContaining(["deployment/api", "deployment/web"]));
    },
  },
);

attack(
  "cluster tenant",
  "run a second workload with the ServiceAccount of the one that is to move, so that it gets the role, too",
  {
    attack: async () => {
      const shared = addDeployment(nodeWorld(), "shop/web", "front").withServiceAccount("shop/front");
      addPodOf(shared, "shop/other", undefined, { serviceAccountName: "front" });
      const { argv } = await told(shared, "deployment/web");
      expect(argv.flat()).not.toContain("shop/front");
      expect(argv.flat()).not.toContain("--override-existing-serviceaccounts");
    },
    twin: async () => {
      const own = addDeployment(nodeWorld(), "shop/web", "front").withServiceAccount("shop/front");
      expect((await told(own, "deployment/web")).argv.flat()).toContain("shop/front");
    },
  },
);

attack(
  "malicious cluster",
  "refuse to list the ServiceAccounts of a namespace, so that move-off-node prints a command that overrides the role of one",
  {
    attack: async () => {
      const hidden = addDeployment(nodeWorld(), "shop/web", "front").withServiceAccount("shop/front");
      hidden.log.deny("kubernetes.listServiceAccounts");
      const { argv, notes } = await told(hidden, "deployment/web");
      expect(argv.flat()).not.toContain("--override-existing-serviceaccounts");
      expect(notes).toContain("whether ServiceAccount front has a role already could not be read");
    },
    twin: async () => {
      const own = addDeployment(nodeWorld(), "shop/web", "front").withServiceAccount("shop/front");
      const { argv, notes } = await told(own, "deployment/web");
      expect(argv.flat()).toContain("--override-existing-serviceaccounts");
      expect(notes).toEqual([]);
    },
  },
);
