import { setTimeout as sleep } from "node:timers/promises";
import { moveWebhook } from "../webhook.ts";
import { enableOnHybrid, makeUnready, recreateAgent, removeAgent, selectNodes } from "./agent.ts";
import { advised, type BreaksByCode, type PodIdentityBreak } from "./break.ts";
import { addNode, onNode, ON_WINDOWS } from "./nodes.ts";
import type { PodIdentityShop, Template } from "./shop.ts";
import { useIrsa } from "./use-irsa.ts";

const FARGATE = { "eks.amazonaws.com/fargate-profile": "fp" };
const PROXY = { HTTP_PROXY: "http://proxy.corp.invalid:3128" };
const URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const ALLOWING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

/** The agent, the nodes and the association, as EKS and the cluster have them. */
export const AGENT_BREAKS: BreaksByCode<
  | "agent-missing"
  | "agent-not-ready"
  | "agent-not-on-node"
  | "session-policy-empty"
  | "exchange-refused"
  | "session-tags-too-large"
> = {
  "agent-missing": [{ name: "no add-on", breaks: removeAgent, fix: "command" }],
  "agent-not-ready": [
    {
      name: "its pod is not ready",
      breaks: ({ cluster }) => makeUnready(cluster),
      fix: advised(/See why it is not ready/, ({ cluster }) => recreateAgent(cluster)),
    },
    {
      name: "its DaemonSet selects no node",
      breaks: ({ cluster }) => selectNodes(cluster, "yes"),
      fix: advised(/why its pods don't run/, ({ cluster }) => selectNodes(cluster, null)),
    },
  ],
  "agent-not-on-node": [
    {
      name: "a hybrid node",
      async breaks(shop) {
        await addNode(shop.cluster, "hybrid-1", { "eks.amazonaws.com/compute-type": "hybrid" });
        await shop.deploy(onNode("hybrid-1"));
      },
      fix: advised(/Enable the agent's DaemonSet for hybrid nodes/, (shop) =>
        enableOnHybrid(shop, "hybrid-1"),
      ),
    },
  ],
  "session-policy-empty": [
    {
      name: "a Deny alone",
      breaks: ({ update }) => update({ disableSessionTags: true, policy: ALLOWING.replace("Allow", "Deny") }),
      fix: advised(/Set a session policy that allows/, async ({ update, restart }) => {
        await update({ policy: ALLOWING });
        await restart();
      }),
    },
  ],
  "exchange-refused": [
    {
      name: "a policy of the organization",
      breaks: async ({ world }) =>
        world.aws.fail({
          action: "eks-auth:AssumeRoleForPodIdentity",
          when: "before",
          times: 10_000,
          status: 400,
          code: "AccessDeniedException",
          message: "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
        }),
      fix: advised(/ask an administrator of the AWS organization/, async ({ world }) =>
        world.aws.clearFaults(),
      ),
    },
  ],
  "session-tags-too-large": [
    {
      name: "a ServiceAccount with a very long name",
      opens: { serviceAccount: `cart-${"x".repeat(245)}` },
      breaks: async () => Promise.resolve(),
      fix: advised(/disable the association's session tags/, async ({ update, restart }) => {
        await update({ disableSessionTags: true });
        await restart();
      }),
    },
  ],
};

/** What pods are made from, when they were made, and what the webhook does with them. */
export const POD_BREAKS: BreaksByCode<
  | "association-missing"
  | "pod-association-gone"
  | "association-not-injected"
  | "agent-not-on-fargate"
  | "agent-not-on-windows"
  | "agent-by-proxy"
  | "agent-variable-preset"
  | "agent-token-missing"
  | "web-identity-preset"
  | "pod-before-association"
  | "credentials-cached"
> = {
  "association-missing": [
    {
      name: "deleted while a pod runs",
      breaks: ({ dissociate }) => dissociate(),
      fix: advised(/Create the association again/, async ({ associate, restart }) => {
        await associate();
        await restart();
      }),
    },
  ],
  "pod-association-gone": [
    {
      name: "deleted while a pod runs, with IRSA in its place",
      breaks: useIrsa,
      fix: "command",
    },
  ],
  "association-not-injected": [
    {
      name: "the webhook does not answer",
      breaks: ({ world }) => moveWebhook(world, "127.0.0.1", "127.0.0.2"),
      fix: advised(/check the network and its certificate/, ({ world }) =>
        moveWebhook(world, "127.0.0.2", "127.0.0.1"),
      ),
    },
  ],
  "agent-not-on-fargate": [
    withTemplate("on Fargate", { labels: FARGATE }, /Use IRSA for this ServiceAccount/, async (shop) => {
      await useIrsa(shop);
      await shop.restart();
    }),
  ],
  "agent-not-on-windows": [
    {
      ...withTemplate(
        "on Windows",
        windows("windows-1"),
        /Use IRSA for this ServiceAccount/,
        async (shop) => {
          await useIrsa(shop);
          await shop.restart();
        },
      ),
      async breaks({ cluster, deploy }) {
        await addNode(cluster, "windows-1", { "kubernetes.io/os": "windows" });
        await deploy(windows("windows-1"));
      },
    },
  ],
  "agent-by-proxy": [
    {
      ...withTemplate(
        "a proxy for everything",
        { env: PROXY },
        /to NO_PROXY in the workload's env/,
        ({ deploy }) => deploy({ env: { ...PROXY, NO_PROXY: "169.254.170.23,[fd00:ec2::23]" } }),
      ),
      level: "warn",
    },
  ],
  "agent-variable-preset": [
    withTemplate("another agent's address", { env: { [URI]: "http://127.0.0.1:9911/" } }, /AWS_CONTAINER_\*/),
    withTemplate(
      "ECS's address",
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/creds" } },
      /AWS_CONTAINER_\*/,
    ),
  ],
  "agent-token-missing": [
    withTemplate(
      "a volume with the webhook's name",
      { spec: { volumes: [{ name: "eks-pod-identity-token", emptyDir: {} }] } },
      /Remove the volume eks-pod-identity-token/,
    ),
  ],
  "web-identity-preset": [
    withTemplate(
      "a web identity of its own",
      {
        env: {
          AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/own",
          AWS_WEB_IDENTITY_TOKEN_FILE: "/own/token",
        },
      },
      /Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE/,
    ),
  ],
  "pod-before-association": [
    {
      name: "associated while a pod runs",
      opens: { association: "none" },
      breaks: ({ associate }) => associate(),
      fix: "command",
    },
  ],
  "credentials-cached": [
    {
      name: "changed while a pod runs",
      async breaks({ update, roles }) {
        // A pod's time has whole seconds, and one of the same second is not older.
        await sleep(1_100);
        await update({ roleArn: roles.first });
        await sleep(1_100);
      },
      level: "warn",
      fix: "command",
    },
  ],
};

/** A pod template that pods can't use, and the plain one in its place. */
function withTemplate(
  name: string,
  template: Template,
  advice: RegExp,
  follow: (shop: PodIdentityShop) => Promise<unknown> = ({ deploy }) => deploy({}),
): PodIdentityBreak {
  return { name, subject: "deploy", breaks: ({ deploy }) => deploy(template), fix: advised(advice, follow) };
}

function windows(nodeName: string): Template {
  return { spec: { ...onNode(nodeName).spec, ...ON_WINDOWS } };
}
