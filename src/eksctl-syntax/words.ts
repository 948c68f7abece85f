import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest } from "../model/nearest.ts";
import { wrong } from "./wrong.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Flags of every eksctl command; for those without a meaning in irsa, the names only. */
const COMMON: Options = {
  cluster: { type: "string", short: "c" },
  region: { type: "string", short: "r" },
  profile: { type: "string", short: "p" },
  "config-file": { type: "string", short: "f" },
  namespace: { type: "string" },
  timeout: { type: "string" },
  verbose: { type: "string", short: "v" },
  color: { type: "string", short: "C" },
  dumpLogs: { type: "boolean", short: "d" },
};

/** Flags of the commands for IRSA. */
const IRSA: Options = {
  name: { type: "string" },
  approve: { type: "boolean" },
  "cfn-role-arn": { type: "string" },
  "cfn-disable-rollback": { type: "boolean" },
};

/** Flags of the commands for Pod Identity associations. */
const ASSOCIATION: Options = { "service-account-name": { type: "string" } };
/** Also the cluster's name, in its deprecated spelling. */
const DEPRECATED_NAME: Options = { name: { type: "string", short: "n" } };
const LIST: Options = { output: { type: "string", short: "o" }, "chunk-size": { type: "string" } };

const GLOBS: Options = {
  include: { type: "string", multiple: true },
  exclude: { type: "string", multiple: true },
};

const OWN: Readonly<Record<string, Options>> = {
  "utils associate-iam-oidc-provider": { ...IRSA, name: { type: "string", short: "n" } },
  "utils migrate-to-pod-identity": {
    ...IRSA,
    "remove-oidc-provider-trust-relationship": { type: "boolean" },
  },
  "create iamserviceaccount": {
    ...IRSA,
    ...GLOBS,
    "attach-policy-arn": { type: "string", multiple: true },
    "attach-role-arn": { type: "string" },
    "role-name": { type: "string" },
    "role-only": { type: "boolean" },
    tags: { type: "string", multiple: true },
    "override-existing-serviceaccounts": { type: "boolean" },
    "subject-pattern": { type: "string" },
  },
  "get iamserviceaccount": { ...IRSA, ...LIST },
  "update iamserviceaccount": { ...IRSA, ...GLOBS, "attach-policy-arn": { type: "string", multiple: true } },
  "delete iamserviceaccount": {
    ...IRSA,
    ...GLOBS,
    "only-missing": { type: "boolean" },
    wait: { type: "boolean", short: "w" },
  },
  "create podidentityassociation": {
    ...ASSOCIATION,
    "role-arn": { type: "string" },
    "role-name": { type: "string" },
    "permission-boundary-arn": { type: "string" },
    "permission-policy-arns": { type: "string", multiple: true },
    "well-known-policies": { type: "string", multiple: true },
    "create-service-account": { type: "boolean" },
    "target-role-arn": { type: "string" },
    "disable-session-tags": { type: "boolean" },
    tags: { type: "string", multiple: true },
  },
  "get podidentityassociation": { ...ASSOCIATION, ...LIST },
  "update podidentityassociation": {
    ...ASSOCIATION,
    ...DEPRECATED_NAME,
    "role-arn": { type: "string" },
    "target-role-arn": { type: "string" },
    "disable-session-tags": { type: "boolean" },
    "no-disable-session-tags": { type: "boolean" },
  },
  "delete podidentityassociation": { ...ASSOCIATION, ...DEPRECATED_NAME },
};

/** Without stacks there is nothing to wait for or to roll back, and logs go to stderr. */
const DROPPED = [
  "timeout",
  "verbose",
  "color",
  "dumpLogs",
  "cfn-role-arn",
  "cfn-disable-rollback",
  "chunk-size",
  "wait",
];
/** What eksctl refuses beside a file, and what it silently ignores there. */
const NOT_WITH_FILE = ["cluster", "region", "name"];
/** Of associations, what is ignored there is refused, too. */
const NOT_WITH_FILE_OF_ASSOCIATIONS = [
  ...NOT_WITH_FILE,
  "namespace",
  "service-account-name",
  "role-arn",
  "role-name",
  "permission-boundary-arn",
  "permission-policy-arns",
  "well-known-policies",
  "create-service-account",
  "target-role-arn",
  "disable-session-tags",
  "no-disable-session-tags",
  "tags",
];
const IDLE_WITH_FILE = [
  "namespace",
  "attach-policy-arn",
  "attach-role-arn",
  "role-name",
  "tags",
  "role-only",
];

/** A command line of eksctl's, taken apart; what gives words gives them as irsa has them. */
export interface Words {
  readonly file: string | undefined;
  readonly cluster: string | undefined;
  readonly name: string | undefined;
  readonly approve: readonly string[];
  /** `--region` and `--profile`. */
  readonly place: readonly string[];
  /** `--cluster` and the place. */
  readonly clusterFlags: readonly string[];
  /** `--namespace` and `--name`, which must be there. */
  readonly serviceAccount: readonly string[];
  readonly optionalServiceAccount: readonly string[];
  /** `--namespace` and `--service-account-name`, which must be there. */
  readonly associated: readonly string[];
  readonly globs: readonly string[];
  /** Flags that have no effect here. */
  readonly dropped: readonly string[];
  has(flag: string): boolean;
  flag(flag: string): readonly string[];
  value(flag: string, own?: string): readonly string[];
  list(flag: string, own: string): readonly string[];
}

