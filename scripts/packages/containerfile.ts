import type { Product } from "./product.ts";

/** The user of the image: no name, so that `runAsNonRoot` of Kubernetes can tell that it is not root. */
export const IMAGE_USER = "65532:65532";

/**
 * The recipe of the container image, for `buildah build`, `podman build` and `docker buildx build`: the folder beside it for each
 * architecture is the root file system. It starts from nothing and runs nothing, so that any machine builds it for any other.
 * @param commit what it is built from
 */
export function containerfileOf(product: Product, commit: string): string {
  const { version, description, homepage, license, author, repository } = product;
  const labels = {
    title: "irsa",
    description,
    version,
    revision: commit,
    licenses: license,
    vendor: author,
    url: homepage,
    source: repository.url.replace(/^git\+/, ""),
    documentation: `${homepage}/docs/install.md`,
  };
  return `${[
    "FROM scratch",
    // Set by whoever builds, as Go calls it.
    "ARG TARGETARCH",
    ...Object.entries(labels).map(
      ([name, value]) => `LABEL org.opencontainers.image.${name}=${JSON.stringify(value)}`,
    ),
    "COPY ${TARGETARCH}/ /",
    `USER ${IMAGE_USER}`,
    'ENTRYPOINT ["/usr/bin/irsa"]',
  ].join("\n")}\n`;
}
