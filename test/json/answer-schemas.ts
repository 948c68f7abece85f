import { CHECKS } from "../../src/doctor/check.ts";
import { GRAPH_KINDS, GRAPH_STATES } from "../../src/model/access-graph.ts";
import { CHANGE_KINDS } from "../../src/model/change-kinds.ts";
import { SEVERITIES } from "../../src/model/finding.ts";
import { camelCase } from "../../src/output/camel-case.ts";
import { IRSA_LINKS, POD_IDENTITY_LINKS } from "../../src/verification/links.ts";

/** A JSON Schema, draft 7. */
export type Schema = Readonly<Record<string, unknown>>;

const string: Schema = { type: "string" };
const boolean: Schema = { type: "boolean" };
const count: Schema = { type: "integer", minimum: 0 };
const fromOne: Schema = { type: "integer", minimum: 1 };
const anyObject: Schema = { type: "object" };
const awsAccount: Schema = { type: "string", pattern: String.raw`^\d{12}$` };
const kebab: Schema = { type: "string", pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" };
const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const list = (items: Schema): Schema => ({ type: "array", items });
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });

/** Every field must be there, but for those of `optional`. */
function object(
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: "object", required: Object.keys(properties), properties: { ...properties, ...optional } };
}

const cluster = object({ arn: string, name: string, region: string, awsAccount });
const serviceAccount = object({ namespace: string, name: string });
const workload = object({ kind: { type: "string", pattern: "^[a-z]+$" }, namespace: string, name: string });
const labeled = list(object({ label: string, value: string }));
const argv = { type: "array", items: string, minItems: 1 };
const note = object(
  { level: oneOf("warning", "info"), code: kebab, message: string },
  { command: string, argv },
);
const error = object({
  code: string,
  message: string,
  facts: labeled,
  hint: nullable(string),
  command: nullable(string),
  argv: nullable(argv),
});
const narrowedServices = list(
  object({
    service: string,
    lastUsed: nullable(string),
    kept: list(
      object({
        action: string,
        because: oneOf("used", "actionNotTracked", "serviceNotReported", "namesUnknown"),
        lastUsed: nullable(string),
      }),
    ),
    dropped: list(object({ action: string, unused: oneOf("service", "action") })),
  }),
);
const notRead = list(object({ what: string, code: string, message: string }));
const fix = object({
  kind: oneOf("command", "advice"),
  text: string,
  argv: nullable(argv),
  note: nullable(string),
  byFix: boolean,
  otherwise: nullable(object({ text: string, argv, note: string })),
});
const proof = object(
  {
    state: oneOf("accepted", "refused", "notPermitted", "noPod", "otherRole"),
    way: oneOf("irsa", "podIdentity"),
  },
  {
    tries: count,
    milliseconds: count,
    assumedRoleArn: string,
    code: string,
    message: string,
    trust: { const: "lost" },
    injected: nullable(boolean),
    reason: string,
    exitCode: count,
  },
);
const granted = object({ action: string, condition: nullable(anyObject) });
const catalog = object({
  policies: list(
    object({
      name: string,
      about: string,
      source: string,
      upstream: object({ project: string, version: string, date: string }),
      eksctl: boolean,
      inputs: list(object({ name: string, kind: oneOf("list", "switch"), about: string, required: boolean })),
      managedPolicies: list(string),
      document: nullable(anyObject),
    }),
  ),
});
const rolePolicies = object({
  policies: list(
    object({
      role: string,
      serviceAccounts: list(serviceAccount),
      managedBy: nullable(oneOf("irsa", "eksctl", "unmanaged")),
      policy: nullable(string),
      state: oneOf("current", "outdated", "unknown"),
      evidence: nullable(oneOf("document", "name", "similar")),
      writtenBy: nullable(string),
      lacks: list(granted),
      excess: list(granted),
      lacksPolicies: list(string),
      reason: nullable(string),
    }),
  ),
  rolesWithout: count,
  notRead,
});
const status = oneOf("PASS", "WARN", "FAIL", "UNKNOWN", "SKIPPED");
const remark = { level: oneOf("fail", "warn"), code: kebab, message: string, evidence: labeled, fix };
const finding = { ...remark, row: string };
const link = oneOf(...new Set([...IRSA_LINKS, ...POD_IDENTITY_LINKS]));
const accessPath = {
  via: oneOf("irsa", "podIdentity", "node"),
  nodes: nullable(list(string)),
  audience: nullable(string),
  through: nullable(string),
  permissionUnknown: boolean,
  sessionPolicy: nullable(string),
  verdict: oneOf("allow", "conditional"),
  unknownKeys: list(string),
  statements: list(object({ number: fromOne, sid: nullable(string) })),
};
const auditFinding = {
  rule: kebab,
  severity: oneOf(...SEVERITIES),
  subject: object(
    {
      kind: oneOf("role", "serviceAccount", "provider", "cluster"),
      name: string,
      id: string,
      cluster: nullable(cluster),
    },
    { namespace: string },
  ),
  message: string,
  evidence: labeled,
  fix,
  namespaces: list(string),
  fingerprint: { type: "string", pattern: "^[a-z2-7]{20}$" },
  known: boolean,
  place: nullable(object({ file: string, line: fromOne })),
};
const audited = object(auditFinding);
const auditSummary = Object.fromEntries([...SEVERITIES, "known", "suppressed"].map((name) => [name, count]));
const auditResult = {
  awsAccount,
  summary: object(auditSummary),
  findings: list(audited),
  suppressed: list(
    object({
      ...auditFinding,
      reason: string,
      until: { type: "string", pattern: String.raw`^\d{4}-\d{2}-\d{2}$` },
    }),
  ),
  notes: list(string),
  notRead,
};

