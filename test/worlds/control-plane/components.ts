import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "../process.ts";
import type { Binaries, Invocation } from "./binaries.ts";
import type { CredentialFiles } from "./credentials.ts";

/** What the API server is told about its address and about tokens. */
export interface ApiServerSettings {
  readonly port: number;
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly tokenWebhookKubeconfig: string | undefined;
}

/** The audience of tokens that name none; EKS sets the same, whatever the issuer is. */
export const API_AUDIENCE = "https://kubernetes.default.svc";

const STAGES = fileURLToPath(new URL("stages.yaml", import.meta.url));

/**
 * etcd on a Unix socket in `folder`; what it advertises, nobody uses. It never syncs to disk: its data lives no
 * longer than the tests do.
 */
export function etcdCommand(binaries: Binaries, folder: string): Command {
  return toCommand(binaries.etcd, [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${etcdUrl(folder)}`,
    "--advertise-client-urls=http://127.0.0.1:0",
    "--listen-peer-urls=http://127.0.0.1:0",
    "--unsafe-no-fsync",
    "--log-level=error",
  ]);
}

/** kube-apiserver on loopback, authorizing by RBAC as EKS does. */
export function apiServerCommand(
  binaries: Binaries,
  folder: string,
  credentials: CredentialFiles,
  settings: ApiServerSettings,
): Command {
  return toCommand(binaries.apiServer, [
    `--etcd-servers=${etcdUrl(folder)}`,
    `--secure-port=${settings.port}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    // The loopback address can't be an endpoint of the service `kubernetes`.
    "--endpoint-reconciler-type=none",
    "--service-cluster-ip-range=10.0.0.0/24",
    `--tls-cert-file=${credentials.serverCertificateFile}`,
    `--tls-private-key-file=${credentials.serverKeyFile}`,
    `--client-ca-file=${credentials.authorityFile}`,
    "--authorization-mode=Node,RBAC",
    "--allow-privileged",
    `--service-account-issuer=${settings.issuer}`,
    `--service-account-key-file=${credentials.tokenKeyFile}`,
    `--service-account-signing-key-file=${credentials.tokenKeyFile}`,
    `--api-audiences=${API_AUDIENCE}`,
    ...flag("service-account-jwks-uri", settings.jwksUri),
    "--authentication-token-webhook-version=v1",
    ...flag("authentication-token-webhook-config-file", settings.tokenWebhookKubeconfig),
  ]);
}

/** kube-controller-manager with all its controllers except the cloud's. */
export function controllerManagerCommand(
  binaries: Binaries,
  kubeconfig: string,
  credentials: CredentialFiles,
): Command {
  return toCommand(binaries.controllerManager, [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${credentials.tokenKeyFile}`,
    `--root-ca-file=${credentials.authorityFile}`,
    "--controllers=*,-node-ipam-controller",
    // Fake nodes send no heartbeats, for the lack of which their pods would soon be unready.
    "--node-monitor-grace-period=24h",
    "--node-startup-grace-period=24h",
    "--leader-elect=false",
    "--secure-port=0",
  ]);
}

/** kube-scheduler. */
export function schedulerCommand(binaries: Binaries, kubeconfig: string): Command {
  return toCommand(binaries.scheduler, [
    `--kubeconfig=${kubeconfig}`,
    "--leader-elect=false",
    "--secure-port=0",
  ]);
}

/** kwok, as the kubelet of every node. */
export function kwokCommand(binaries: Binaries, kubeconfig: string): Command {
  return toCommand(binaries.kwok, [`--kubeconfig=${kubeconfig}`, `--config=${STAGES}`, "--manage-all-nodes"]);
}

function etcdUrl(folder: string): string {
  return `unix://${join(folder, "etcd.sock")}`;
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

function toCommand([program, ...leading]: Invocation, rest: readonly string[]): Command {
  return { program, arguments: [...leading, ...rest] };
}