/**
 * Takes a command line of eksctl's apart.
 * @throws Failure of kind `input` as eksctl refuses: unknown flags, a name given twice, flags beside a file
 */
export function parseWords(command: string, args: readonly string[]): Words {
  const options = { ...COMMON, ...OWN[command.replace(/s$/, "")] };
  const { values, positionals } = parse(command, args, options);
  const one = (flag: string): string | undefined => {
    const value = values[flag];
    return typeof value === "string" ? value : undefined;
  };
  const all = (flag: string): string[] => {
    const value = values[flag];
    return Array.isArray(value) ? value.map(String).flatMap((text) => text.split(",")) : [];
  };
  const has = (flag: string): boolean => values[flag] !== undefined && values[flag] !== false;
  const word = (flag: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`--${flag}`, text];
  const file = one("config-file");
  const isOfAssociation = options["service-account-name"] !== undefined;
  // There, the deprecated --name is the cluster's.
  const name = isOfAssociation ? nameOf(undefined, positionals) : nameOf(one("name"), positionals);
  if (isOfAssociation && name !== undefined) throw wrong(`unexpected argument '${name}'`);
  const cluster = one("cluster") ?? (isOfAssociation ? one("name") : undefined);
  if (file !== undefined)
    refuseBesideFile(has, positionals, isOfAssociation ? NOT_WITH_FILE_OF_ASSOCIATIONS : NOT_WITH_FILE);
  const place = [...word("region", one("region")), ...word("profile", one("profile"))];
  const idle = file === undefined ? [] : IDLE_WITH_FILE.filter(has);
  return {
    file,
    cluster,
    name,
    place,
    has,
    approve: has("approve") ? ["--approve"] : [],
    clusterFlags: [...word("cluster", cluster), ...place],
    get serviceAccount() {
      if (name === undefined) throw wrong(`${command}: --name must be set`);
      return [...word("namespace", one("namespace")), "--name", name];
    },
    optionalServiceAccount: [...word("namespace", one("namespace")), ...word("name", name)],
    get associated() {
      for (const flag of ["namespace", "service-account-name"])
        if (one(flag) === undefined) throw wrong(`${command}: --${flag} is required`);
      return [...word("namespace", one("namespace")), ...word("name", one("service-account-name"))];
    },
    globs: ["include", "exclude"].flatMap((flag) => all(flag).flatMap((glob) => [`--${flag}`, glob])),
    dropped: [...DROPPED.filter(has), ...idle].map((flag) => `--${flag}`),
    flag: (flag) => (has(flag) ? [`--${flag}`] : []),
    value: (flag, own = `--${flag}`) => word(own.slice(2), one(flag)),
    list: (flag, own) => all(flag).flatMap((text) => [own, text]),
  };
}

function parse(command: string, args: readonly string[], options: Options) {
  try {
    return parseArgs({
      args: args.map((arg) => plainSwitch(arg, options)).filter((arg) => arg !== ""),
      options,
      allowPositionals: true,
    });
  } catch (error) {
    // Node goes on with advice for a command that takes any words.
    const [message = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw wrong(
      `${command}: ${message.charAt(0).toLowerCase()}${message.slice(1)}${meantFlag(message, options)}`,
    );
  }
}

function meantFlag(message: string, options: Options): string {
  const flag = /^Unknown option '--([^']+)'$/.exec(message)?.[1];
  const meant = flag === undefined ? undefined : nearest(flag, Object.keys(options));
  return meant === undefined ? "" : `; did you mean --${meant}?`;
}

/** Go's flags take `--approve=true`, and `--approve=false` for none. */
function plainSwitch(arg: string, options: Options): string {
  const [, flag = "", value = ""] = /^--([\w-]+)=(true|false)$/.exec(arg) ?? [];
  if (options[flag]?.type !== "boolean") return arg;
  return value === "true" ? `--${flag}` : "";
}

function nameOf(flag: string | undefined, positionals: readonly string[]): string | undefined {
  const [position, ...more] = positionals;
  if (more.length > 0) throw wrong(`unexpected argument '${more.join(" ")}'`);
  if (position !== undefined && flag !== undefined)
    throw wrong(`--name=${flag} and argument '${position}' can't be used at the same time`);
  return flag ?? position;
}

function refuseBesideFile(
  has: (flag: string) => boolean,
  positionals: readonly string[],
  refused: readonly string[],
): void {
  const flags = refused.filter(has).map((flag) => `--${flag}`);
  const all = [...flags, ...positionals.map((position) => `the name '${position}'`)];
  if (all.length > 0) throw wrong(`${all.join(", ")} can't be used with -f: the file sets it`);
}