const whoCanSubjects = {
  subjects: list(
    object({
      cluster,
      serviceAccount,
      exists: nullable(boolean),
      ...accessPath,
      pods: nullable(list(string)),
    }),
  ),
  open: nullable(oneOf("pattern", "anyServiceAccount", "anyProvider")),
  openPatterns: list(string),
};

const whoCanResult = {
  role: string,
  ...whoCanSubjects,
  chains: list(
    object({
      roles: list(string),
      verdict: oneOf("allow", "conditional"),
      unknownKeys: list(string),
      ...whoCanSubjects,
    }),
  ),
  nextNodes: list(string),
  notRead,
};

const missingParts = list(
  object({ target: string, awsAccount, region: nullable(string), cluster: nullable(string), error }),
);

/** Of many targets (`--targets`, `--all-clusters`): what there is of each, what is missing, and sums of the summaries. */
function ofTargets(
  sums: readonly string[],
  ofEach: Readonly<Record<string, Schema>>,
  together: Readonly<Record<string, Schema>> = {},
): Schema {
  const required = {
    ...together,
    summary: object({ targets: count, complete: count, partial: count, missing: count, ...countsOf(sums) }),
    resumed: nullable(object({ targets: count, oldest: string })),
    missing: missingParts,
    targets: list(object({ name: string, awsAccount, readAt: string, caller: string, ...ofEach })),
  };
  return object(required, { leftOut: list(object({ awsAccount, name: string, state: string })) });
}

