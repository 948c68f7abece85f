import { describe, expect, it } from "vitest";
import { isApiAudience } from "../../src/model/api-audience.ts";
import { parseIssuerUrl } from "../../src/model/issuer.ts";
import { aCluster, AUDIENCE, ISSUER, right } from "../fakes/values.ts";

const FULL_HOST = "5d1ca0ffee.gr7.eu-west-1.eks.amazonaws.com";

describe("an audience of API servers", () => {
  it.each([
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "kube-apiserver",
    "apiserver",
    "api",
    // However it is spelled.
    "https://kubernetes.default.svc",
    "http://kubernetes.default.svc",
    "HTTPS://Kubernetes.Default.SVC",
    " https://kubernetes.default.svc\n",
    "https://kubernetes.default.svc/",
    "https://kubernetes.default.svc//",
    "https://kubernetes.default.svc:443",
    "kubernetes.default.svc:6443/",
    "kubernetes.default.:443/",
    "kubernetes.default.svc.",
    "https://api.",
    // Endpoints of EKS clusters.
    FULL_HOST,
    `https://${FULL_HOST.toUpperCase()}/`,
    "https://5D1C.sk1.cn-north-1.eks.amazonaws.com.cn:443",
    "https://5D1C.eks-cluster.eu-west-1.api.aws",
    // And issuers.
    ISSUER,
    ISSUER.replace("https://", ""),
    "https://oidc-eks.eu-west-1.api.aws/id/5D1C",
    "https://oidc.eks.us-gov-west-1.amazonaws.com:443/id/5D1C/",
    "oidc.eks.cn-north-1.amazonaws.com.cn/id/5D1C",
  ])("'%s'", (audience) => {
    expect(isApiAudience(audience)).toBe(true);
  });

  it.each([
    "",
    AUDIENCE,
    "vault",
    "api.example.com",
    "my-api",
    "kubernetes",
    "kubernetes.default.example.com",
    "kubernetes.default/x",
    "xhttps://kubernetes.default.svc",
    "httpsx//api",
    "https://https://api",
    "kubernetes.https://default",
    "/api",
    "api:x",
    // Tokens of Pod Identity, and what AWS serves beside clusters.
    "pods.eks.amazonaws.com",
    "x.eks.amazonaws.com",
    "5d1c.eu-west-1.eks.amazonaws.com",
    "eks-cluster.eu-west-1.api.aws",
    "5D1C.eks-cluster.api.aws",
    "5d1c.eks-cluster.eu-west-1.example",
    "oidc.eks.eu-west-1.amazonaws.com",
    "oidc.eks.eu-west-1.amazonaws.com/id",
    "oidc.eks./id/5d1c",
    "oidc.eks.example.com/x",
    "https://sso.oidc.eks.example.com/id/5d1c",
    "oidc_eks.example.com/id/5d1c",
    "oidceks.example.com/id/5d1c",
    // Another cluster's own names stand for nothing here.
    "https://id.example.com/cluster",
    "https://k8s.example.com:6443",
  ])("is not '%s'", (audience) => {
    expect(isApiAudience(audience)).toBe(false);
    expect(isApiAudience(audience, {})).toBe(false);
  });

  it("is what the cluster names as its own", () => {
    const issuer = right(parseIssuerUrl("https://id.example.com/Cluster"));
    const own = { ...aCluster(), issuer, endpoint: "https://K8s.example.com:443" };
    const { issuer: _, ...withoutIssuer } = own;
    const { endpoint: __, ...withoutEndpoint } = own;
    const isOwn = (cluster: Parameters<typeof isApiAudience>[1]) =>
      ["id.example.com/cluster/", "https://k8s.example.com", "https://example.com", ""].map((audience) =>
        isApiAudience(audience, cluster),
      );
    expect(isOwn(own)).toEqual([true, true, false, false]);
    expect(isOwn(withoutIssuer)).toEqual([false, true, false, false]);
    expect(isOwn(withoutEndpoint)).toEqual([true, false, false, false]);
  });
});
