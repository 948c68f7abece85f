import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createCertificateAuthority } from "irsa-sandbox/parts";
import { CLUSTER_NAME } from "../../worlds/world.ts";
import type { Markers } from "./markers.ts";

/** A folder that is full of secrets: home, working folder and temporary folder of the runs. */
export interface Place {
  readonly folder: string;
  readonly work: string;
  /** HOME, TMPDIR and whatever else in the environment has secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The secrets in files that the runs have written or changed, by file. */
  readonly foundInFiles: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** What the place's kubeconfig leads to. */
export interface Servers {
  /** Of the cluster itself. */
  readonly server: string;
  readonly caPem: string;
  readonly reflecting: { readonly url: string; readonly caPem: string };
}

/** Fills a folder with secrets in all the files that a command may be led to. */
export async function aPlaceOfSecrets(markers: Markers, servers: Servers): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-secrets-"));
  const [home, work, temporary] = ["home", "work", "tmp"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const m = (where: string): string => markers.make(where);
  const files: Record<string, string> = {
    "home/.aws/config": awsConfig(m, folder),
    "home/.aws/credentials": `[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = ${m("credentials file")}\naws_session_token = ${m("credentials file, session")}\n`,
    "home/.aws/sso/cache/cache.json": JSON.stringify({
      accessToken: m("sso cache"),
      expiresAt: "2020-01-01T00:00:00Z",
    }),
    "home/.npmrc": `//registry.example.com/:_authToken=${m("~/.npmrc")}\n`,
    token: m("token file"),
    "work/.env": `AWS_SECRET_ACCESS_KEY=${m(".env")}\nDATABASE_URL=postgres://user:${m(".env url")}@db/x\n`,
    "work/.npmrc": `//registry.example.com/:_authToken=${m(".npmrc")}\n`,
    "work/credentials.json": JSON.stringify({
      Credentials: {
        AccessKeyId: "ASIA",
        SecretAccessKey: m("credentials.json"),
        SessionToken: m("credentials.json, session"),
      },
    }),
    "work/environment.yaml": `AWS_SECRET_ACCESS_KEY=${m("environment.yaml")}\0PATH=/bin`,
    "work/secret-in-name.yaml": `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: ${CLUSTER_NAME}, region: eu-west-1}\nsecretKey: ${m("unknown key")}\npassword: [${m("unknown list")}]\n`,
    "work/good.yaml": JSON.stringify(goodFile()),
    "work/deployment.yaml": `apiVersion: apps/v1\nkind: Deployment\nmetadata: {namespace: shop, name: cart}\nspec: {template: {spec: {containers: [{name: app, image: x}]}}}\n`,
    "work/package-lock.json": JSON.stringify(lockFile(m("lock file"))),
    "work/broken-lock/package-lock.json": `{"lockfileVersion": 3, "packages": {"x": "https://user:${m("broken lock file")}@registry.example.com/", oops`,
    "work/deps/requirements.txt": `--index-url https://user:${m("index URL")}@pypi.example.com/simple\nboto3 @ https://user:${m("requirement")}@files.example.com/boto3.whl?token=${m("requirement, query")}\n-r https://user:${m("included file")}@files.example.com/more.txt\nbotocore = https://user:${m("broken requirement")}@x\n`,
    "work/deps/requirements-git.txt": `git+https://user:${m("VCS URL")}@git.example.com/a.git#egg=boto3\n`,
    "work/deps/pnpm-lock.yaml": `lockfileVersion: '9.0'\npackages:\n  aws-sdk@https://user:${m("pnpm tarball")}@files.example.com/a.tgz?token=${m("pnpm tarball, query")}:\n    resolution: {tarball: a}\n`,
    "work/deps/package.json": JSON.stringify({
      dependencies: {
        "@aws-sdk/client-s3": `git+https://user:${m("package.json")}@git.example.com/a.git`,
        "aws-sdk": `https://files.example.com/a.tgz?token=${m("package.json, query")}`,
      },
    }),
    "work/deps/broken/yarn.lock": `# yarn lockfile v1\n"aws-sdk@https://user:${m("broken yarn.lock")}@x" oops\n`,
    "work/deps/Pipfile.lock": `{"default": {"boto3": {"git": "https://user:${m("Pipfile.lock")}@git.example.com/a.git"}}}`,
    "work/folder/.env.yaml": `AWS_SECRET_ACCESS_KEY=${m("file in a folder")}\n`,
    "work/kubeconfig": await kubeconfig(m, servers, folder),
    "work/broken-kubeconfig": `apiVersion: v1\nkind: Config\nusers:\n- name: me\n  user:\n    token: ${m("broken kubeconfig")}\n   password: "${m("broken kubeconfig, password")}\n  : ]\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await mkdir(temporary);
  await symlink("/proc/self/environ", join(work, "folder", "zz.yaml"));
  return {
    folder,
    work,
    environment: {
      HOME: home,
      TMPDIR: temporary,
      AWS_CONFIG_FILE: join(home, ".aws/config"),
      AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws/credentials"),
      KUBECONFIG: join(work, "kubeconfig"),
      GITHUB_TOKEN: m("GITHUB_TOKEN"),
      NPM_CONFIG_TOKEN: m("NPM_CONFIG_TOKEN"),
      DATABASE_PASSWORD: m("DATABASE_PASSWORD"),
      AWS_BEARER_TOKEN_BEDROCK: m("AWS_BEARER_TOKEN_BEDROCK"),
      AWS_CONTAINER_AUTHORIZATION_TOKEN: m("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://me:${m("OTEL_EXPORTER_OTLP_ENDPOINT")}@127.0.0.1:1`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${m("OTEL_EXPORTER_OTLP_HEADERS")}`,
    },
    foundInFiles: async () => {
      const found: string[] = [];
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const name = relative(folder, path);
        const text = await readFile(path, "latin1");
        if (text !== Buffer.from(files[name] ?? "").toString("latin1"))
          found.push(...markers.foundIn(text).map((where) => `${name}: ${where}`));
      }
      return found;
    },
    close: () => rm(folder, { recursive: true }),
  };
}

type Make = (where: string) => string;

function awsConfig(m: Make, folder: string): string {
  const role = "role_arn = arn:aws:iam::111122223333:role/x";
  return [
    "[profile prod]\nregion = us-east-1",
    `[profile stderr]\ncredential_process = sh -c "echo ${m("credential_process, stderr")} >&2; exit 3"`,
    `[profile garbage]\ncredential_process = echo ${m("credential_process, garbage")}`,
    `[profile arguments]\ncredential_process = /nowhere/tool --token ${m("credential_process, arguments")}`,
    `[profile incomplete]\ncredential_process = echo '{"Version":1,"SecretAccessKey":"${m("credential_process, answer")}"}'`,
    `[profile process]\ncredential_process = echo '{"Version":1,"AccessKeyId":"AKIANOBODY","SecretAccessKey":"${m("credential_process, key")}","SessionToken":"${m("credential_process, session")}"}'`,
    `[profile circular]\n${role}\nsource_profile = circular`,
    `[profile mfa]\n${role}\nmfa_serial = arn:aws:iam::111122223333:mfa/me\nsource_profile = nowhere`,
    `[profile half]\naws_secret_access_key = ${m("half a profile")}`,
    `[profile sso]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = x\n[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start`,
    `[profile web]\n${role}\nweb_identity_token_file = ${join(folder, "token")}`,
    "",
  ].join("\n");
}

async function kubeconfig(m: Make, { server, caPem, reflecting }: Servers, folder: string): Promise<string> {
  const { keyPem } = await createCertificateAuthority("client");
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const cluster = (name: string, more: object = {}): object => ({
    name,
    cluster: { server, "certificate-authority-data": base64(caPem), ...more },
  });
  const user = (name: string, user: object): object => ({ name, user });
  const context = (name: string, ofCluster = "real"): object => ({
    name,
    context: { cluster: ofCluster, user: name },
  });
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "sh",
    args: ["-c", `echo "$EXEC_PASSWORD" >&2; exit 1`],
    env: [{ name: "EXEC_PASSWORD", value: m("kubeconfig, exec env") }],
    interactiveMode: "Never",
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "token",
    clusters: [
      cluster("real"),
      cluster("proxy", { "proxy-url": `http://user:${m("kubeconfig, proxy-url")}@127.0.0.1:1` }),
      cluster("userinfo", { server: `https://user:${m("kubeconfig, server")}@127.0.0.1:1` }),
      cluster("reflecting", {
        server: reflecting.url,
        "certificate-authority-data": base64(reflecting.caPem),
      }),
    ],
    users: [
      user("token", { token: m("kubeconfig, token") }),
      user("password", { username: "me", password: m("kubeconfig, password") }),
      user("key", { "client-key-data": base64(keyPem), "client-certificate-data": base64(caPem) }),
      user("exec", { exec }),
      user("provider", {
        "auth-provider": {
          name: "oidc",
          config: {
            "id-token": m("kubeconfig, id-token"),
            "refresh-token": m("kubeconfig, refresh-token"),
            "client-secret": m("kubeconfig, client-secret"),
          },
        },
      }),
      user("file", { tokenFile: join(folder, "token") }),
      user("proxy", { token: m("kubeconfig, token through a proxy") }),
      user("userinfo", { token: m("kubeconfig, token to a server with a password") }),
      user("reflecting", { token: m("kubeconfig, token to a server that says it") }),
    ],
    contexts: [
      ...["token", "password", "key", "exec", "provider", "file"].map((name) => context(name)),
      ...["proxy", "userinfo", "reflecting"].map((name) => context(name, name)),
    ],
  });
}

function goodFile(): object {
  const serviceAccounts = [
    {
      metadata: { namespace: "shop", name: "orders" },
      attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    },
  ];
  const metadata = { name: CLUSTER_NAME, region: "eu-west-1" };
  return {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata,
    iam: { withOIDC: true, serviceAccounts },
  };
}

function lockFile(secret: string): object {
  const resolved = `https://user:${secret}@registry.example.com/@aws-sdk/client-s3/-/client-s3-3.1.0.tgz?_authToken=${secret}`;
  return {
    name: "x",
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { "@aws-sdk/client-s3": "3.1.0" } },
      "node_modules/@aws-sdk/client-s3": { version: "3.1.0", resolved },
    },
  };
}
