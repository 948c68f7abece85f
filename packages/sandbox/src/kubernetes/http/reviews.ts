import { authorize, rulesFor, type Attributes } from "../auth/rbac.ts";
import { verifyToken } from "../auth/tokens.ts";
import { authenticated, type User } from "../auth/user.ts";
import type { Cluster } from "../cluster.ts";
import { groupVersionOf } from "../model/resources.ts";
import { readBody, type Call, type Reply } from "./call.ts";

/** POST of a review: a question that is answered in its `status`. */
export async function answerReview(cluster: Cluster, call: Call): Promise<Reply> {
  const body = readBody(call) as { readonly metadata?: object; readonly spec?: Spec } | null;
  const spec = body?.spec ?? {};
  const { kind } = call.resource;
  const answer = await ANSWERS[kind]?.(cluster, call.user, spec);
  return {
    status: 201,
    body: {
      kind,
      apiVersion: groupVersionOf(call.resource),
      metadata: body?.metadata ?? {},
      spec,
      status: answer,
    },
  };
}

/** What the specs of the reviews hold. Source: authorization.k8s.io/v1, authentication.k8s.io/v1. */
interface Spec {
  readonly resourceAttributes?: {
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly verb?: string; readonly path?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly token?: string;
  readonly audiences?: readonly string[];
}

type Answer = (cluster: Cluster, user: User, spec: Spec) => unknown;

const ANSWERS: Readonly<Record<string, Answer>> = {
  SelfSubjectAccessReview: accessReview,
  SubjectAccessReview: (cluster, _user, spec) =>
    accessReview(cluster, { username: spec.user ?? "", groups: spec.groups ?? [] }, spec),
  SelfSubjectRulesReview: rulesReview,
  SelfSubjectReview: (_cluster, user) => ({ userInfo: user }),
  TokenReview: tokenReview,
};

function accessReview({ store }: Cluster, user: User, spec: Spec): unknown {
  const { allowed, reason } = authorize(store, user, attributesOf(spec));
  return { allowed, ...(reason !== "" && { reason }) };
}

function attributesOf({ resourceAttributes, nonResourceAttributes = {} }: Spec): Attributes {
  if (resourceAttributes === undefined) {
    return { verb: nonResourceAttributes.verb ?? "", path: nonResourceAttributes.path ?? "" };
  }
  const {
    verb = "",
    group = "",
    resource = "",
    subresource = "",
    namespace = "",
    name = "",
  } = resourceAttributes;
  return {
    verb,
    group,
    resource,
    ...(subresource !== "" && { subresource }),
    ...(namespace !== "" && { namespace }),
    ...(name !== "" && { name }),
  };
}

function rulesReview({ store }: Cluster, user: User, { namespace = "" }: Spec): unknown {
  const rules = user.groups.includes("system:masters") ? EVERYTHING : rulesFor(store, user, namespace);
  return {
    resourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs === undefined),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined),
    incomplete: false,
  };
}

const EVERYTHING = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

async function tokenReview(
  cluster: Cluster,
  _user: User,
  { token = "", audiences = [] }: Spec,
): Promise<unknown> {
  const { store, tokenIssuer, authenticator } = cluster;
  const wanted = audiences.length > 0 ? audiences : tokenIssuer.audiences;
  const own = await verifyToken(store, tokenIssuer, token, wanted);
  if (own !== undefined)
    return { authenticated: true, user: authenticated(own.user), audiences: own.audiences };
  const foreign = await authenticator?.(token);
  if (foreign === undefined) return { user: {}, error: "[invalid bearer token]" };
  return { authenticated: true, user: authenticated(foreign), audiences: tokenIssuer.audiences };
}
