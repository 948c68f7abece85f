import { readFileSync } from "node:fs";

/** What package.json says of irsa, for packages of every kind. */
export interface Product {
  readonly version: string;
  readonly description: string;
  readonly homepage: string;
  readonly license: string;
  /** Who is responsible for a package: `NAME <ADDRESS>`. */
  readonly author: string;
  readonly repository: { readonly url: string };
}

/** The page of its repository, by which GitHub and Gitea address all that is in it. */
export function repositoryPage({ repository }: Product): string {
  return repository.url.replace(/^git\+|\.git$/g, "");
}

/** Reads package.json of the current folder, which is the checkout's. */
export function readProduct(): Product {
  return JSON.parse(readFileSync("package.json", "utf8")) as Product;
}