function countsOf(names: readonly string[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(names.map((name) => [name, count]));
}

/** The same where each cluster has a result of its own, as a run of it alone has. */
function ofClusters(
  sums: readonly string[],
  result: Schema,
  together: Readonly<Record<string, Schema>> = {},
): Schema {
  const properties = result["properties"] as Readonly<Record<string, Schema>>;
  const ofEach = {
    summary: object(countsOf(sums)),
    clusters: list(object({ name: string, arn: string, notRead, ...properties })),
  };
  return ofTargets(sums, ofEach, together);
}

/** A command whose run covers one cluster, or many. */
function inMany(answer: Answer, sums: readonly string[]): Answer {
  return { ...answer, targets: ofClusters(sums, answer.result) };
}

const watchSource = oneOf(
  "iam",
  "eks",
  "ec2",
  "sts",
  "eksAuth",
  "keys",
  "serviceAccounts",
  "pods",
  "nodes",
  "namespaces",
  "webhooks",
);
const loss = { since: nullable(string), reason: nullable(object({ code: kebab, message: string })) };
const watchTimes = {
  at: string,
  asOf: object({ cluster: nullable(string), aws: nullable(string) }),
  unknown: list(object({ source: watchSource, ...loss })),
};
const chainState = {
  verdict: oneOf("works", "broken", "unproven"),
  link: nullable(string),
  code: nullable(kebab),
  message: nullable(string),
};
const graphPart = { state: oneOf(...GRAPH_STATES), facts: labeled, findings: list(count) };
const graphFields = {
  awsAccount,
  observedAt: string,
  nodes: list(
    object(
      { id: string, kind: oneOf(...GRAPH_KINDS.map(camelCase)), label: string, ...graphPart },
      { cluster, namespace: string },
    ),
  ),
  edges: list(
    object({
      from: string,
      to: string,
      kind: oneOf("contains", "runsAs", "assumes", "attached"),
      ...graphPart,
    }),
  ),
  findings: list(object(auditFinding)),
  notRead,
};
/** The states of nodes that are counted where there are many targets. */
const GRAPH_PROBLEMS = ["dangerous", "broken", "stale", "unknown"];
const credentialSources = (schema: Schema): Schema => object({}, { irsa: schema, podIdentity: schema });
const level = oneOf("required", "asUsed", "advisory");
const fate = oneOf("deleted", "released", "kept", "absent", "delete", "release", "keep");

/** An item of a list by its state: what each state has beside. */
function byState(
  common: Readonly<Record<string, Schema>>,
  ...variants: readonly (readonly [readonly string[], Schema])[]
): Schema {
  return {
    oneOf: variants.map(([states, more]) => ({
      ...more,
      required: [...Object.keys(common), "state", ...((more["required"] as readonly string[]) ?? [])],
      properties: { ...common, state: oneOf(...states), ...(more["properties"] as object) },
    })),
  };
}

const plan = object({
  digest: { type: "string", pattern: "^[0-9a-f]{64}$" },
  summary: object({ create: count, change: count, remove: count }),
  // What a change carries goes by its kind (src/model/*-change.ts).
  changes: list({
    type: "object",
    required: ["kind"],
    properties: { kind: oneOf(...Object.keys(CHANGE_KINDS).map(camelCase)) },
    additionalProperties: true,
  }),
  notes: list(note),
});
const steps = list(
  object(
    { change: count, milliseconds: count, requestIds: list(string), notes: list(note) },
    { replaced: anyObject },
  ),
);
const state = oneOf("planned", "nothingToDo", "done");
const PLANNED = { plan, state, steps };

interface Answer {
  readonly result: Schema;
  /** What is beside the result, always or at times. */
  readonly beside?: Readonly<Record<string, Schema>>;
  readonly sometimes?: Readonly<Record<string, Schema>>;
  readonly several?: true;
  /** The result where the run covers many targets. */
  readonly targets?: Schema;
}

const fleetRow = byState(
  { serviceAccount, role: nullable(string) },
  [
    ["inSync", "differs", "applied"],
    object({ way: oneOf("irsa", "podIdentity"), audience: string }, { proof }),
  ],
  [["failed"], object({ error })],
  [["prune", "pruned"], object({ serviceAccountFate: fate, roleFate: fate })],
);
const fleet = object({ serviceAccounts: list(fleetRow) });
const PLAN_COUNTS_OF_TARGETS = [
  "clusters",
  "differing",
  "withoutFile",
  "serviceAccounts",
  "failed",
  "create",
  "change",
  "remove",
];
const fullDigest: Schema = { type: "string", pattern: "^[0-9a-f]{64}$" };
/** The plans of the clusters of many targets. */
const fleetOfTargets = ofClusters(
  PLAN_COUNTS_OF_TARGETS,
  object({ plan, state, steps, serviceAccounts: list(fleetRow) }),
  {
    digest: fullDigest,
    unmatched: list(
      object({
        file: string,
        line: fromOne,
        name: nullable(string),
        region: nullable(string),
        awsAccount: nullable(string),
      }),
    ),
  },
);
const linkFinding = object(finding);
const chainLink = object({ link, status, message: string, findings: list(linkFinding) });
const endpointOverrides = object(
  {},
  { eks: string, iam: string, sts: string, cloudformation: string, issuerKeys: string, secondIam: string },
);
const end = object({ issuer: string, provider: string, cluster: nullable(cluster) });
const MOVE_COUNTS = ["roles", "differing", "failed", "create", "change", "remove"];
const emptyList: Schema = { type: "array", maxItems: 0 };
/** What `migrate-trust` has done in an AWS account. */
const moved = {
  from: end,
  to: end,
  replace: boolean,
  trustQuota: nullable(count),
  roles: list(
    byState(
      { role: string },
      [
        ["inSync", "differs", "applied"],
        object({
          characters: object({ before: count, after: count }),
          ownershipTags: nullable(oneOf("newCluster", "unchanged")),
        }),
      ],
      [["failed"], object({ error })],
    ),
  ),
};
const boundLive = object({
  serviceAccount,
  role: nullable(string),
  workloads: list(
    object({
      workload,
      rollout: nullable(object({ state: oneOf("done", "manual"), message: string })),
      pod: nullable(object({ name: nullable(string), state: oneOf("injected", "notPermitted") })),
    }),
  ),
  proof: nullable(proof),
});
const boundFiles = object({
  serviceAccount,
  files: list(
    object({
      path: string,
      changed: boolean,
      workloads: list(
        object({
          workload,
          line: fromOne,
          before: nullable(serviceAccount),
          changed: boolean,
          olderField: nullable(serviceAccount),
        }),
      ),
      text: nullable(string),
    }),
  ),
  skipped: list(object({ path: string, line: nullable(fromOne), object: nullable(string), reason: string })),
});

/** What each command answers, by its name (docs/json.md). */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "associate-oidc": { beside: PLANNED, result: object({ provider: string, issuer: string }) },
  "disassociate-oidc": {
    beside: PLANNED,
    result: object({ provider: string, issuer: string, trustedBy: nullable(list(string)) }),
  },
  "associate-agent": {
    beside: PLANNED,
    result: object({
      addOn: string,
      isBuiltIn: boolean,
      proof: nullable(
        object({ version: string, nodes: nullable(object({ ready: count, missing: list(string) })) }),
      ),
    }),
  },
  "disassociate-agent": {
    beside: PLANNED,
    result: object({ addOn: string, associated: nullable(list(string)) }),
  },
  "create-sa": {
    beside: PLANNED,
    result: object(
      {
        serviceAccount,
        way: oneOf("irsa", "podIdentity"),
        role: string,
        audience: string,
        proof: nullable(proof),
      },
      { targetRole: string },
    ),
  },
  "update-sa": { beside: PLANNED, result: object({ serviceAccount, role: nullable(string) }) },
  "delete-sa": {
    beside: PLANNED,
    result: object(
      { serviceAccount, serviceAccountFate: fate, role: nullable(string), roleFate: fate },
      { targetRole: nullable(string), targetRoleFate: fate },
    ),
  },
  plan: { beside: PLANNED, result: fleet, targets: fleetOfTargets },
  apply: { beside: PLANNED, result: fleet, targets: fleetOfTargets },
  adopt: {
    beside: PLANNED,
    result: object({
      serviceAccounts: list(
        byState(
          { serviceAccount, role: nullable(string) },
          [
            ["adopted", "differs"],
            object(
              { way: oneOf("irsa", "podIdentity"), audience: string, stack: nullable(string) },
              { proof },
            ),
          ],
          [["failed"], object({ error })],
        ),
      ),
    }),
  },
  "migrate-trust": {
    beside: PLANNED,
    result: object(moved),
    targets: ofTargets(
      MOVE_COUNTS,
      { summary: object(countsOf(MOVE_COUNTS)), clusters: emptyList, plan, state, steps, ...moved },
      { digest: fullDigest },
    ),
  },
  "migrate-pod-identity": {
    beside: PLANNED,
    result: object({
      goal: oneOf("podIdentity", "irsa"),
      serviceAccounts: list(
        byState(
          { serviceAccount },
          [
            ["inSync", "differs", "applied"],
            object({
              role: nullable(string),
              pods: object({ irsa: count, podIdentity: count }),
              next: nullable(oneOf("restart", "finish", "wait")),
              waitsFor: nullable(string),
              exchange: nullable(object({ state: oneOf("accepted", "notTried"), reason: nullable(string) })),
            }),
          ],
          [["failed"], object({ error })],
        ),
      ),
    }),
  },
  "use-sa": {
    beside: { state },
    sometimes: { plan, steps },
    result: { oneOf: [boundLive, boundFiles] },
  },
  "stale-pods": inMany(
    {
      beside: PLANNED,
      result: object({
        stale: list(
          object({
            serviceAccount,
            workload: nullable(workload),
            pods: list(string),
            problems: list(object({ code: kebab, found: string, message: string }, { container: string })),
            restartable: boolean,
          }),
        ),
      }),
    },
    ["stale"],
  ),
  verify: inMany(
    {
      sometimes: PLANNED,
      result: object({
        chains: list(
          object({
            subject: object({
              kind: oneOf(
                "serviceAccount",
                "pod",
                "deployment",
                "daemonset",
                "statefulset",
                "cronjob",
                "job",
                "rollout",
              ),
              namespace: string,
              name: string,
            }),
            serviceAccount: nullable(serviceAccount),
            way: oneOf("irsa", "podIdentity"),
            verdict: oneOf("works", "broken", "unproven"),
            firstBroken: nullable(object({ link, ...finding })),
            links: list(chainLink),
            notChecked: list(string),
          }),
        ),
      }),
    },
    ["chains", "broken", "unproven"],
  ),
  doctor: {
    result: object({
      commands: list(kebab),
      checks: list(
        object({ check: oneOf(...CHECKS), status, message: string, remarks: list(object(remark)) }),
      ),
    }),
  },
  "get-sa": inMany(
    {
      result: object({
        serviceAccounts: list(
          object({
            serviceAccount,
            origin: oneOf("created", "adopted", "unmanaged", "absent"),
            managedBy: nullable(oneOf("irsa", "eksctl", "unmanaged")),
            roleOrigin: nullable(oneOf("created", "adopted")),
            roleEngine: nullable(string),
            serviceAccountManager: nullable(string),
            way: oneOf("irsa", "podIdentity"),
            role: nullable(string),
            audience: string,
            policies: list(string),
            inlinePolicies: list(string),
            permissionsBoundary: nullable(string),
            maxSessionDuration: nullable(count),
            description: nullable(string),
            state: oneOf("inSync", "drifted", "unknown"),
            drift: list(object({ code: kebab, message: string })),
            unknown: nullable(string),
          }),
        ),
        notes: list(note),
      }),
    },
    ["serviceAccounts", "drifted", "unknown"],
  ),
  "who-can": {
    several: true,
    result: object(whoCanResult),
    targets: ofTargets(["subjects", "conditional", "chained"], {
      summary: object(countsOf(["subjects", "conditional", "chained"])),
      clusters: list(object({ name: string, arn: string })),
      ...whoCanResult,
    }),
  },
  "what-can": inMany(
    {
      result: object({
        serviceAccount,
        exists: nullable(boolean),
        annotatedRole: nullable(string),
        audience: string,
        roles: list(
          object({
            role: string,
            annotated: boolean,
            ...accessPath,
            policies: nullable(list(string)),
            inlinePolicies: nullable(list(string)),
            permissionsBoundary: nullable(string),
          }),
        ),
        chains: list(
          object({
            roles: list(string),
            verdict: oneOf("allow", "conditional"),
            unknownKeys: list(string),
            administrator: nullable(boolean),
          }),
        ),
        notJudged: list(
          object({
            role: string,
            via: oneOf("irsa", "podIdentity"),
            through: nullable(string),
            sessionPolicy: nullable(string),
          }),
        ),
        notRead,
      }),
    },
    ["roles", "conditional"],
  ),
  narrow: {
    result: object({
      role: string,
      serviceAccount: nullable(serviceAccount),
      managedByIrsa: boolean,
      period: object({ since: string, until: string, days: count, sinceCreation: boolean }),
      policy: nullable({ type: "object" }),
      policySize: nullable(count),
      policies: list(
        object({
          arn: nullable(string),
          inline: nullable(string),
          fate: oneOf("replaced", "stays", "notRead"),
        }),
      ),
      services: narrowedServices,
      namesAsOf: string,
      commands: list(object({ command: string, argv: list(string) })),
      notRead,
    }),
  },
  "move-off-node": {
    result: object({
      cluster,
      nodeRoles: list(
        object({
          role: string,
          usedBy: list(string),
          period: object({ since: string, until: string, days: count, sinceCreation: boolean }),
          policies: list(
            object({ arn: nullable(string), inline: nullable(string), beyond: nullable(list(string)) }),
          ),
        }),
      ),
      workloads: list(
        object({
          namespace: string,
          workload: string,
          state: oneOf("onNodeRole", "restartNeeded", "hasIdentity", "notReached", "noPods", "notFound"),
          reach: nullable(oneOf("certain", "possible", "unknown")),
          serviceAccount: nullable(string),
          pods: count,
          nodes: list(string),
          newServiceAccount: nullable(serviceAccount),
          notes: list(string),
          commands: list(object({ command: string, argv: list(string) })),
        }),
      ),
      policy: nullable({ type: "object" }),
      policySize: nullable(count),
      services: narrowedServices,
      actionsOfNodes: list(string),
      instanceConditionKeys: list(string),
      breaks: list(
        object({
          namespace: string,
          workload: string,
          serviceAccount: string,
          reach: oneOf("certain", "possible", "unknown"),
          hostNetwork: boolean,
          pods: count,
          nodeRole: string,
        }),
      ),
      notKnown: list(string),
      namesAsOf: string,
      notRead,
    }),
  },
  guardrails: {
    result: object({
      awsAccount: string,
      subjects: oneOf("pinned", "namespaces", "any"),
      issuers: list(object({ issuer: string, subjects: list(string) })),
      leftOut: list(string),
      policies: list(
        object({
          type: oneOf("RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"),
          name: string,
          document: { type: "object" },
          size: count,
          limit: count,
        }),
      ),
      losing: list(
        object({
          role: string,
          issuer: string,
          subject: string,
          because: oneOf("unknownIssuer", "subjectNotPinned"),
        }),
      ),
      kept: count,
      notJudged: list(string),
    }),
  },
  policies: {
    result: { oneOf: [catalog, rolePolicies] },
    targets: ofClusters(["policies", "outdated", "unknown"], rolePolicies),
  },
  audit: {
    several: true,
    result: object(auditResult),
    targets: ofTargets(Object.keys(auditSummary), {
      clusters: list(object({ name: string, arn: string })),
      ...auditResult,
    }),
  },
  watch: {
    result: {
      oneOf: [
        object({
          event: oneOf("snapshot"),
          ...watchTimes,
          summary: object({
            chains: object({ works: count, broken: count, unproven: count, unknown: count }),
            findings: object(Object.fromEntries(SEVERITIES.map((name) => [name, count]))),
          }),
          chains: list(object({ serviceAccount, ...chainState, isUnknown: boolean })),
          findings: list(object({ ...auditFinding, isUnknown: boolean })),
        }),
        object({
          event: oneOf("findingAppeared", "findingChanged", "findingResolved"),
          ...watchTimes,
          finding: object(auditFinding),
        }),
        object({
          event: oneOf("chainChanged"),
          ...watchTimes,
          serviceAccount,
          from: nullable(object(chainState)),
          to: nullable(object(chainState)),
        }),
        object({ event: oneOf("sourceLost", "sourceRestored"), ...watchTimes, source: watchSource, ...loss }),
        object({ event: oneOf("omitted"), ...watchTimes, count }),
      ],
    },
  },
  graph: {
    several: true,
    result: object(graphFields),
    targets: {
      oneOf: [
        ofTargets(["nodes", ...GRAPH_PROBLEMS], {
          summary: object(countsOf(["nodes", ...GRAPH_PROBLEMS])),
          clusters: list(object({ name: string, arn: string })),
          ...graphFields,
        }),
        object({
          ...graphFields,
          awsAccount: { type: "null" },
          summary: object(countsOf(["targets", "complete", "partial", "missing"])),
          missing: missingParts,
        }),
      ],
    },
  },
  permissions: {
    result: object({
      commands: list(kebab),
      aws: list(object({ action: string, level, resources: list(string), why: string })),
      kubernetes: list(object({ verb: string, apiGroup: string, resource: string, level, why: string })),
      iamPolicy: anyObject,
      iamPolicySize: object({ characters: count, limit: count }),
      leftOut: list(object({ action: string, flag: string, why: string })),
      notes: list(string),
      rbac: list(anyObject),
    }),
  },
  explain: {
    result: object({
      explanations: list({
        oneOf: [
          object({
            kind: { const: "verifyFinding" },
            code: kebab,
            row: string,
            link: oneOf(...new Set([...IRSA_LINKS, ...POD_IDENTITY_LINKS])),
            title: string,
            cause: string,
            evidence: string,
            fix: string,
          }),
          object({ kind: { const: "notChecked" }, row: string, reason: string }),
          object({
            kind: { const: "auditRule" },
            code: kebab,
            title: string,
            severity: oneOf(...SEVERITIES),
            why: string,
            finds: string,
            fix: string,
            sources: list(string),
          }),
          object({ kind: { const: "errorCode" }, code: kebab, meaning: string }),
          object({ kind: { const: "exitCode" }, codes: list(string), title: string, meaning: string }),
        ],
      }),
    }),
  },
  version: { result: object({ version: string, node: string, platform: kebab, docs: string }) },
  "sdk-check": {
    result: object({
      summary: object({
        files: count,
        packages: count,
        tooOld: count,
        unknown: count,
        unread: count,
        formats: list(object({ format: string, files: count })),
      }),
      files: list(object({ file: string, format: string })),
      packages: list(
        object({
          file: string,
          line: nullable(fromOne),
          type: string,
          name: string,
          version: string,
          sdk: string,
          verdicts: credentialSources(
            object({
              verdict: oneOf("newEnough", "tooOld", "unknown", "noneNamed"),
              needs: nullable(string),
              never: boolean,
              release: nullable(string),
            }),
          ),
        }),
      ),
      warnings: list(object({ file: string, code: kebab, sdk: string, package: string })),
      unreadable: list(
        object({ file: string, problem: string, reason: oneOf("unreadable", "malformed", "unsupported") }),
      ),
      sources: credentialSources(string),
    }),
  },
  sandbox: {
    result: object({
      endpoint: string,
      folder: string,
      clusters: list(
        object({ arn: string, name: string, region: string, awsAccount, endpoint: string, issuer: string }),
      ),
      environment: object({ set: anyObject, unset: list(string) }),
    }),
  },
};

