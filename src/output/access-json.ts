import type {
  AccessPath,
  OpenRole,
  WhatCan,
  WhatCanRole,
  WhoCan,
  WhoCanSubject,
} from "../model/access-answers.ts";
import { camelCase } from "./camel-case.ts";
import { clusterJson, serviceAccountJson } from "./json-forms.ts";

/** The result of `who-can` (docs/json.md). */
export function whoCanResult({ role, subjects, chains, nextNodes, notRead, ...openness }: WhoCan): object {
  return {
    role,
    subjects: subjects.map(subjectJson),
    chains: chains.map(({ roles, verdict, unknownKeys, subjects: own, ...ofFirst }) => ({
      roles,
      verdict,
      unknownKeys,
      subjects: own.map(subjectJson),
      ...openJson(ofFirst),
    })),
    ...openJson(openness),
    nextNodes,
    notRead,
  };
}

function openJson({ open, openPatterns }: OpenRole): object {
  return { open: open === null ? null : OPEN[open], openPatterns };
}

/** The result of `what-can` (docs/json.md). */
export function whatCanResult(answer: WhatCan): object {
  const { serviceAccount, exists, annotatedRole, audience, roles, chains, notJudged, notRead } = answer;
  return {
    serviceAccount: serviceAccountJson(serviceAccount),
    exists,
    annotatedRole,
    audience,
    roles: roles.map(roleJson),
    chains: chains.map(({ roles: all, verdict, unknownKeys, isAdministrator }) => ({
      roles: all,
      verdict,
      unknownKeys,
      administrator: isAdministrator,
    })),
    notJudged: notJudged.map(({ role, via, through, sessionPolicy }) => ({
      role,
      via: camelCase(via),
      through: through ?? null,
      sessionPolicy: sessionPolicy ?? null,
    })),
    notRead,
  };
}

const OPEN = {
  "any-provider": "anyProvider",
  "any-account": "anyServiceAccount",
  pattern: "pattern",
} as const;

function subjectJson({ cluster, serviceAccount, exists, pods, ...path }: WhoCanSubject): object {
  return {
    cluster: clusterJson(cluster),
    serviceAccount: serviceAccountJson(serviceAccount),
    exists,
    ...accessPathJson(path),
    pods,
  };
}

/** What could not be read of a role is `null`, as is the boundary of one that has none. */
function roleJson({ role, annotated, policies, inlinePolicies, boundary, ...path }: WhatCanRole): object {
  return {
    role,
    annotated,
    ...accessPathJson(path),
    policies: policies ?? null,
    inlinePolicies: inlinePolicies ?? null,
    permissionsBoundary: boundary ?? null,
  };
}

/** By which statements a role can be assumed; they are counted from 1, as in the answer for people. */
function accessPathJson({
  via,
  audience,
  through,
  permissionUnknown,
  sessionPolicy,
  nodes,
  verdict,
  unknownKeys,
  statements,
}: AccessPath): object {
  return {
    via: camelCase(via),
    audience: audience ?? null,
    through: through ?? null,
    permissionUnknown: permissionUnknown ?? false,
    sessionPolicy: sessionPolicy ?? null,
    nodes: nodes ?? null,
    verdict,
    unknownKeys,
    statements: statements.map(({ index, sid }) => ({ number: index + 1, sid: sid ?? null })),
  };
}
