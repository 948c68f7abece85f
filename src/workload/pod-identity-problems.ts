import type { Container, PodSpec } from "../model/kubernetes-objects.ts";
import { PODS_SERVICE } from "../model/trust-policy/pod-identity-request.ts";
import { staticKeys } from "./container-problems.ts";
import type { EnvKeys } from "./env-keys.ts";
import { isOnFargate } from "./fargate.ts";
import { has, injectable, isSkipped, skipLabel, usesPodIdentity } from "./injection.ts";
import {
  AGENT_TOKEN_VARIABLE,
  AGENT_TOKEN_VOLUME,
  ROLE_VARIABLE,
  TOKEN_VARIABLE,
  URI_VARIABLE,
} from "../model/pod-credentials.ts";
import type { PodProblem } from "./pod-problem.ts";
import { skipProblems } from "./pod-problems.ts";
import { tokenSourceOf } from "./token-source.ts";
import { windowsBy } from "./windows.ts";

/** What pods are judged with that are to take their credentials from the agent. */
export interface AroundAgent {
  readonly keys: EnvKeys;
  /** The agent's address, which the webhook injects. */
  readonly uri: string;
}

/** What will keep pods made from this template from the agent's credentials, however well the webhook works. */
export function templateIdentityProblems(spec: PodSpec, around: AroundAgent): readonly PodProblem[] {
  if (isSkipped(spec)) return [{ code: "skip-label", found: skipLabel(spec) }];
  const own = spec.volumes.find(({ name }) => name === AGENT_TOKEN_VOLUME);
  const isOwn = own !== undefined && !own.tokens.some(({ audience }) => audience === PODS_SERVICE);
  return [
    ...skipProblems(spec),
    ...placeProblems(spec),
    ...(isOwn
      ? [
          {
            code: "agent-token-missing" as const,
            found: `volume ${AGENT_TOKEN_VOLUME} has no token for EKS in it`,
          },
        ]
      : []),
    ...injectable(spec).flatMap((one) => [
      ...presetProblems(one, around.uri),
      ...earlierSources(one, around),
      ...proxyProblems(one, around.uri),
    ]),
  ];
}

/** What would keep the pods of this manifest from the agent's credentials that runs with IRSA now, but for where it runs. */
export function movingIdentityProblems(spec: PodSpec, uri: string): readonly PodProblem[] {
  return injectable(spec).flatMap((one) => [...presetProblems(one, uri), ...proxyProblems(one, uri)]);
}

/** What keeps a pod with Pod Identity's variables from the agent's credentials. */
export function runningIdentityProblems(spec: PodSpec, around: AroundAgent): readonly PodProblem[] {
  return [
    ...skipProblems(spec),
    ...placeProblems(spec),
    ...injectable(spec).flatMap((one) => [
      ...presetProblems(one, around.uri),
      ...tokenProblems(one, spec),
      ...earlierSources(one, around),
      ...proxyProblems(one, around.uri),
    ]),
  ];
}

/** True if a pod runs where there is no agent, on Fargate or on Windows. */
export function isBeyondAgent(spec: PodSpec): boolean {
  return placeProblems(spec).length > 0;
}

/** Where there is no agent. Source: EKS User Guide, "EKS Pod Identity considerations". */
function placeProblems(spec: PodSpec): PodProblem[] {
  if (isOnFargate(spec)) return [{ code: "agent-not-on-fargate", found: "a Fargate profile" }];
  const windows = windowsBy(spec);
  if (windows === undefined) return [];
  const found = windows === "node-selector" ? "the nodeSelector" : "its affinity or os";
  return [{ code: "agent-not-on-windows", found }];
}

const RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";

/** The webhook injects both variables or neither; a relative URI comes before the agent's. Source: AWS SDKs and Tools Reference, "Container credential provider". */
function presetProblems(container: Container, uri: string): PodProblem[] {
  const { name, env } = container;
  const preset = (found: string): PodProblem[] => [{ code: "agent-variable-preset", container: name, found }];
  if (has(container, RELATIVE_URI)) return preset(RELATIVE_URI);
  const [hasUri, hasToken] = [has(container, URI_VARIABLE), has(container, AGENT_TOKEN_VARIABLE)];
  if (hasUri !== hasToken) return preset(`only ${hasUri ? URI_VARIABLE : AGENT_TOKEN_VARIABLE}`);
  const given = env[URI_VARIABLE];
  return given !== undefined && given !== uri ? preset(`${URI_VARIABLE}=${given}`) : [];
}

function tokenProblems(container: Container, spec: PodSpec): PodProblem[] {
  if (!usesPodIdentity({ ...spec, containers: [container] }))
    return [{ code: "agent-variable-preset", container: container.name, found: `no ${URI_VARIABLE}` }];
  const source = tokenSourceOf(container, spec, {
    variable: AGENT_TOKEN_VARIABLE,
    volume: AGENT_TOKEN_VOLUME,
  });
  const missing = (found: string): PodProblem[] => [
    { code: "agent-token-missing", container: container.name, found },
  ];
  switch (source.kind) {
    case "unseen":
    case "unmounted":
    case "no-token":
      return missing(source.found);
    case "projected":
      return source.audience === PODS_SERVICE
        ? []
        : missing(`a token for audience ${source.audience || "the API server's own"}`);
  }
}

/** What SDKs take before a container's credentials: keys, and a web identity. Source: AWS SDKs and Tools Reference, "Standardized credential providers". */
function earlierSources(container: Container, { keys }: AroundAgent): PodProblem[] {
  const isWebIdentity = has(container, ROLE_VARIABLE) && has(container, TOKEN_VARIABLE);
  const role = container.env[ROLE_VARIABLE];
  return [
    ...staticKeys(container, keys),
    ...(isWebIdentity
      ? [
          {
            code: "web-identity-preset" as const,
            container: container.name,
            found: role === undefined ? ROLE_VARIABLE : `${ROLE_VARIABLE}=${role}`,
          },
        ]
      : []),
  ];
}

/** The agent's address is a plain http one: a proxy for http would be asked for it, unless it is left out. */
function proxyProblems({ name, env }: Container, uri: string): PodProblem[] {
  const proxy = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].find(
    (one) => one in env && env[one] !== "",
  );
  if (proxy === undefined) return [];
  const host = new URL(uri).hostname.replace(/^\[(.*)\]$/, "$1");
  const exempt = [env["NO_PROXY"], env["no_proxy"]].flatMap((list) => (list ?? "").split(/[\s,]+/));
  return exempt.some((entry) => exempts(entry, host))
    ? []
    : [{ code: "agent-by-proxy", container: name, found: `${proxy} without ${uriHost(uri)} in NO_PROXY` }];
}

function uriHost(uri: string): string {
  return new URL(uri).hostname;
}

/** Entries are hosts, or networks for the libraries that know those. */
function exempts(entry: string, host: string): boolean {
  const bare = entry.replace(/^\[([^\]]*)\](:\d+)?$/, "$1").replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  if (bare === "*" || bare.toLowerCase() === host) return true;
  const [network = "", bits] = bare.split("/");
  if (bits === undefined || !/^\d+$/.test(bits)) return false;
  const [wanted, found] = [numberOf(network), numberOf(host)];
  if (wanted === undefined || found === undefined) return false;
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(wanted / shift) === Math.floor(found / shift);
}

/** An IPv4 address as a number. */
function numberOf(address: string): number | undefined {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
