import type { Tags } from "../../model/iam-objects.ts";
import { MANAGED_BY_LABEL, TAG } from "../../model/ownership-tags.ts";
import { listOf, type Statement } from "../../model/trust-policy/document.ts";
import { jsonText } from "../../output/json.ts";
import { shellCommand } from "../../output/shell.ts";
import type { Engine } from "../engine.ts";
import { coreManifests } from "../manifest.ts";
import {
  resourcesOf,
  type AssociationResource,
  type ExportModel,
  type ProviderResource,
  type RoleResource,
} from "../model.ts";
import { SCRIPT_FUNCTIONS } from "./script-functions.ts";

/** A script of `aws` and `kubectl`, for those who run neither irsa nor an engine where they apply. */
export const script: Engine = {
  label: "a script",
  kinds: ["provider", "role", "association", "namespace", "serviceAccount"],
  neverDeletes: true,
  changesExisting: ["provider", "role", "association", "namespace", "serviceAccount"],
  cannot: () => [],
  write: (model) => `${SCRIPT_FUNCTIONS}\n${calls(model).map(callText).join("\n")}\n`,
};

/** A call of one of the script's functions. */
type Call = readonly [name: string, ...values: (string | Json)[]];

/** What becomes JSON in one word: printable ASCII or letters, whatever is in it. */
interface Json {
  readonly json: unknown;
}

function callText([name, ...values]: Call): string {
  const words = values.map((value) => (typeof value === "string" ? value : jsonText(value.json, 0)));
  return shellCommand([name, ...words]);
}

function calls(model: ExportModel): readonly Call[] {
  const { awsAccount, region } = model.cluster;
  const core = coreManifests(model);
  return [
    ["target", awsAccount, region, core.length > 0 ? model.issuer : ""],
    ...resourcesOf(model, "provider").flatMap(providerCalls),
    ...resourcesOf(model, "role").flatMap(roleCalls),
    ...resourcesOf(model, "association").map((one) => associationCall(one, model)),
    ...core.map((object): Call => {
      const { name, namespace = "", labels = {} } = object.metadata;
      if (object.kind === "Namespace") return ["namespace", name];
      return ["service_account", namespace, name, labels[MANAGED_BY_LABEL] ?? "", { json: object }];
    }),
  ];
}

function providerCalls({ arn, url, clientIds, thumbprints, tags }: ProviderResource): readonly Call[] {
  const OpenIDConnectProviderArn = arn;
  const create = {
    Url: url,
    ClientIDList: clientIds,
    ...(thumbprints.length > 0 && { ThumbprintList: thumbprints }),
    ...tagged(tags),
  };
  return [
    ["provider", { json: { OpenIDConnectProviderArn } }, { json: create }],
    ...clientIds.map((ClientID): Call => ["audience", { json: { OpenIDConnectProviderArn, ClientID } }]),
  ];
}

function roleCalls(role: RoleResource): readonly Call[] {
  const RoleName = role.name;
  const trust = jsonText(role.trust, 0);
  const settings = { Description: role.description, MaxSessionDuration: role.maxSessionSeconds };
  const create = {
    RoleName,
    Path: role.path,
    AssumeRolePolicyDocument: trust,
    ...settings,
    ...(role.boundary !== undefined && { PermissionsBoundary: role.boundary }),
    ...tagged(role.tags),
  };
  const owner = [TAG.managedBy, TAG.clusterArn, TAG.namespace, TAG.serviceAccount].flatMap((key) => {
    const value = role.tags[key];
    return value === undefined ? [] : [`(Key==${literal(key)} && Value==${literal(value)})`];
  });
  const call: Call = [
    "role",
    { json: { RoleName } },
    `length(not_null(Role.Tags, \`[]\`)[?${owner.join(" || ")}])`,
    String(owner.length),
    { json: create },
    { json: { RoleName, ...settings } },
    { json: { RoleName, ...tagged(role.tags) } },
    RoleName,
    othersQuery(listOf(role.trust.Statement)),
    ...listOf(role.trust.Statement).flatMap(trustQueries),
  ];
  const one = (name: string, fields: object): Call => [name, { json: { RoleName, ...fields } }];
  return [
    call,
    ...(role.boundary === undefined ? [] : [one("boundary", { PermissionsBoundary: role.boundary })]),
    ...role.policies.map((PolicyArn) => one("attach", { PolicyArn })),
    ...Object.entries(role.inline).map(([PolicyName, document]) =>
      one("inline", { PolicyName, PolicyDocument: jsonText(document, 0) }),
    ),
  ];
}

const TRUST = "Role.AssumeRolePolicyDocument";

/** How many statements of a trust policy may let others assume the role: they would get what it is given. */
function othersQuery(own: readonly Statement[]): string {
  const isOther = own.map((statement) => `@ != ${literal(statement)}`);
  return `length([${TRUST}.Statement][] | [?${["Effect != 'Deny'", ...isOther].join(" && ")}])`;
}

/** How often a trust policy has a statement, and the trust policy with it added: its other statements stay. */
function trustQueries(statement: Statement): readonly string[] {
  return [
    `length([${TRUST}.Statement][] | [?@ == ${literal(statement)}])`,
    `merge(${TRUST}, {Statement: [[${TRUST}.Statement][], ${literal([statement])}][]})`,
  ];
}

/** A value in JMESPath: JSON between backticks, of which it has none itself. */
function literal(value: unknown): string {
  return `\`${jsonText(value, 0).replaceAll("`", String.raw`\u0060`)}\``;
}

function associationCall(association: AssociationResource, { cluster }: ExportModel): Call {
  const { serviceAccount, role, targetRole, withoutSessionTags, policy, tags } = association;
  const clusterName = cluster.name;
  const subject = { clusterName, namespace: serviceAccount.namespace, serviceAccount: serviceAccount.name };
  const settings = {
    roleArn: role,
    ...(targetRole !== undefined && { targetRoleArn: targetRole }),
    disableSessionTags: withoutSessionTags,
    ...(policy !== undefined && { policy }),
  };
  const tagging = Object.keys(tags).length === 0 ? {} : { tags };
  return [
    "association",
    { json: subject },
    { json: { clusterName } },
    role,
    { json: { ...subject, ...settings, ...tagging } },
    { json: { clusterName, ...settings } },
  ];
}

function tagged(tags: Tags): object {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? {} : { Tags: list };
}