/** Parts that several answers have, by the names of their types in the library. */
export const NAMED_PARTS: Readonly<Record<string, Schema>> = {
  ClusterRef: cluster,
  ServiceAccountRef: serviceAccount,
  Labeled: labeled["items"] as Schema,
  Note: note,
  ErrorReport: error,
  Fix: fix,
  Proof: proof,
  Plan: plan,
  Step: steps["items"] as Schema,
  NotRead: notRead["items"] as Schema,
  EndpointOverrides: endpointOverrides,
  ServiceAccountResult: fleetRow,
  LinkName: link,
  LinkFinding: linkFinding,
  ChainLink: chainLink,
  AuditFinding: audited,
};

/** The commands that answer in JSON. */
export const ANSWERING: readonly string[] = Object.keys(ANSWERS);

/** The schema of a command's answer, or where no command is named, of any. @param ofMany also where it covers many targets */
export function answerSchema(command?: string, ofMany = true): Schema {
  const answer = command === undefined ? undefined : ANSWERS[command];
  const {
    result: ofOne = anyObject,
    beside = {},
    sometimes = {},
    several,
    targets,
  } = answer ?? { sometimes: PLANNED };
  const result = ofMany && targets !== undefined ? { oneOf: [ofOne, targets] } : ofOne;
  const one = { cluster: nullable(cluster), clusterChosenBy: nullable(string) };
  const isOneOrMany = ofMany && targets !== undefined && several !== true;
  const places: Readonly<Record<string, Schema>> = several === true ? { clusters: list(cluster) } : one;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: command === undefined ? "An answer of irsa -o json" : `What irsa ${command} -o json answers`,
    description: "Fields may be added; what they mean: docs/json.md",
    type: "object",
    required: [
      "schemaVersion",
      "command",
      "caller",
      ...(answer === undefined || isOneOrMany ? [] : Object.keys(places)),
      "endpointOverrides",
      "organizationFile",
    ],
    properties: {
      schemaVersion: { const: 2 },
      command: command === undefined ? nullable(kebab) : { const: command },
      caller: nullable(string),
      secondCaller: string,
      ...places,
      ...((answer === undefined || isOneOrMany) && { clusters: list(cluster) }),
      endpointOverrides,
      organizationFile: nullable(string),
      ...beside,
      ...sometimes,
      result,
      error,
    },
    oneOf: [
      { required: ["result", ...Object.keys(beside), ...(isOneOrMany ? Object.keys(one) : [])] },
      ...(isOneOrMany ? [{ required: ["result", "clusters"] }] : []),
      { required: ["error"] },
    ],
  };
}

/** The same schema, to which no field may be added: what an answer has must be in the schema. */
export function closed(schema: Schema): Schema {
  const inner: Schema = Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, unknown] => [key, closedWithin(value)]),
  );
  return "properties" in inner && inner["type"] === "object" && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

function closedWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedWithin);
  return typeof value === "object" && value !== null ? closed({ ...value }) : value;
}
