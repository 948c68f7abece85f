import { readTextFile } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import type { PlannedChange } from "../../export/of-plan.ts";
import type { ResourceKind } from "../../export/model.ts";
import { parseClusterArn, parseRoleArn, type ClusterArn } from "../../model/arn.ts";
import { CHANGE_KINDS } from "../../model/change-kinds.ts";
import type { ChangeKind } from "../../model/change.ts";
import { jsonPlaceText, readJson } from "../../model/json.ts";
import { keysOf } from "../../model/keys-of.ts";
import { LIMITS } from "../../model/limits.ts";
import { invalid, valid, type Parsed, type Problems } from "../../model/problems.ts";
import { parseNamespaceName, parseServiceAccountPath } from "../../model/service-account-ref.ts";
import { isJsonObject, type JsonObject } from "../../model/target-record.ts";
import { camelCase } from "../../output/camel-case.ts";
import { textIn } from "../../output/json-parts.ts";

/** A plan, as far as an export needs it. */
export interface PlanFile {
  readonly cluster: ClusterArn;
  readonly changes: readonly PlannedChange[];
}

/** Reads the file of `--plan`; what is wrong with it is noted. */
export async function readPlanFile(file: string, problems: Problems): Promise<PlanFile | undefined> {
  try {
    const text = await readTextFile(file, { maxBytes: LIMITS.baselineBytes });
    return problems.take("--plan", file, () => planIn(text));
  } catch (error) {
    problems.note("--plan", file, `can't be read: ${reasonOf(error)}`);
    return undefined;
  }
}

const MAKE_ONE = "create one with irsa plan -f FILE -o json";

/** The answer of `irsa plan -o json`, or of `apply` without `--approve`. Of a change only its subject is taken. */
export function planIn(text: string): Parsed<PlanFile> {
  const read = readJson(text);
  if (!read.ok) return invalid(`${read.problem.message} (${jsonPlaceText(read.problem)}); ${MAKE_ONE}`);
  const answer = isJsonObject(read.value) ? read.value : {};
  const { schemaVersion, command, plan, state, cluster, error } = answer;
  if (schemaVersion !== 2 || (command !== "plan" && command !== "apply"))
    return invalid(`is not a plan; ${MAKE_ONE}`);
  if (error !== undefined) return invalid(`is the answer of a run that failed; ${MAKE_ONE}`);
  if (!isJsonObject(plan) || !isJsonObject(cluster))
    return invalid(`has no plan of one cluster; ${MAKE_ONE}, for the cluster to export for`);
  if (state === "done") return invalid(`is a plan that was applied; ${MAKE_ONE}`);
  const arn = parseClusterArn(textIn(cluster["arn"]));
  if (!arn.ok) return invalid(`has a cluster with the ARN '${textIn(cluster["arn"])}', which ${arn.problem}`);
  const { changes } = plan;
  if (!Array.isArray(changes)) return invalid(`has no list 'plan.changes'; ${MAKE_ONE}`);
  const parsed = changes.map(changeIn);
  for (const [at, one] of parsed.entries())
    if (!one.ok) return invalid(`has a plan.changes[${at}] that ${one.problem}`);
  return valid({ cluster: arn.value, changes: parsed.flatMap((one) => (one.ok ? [one.value] : [])) });
}

const KINDS = new Map(keysOf(CHANGE_KINDS).map((kind) => [camelCase(kind), kind]));

/** Where the changes that a text can express have their subject. */
const SUBJECTS: Partial<
  Readonly<Record<ChangeKind, readonly [kind: ResourceKind, field: string, isNew: boolean]>>
> = {
  "create-provider": ["provider", "arn", true],
  "edit-provider": ["provider", "arn", false],
  "create-role": ["role", "arn", true],
  "edit-role": ["role", "arn", false],
  "attach-policy": ["role", "role", false],
  "put-inline-policy": ["role", "role", false],
  "create-pod-identity": ["association", "serviceAccount", true],
  "update-pod-identity": ["association", "serviceAccount", false],
  "create-namespace": ["namespace", "namespace", true],
  "create-service-account": ["serviceAccount", "serviceAccount", true],
  "edit-service-account": ["serviceAccount", "serviceAccount", false],
};

const PROVIDER = /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/\S+$/;

const WORDS: Readonly<Record<ResourceKind, string>> = {
  provider: "identity provider",
  role: "role",
  association: "Pod Identity association of",
  namespace: "namespace",
  serviceAccount: "ServiceAccount",
};

function changeIn(change: unknown): Parsed<PlannedChange> {
  if (!isJsonObject(change)) return invalid("is not an object");
  const kind = KINDS.get(textIn(change["kind"]));
  if (kind === undefined)
    return invalid(`has the kind '${textIn(change["kind"])}', which irsa does not have`);
  const [of, field, isNew] = SUBJECTS[kind] ?? [];
  if (of === undefined || field === undefined || isNew === undefined)
    return valid({ kind, what: whatOf(kind, change) });
  const key = keyIn(of, change[field]);
  if (!key.ok) return invalid(`has as '${field}' a value that ${key.problem}`);
  return valid({ kind, what: `${WORDS[of]} ${key.value}`, resource: { kind: of, key: key.value, isNew } });
}

function keyIn(kind: ResourceKind, value: unknown): Parsed<string> {
  switch (kind) {
    case "provider":
      return PROVIDER.test(textIn(value))
        ? valid(textIn(value))
        : invalid("is not the ARN of an identity provider");
    case "role":
      return parseRoleArn(textIn(value));
    case "namespace":
      return parseNamespaceName(textIn(value));
    case "association":
    case "serviceAccount": {
      const { namespace, name } = isJsonObject(value) ? value : {};
      const path = `${textIn(namespace)}/${textIn(name)}`;
      const ref = parseServiceAccountPath(path);
      return ref.ok ? valid(path) : ref;
    }
  }
}

/** A change that a text can't express, by what it names. */
function whatOf(kind: ChangeKind, change: JsonObject): string {
  const named = [change["arn"], change["role"], change["addon"], change["namespace"]].find(
    (value) => typeof value === "string",
  );
  const { serviceAccount } = change;
  const { namespace, name } = isJsonObject(serviceAccount) ? serviceAccount : {};
  const of = textIn(named) || (name === undefined ? "" : `${textIn(namespace)}/${textIn(name)}`);
  return of === "" ? camelCase(kind) : `${camelCase(kind)} of ${of}`;
}
