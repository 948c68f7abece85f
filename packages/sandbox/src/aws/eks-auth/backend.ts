import type { JSONWebKeySet } from "jose";
import { maybeText, text, AwsError, type Backend } from "../exchange.ts";
import { newSessionKey } from "../key-store.ts";
import { unknownOperation } from "../operation.ts";
import type { StateStore } from "../state-store.ts";
import { at } from "../state.ts";
import { sessionPrincipal } from "../sts.ts";
import { answer } from "../wire-format.ts";
import { assumeForPod } from "./assume.ts";
import { POD_IDENTITY_AUDIENCE, verifyPodToken, type PodIdentity } from "./pod-token.ts";

/** What EKS Auth needs from its world. */
export interface EksAuthOptions {
  readonly store: StateStore;
  readonly jwks: (issuer: string) => Promise<JSONWebKeySet | undefined>;
  /** True if a cluster, by ARN, still has the pod and its ServiceAccount; not asked by default. */
  readonly podExists?: ((clusterArn: string, identity: PodIdentity) => Promise<boolean>) | undefined;
}

/**
 * EKS Auth, which exchanges the token of a pod for credentials of its association's role. Requests are signed, by nodes, and
 * what IAM changed is seen once reads show it. Source: Amazon EKS Auth API Reference, AssumeRoleForPodIdentity.
 */
export function eksAuthBackend({ store, jwks, podExists }: EksAuthOptions): Backend {
  return async (request) => {
    if (request.action !== "AssumeRoleForPodIdentity") throw unknownOperation(request);
    const { parameters, region, accessKeyId = "" } = request;
    const awsAccount = store.find(accessKeyId)?.principal.awsAccount ?? "";
    const name = text(parameters, "clusterName");
    const cluster = at(store.read(awsAccount).clusters, `${region}/${name}`);
    if (cluster === undefined) throw notFound(`No cluster found for name: ${name}.`);
    const token = maybeText(parameters, "token") ?? "";
    if (token === "") throw new AwsError(400, "InvalidParameterException", "token can't be blank.");
    const now = Date.now();
    const { issuer } = cluster;
    const identity = await verifyPodToken(token, {
      issuer,
      jwks: issuer === undefined ? undefined : await jwks(issuer),
      exists: podExists && ((one) => podExists(cluster.arn, one)),
      now,
    });
    const { namespace } = identity;
    const serviceAccount = identity.serviceAccount.name;
    const association = Object.values(cluster.associations).find(
      (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
    );
    if (association === undefined)
      throw notFound("The token included in the request has no service account role association for it.");
    const session = assumeForPod(store.visible(), { cluster, awsAccount, association, identity, now });
    const { role, sessionName, duration, policy, tags } = session;
    const principal = sessionPrincipal({ arn: role.arn, roleId: role.id }, sessionName);
    const key = {
      ...newSessionKey(principal, duration, now),
      ...(policy !== undefined && { policy }),
      ...(Object.keys(tags).length > 0 && { transitiveTags: tags }),
    };
    store.add(key);
    return answer(request, {
      subject: { namespace, serviceAccount },
      audience: POD_IDENTITY_AUDIENCE,
      podIdentityAssociation: { associationArn: association.arn, associationId: association.id },
      assumedRoleUser: { arn: principal.arn, assumeRoleId: principal.userId },
      credentials: {
        accessKeyId: key.accessKeyId,
        secretAccessKey: key.secretAccessKey,
        sessionToken: key.sessionToken,
        expiration: new Date(key.expires ?? 0),
      },
    });
  };
}

function notFound(message: string): AwsError {
  return new AwsError(404, "ResourceNotFoundException", message);
}
