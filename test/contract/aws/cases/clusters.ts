import { expect } from "vitest";
import { motoLacks, motoSays, motoTakes, refused, type Case } from "../case.ts";

const api = (operation: string) => `EKS API Reference, ${operation}`;
const CLUSTER_ARN = "arn:aws:eks:{region}:{account}:cluster/work";
const ROLE = "arn:aws:iam::{account}:role/app";
const notFound = (message: unknown) => refused(404, "ResourceNotFoundException", message);
/** Clusters and their versions. */
export const CLUSTER_CASES: readonly Case[] = [
  {
    name: "a cluster returns its endpoint, CA and issuer",
    source: api("DescribeCluster"),
    clusters: ["work"],
    steps: [
      {
        call: "eks:DescribeCluster",
        input: { name: "work" },
        answer: {
          cluster: {
            name: "work",
            arn: "arn:aws:eks:{region}:{account}:cluster/work",
            createdAt: expect.any(Date),
            status: "ACTIVE",
            version: expect.stringMatching(/^1\.\d+$/),
            endpoint: expect.stringMatching(/^https:\/\//),
            certificateAuthority: { data: expect.any(String) },
            identity: { oidc: { issuer: expect.stringMatching(/^https:\/\/oidc\.eks\./) } },
            resourcesVpcConfig: { endpointPublicAccess: true },
          },
        },
        ...motoSays(
          {
            answer: {
              cluster: {
                endpoint: expect.stringMatching(/^https:\/\//),
                identity: { oidc: { issuer: expect.stringMatching(/^https:\/\/oidc\.eks\./) } },
                resourcesVpcConfig: {},
              },
            },
          },
          "invents endpoint, CA and issuer (one for all clusters of a region), and returns no endpoint access settings",
        ),
      },
    ],
  },
  {
    name: "a cluster that is not there is not found",
    source: api("DescribeCluster"),
    steps: [
      {
        call: "eks:DescribeCluster",
        input: { name: "none" },
        ...notFound("No cluster found for name: none."),
      },
    ],
  },
  {
    name: "the versions of clusters are told, one of them the default",
    source: api("DescribeClusterVersions"),
    steps: motoLacks("DescribeClusterVersions", [
      {
        call: "eks:DescribeClusterVersions",
        answer: {
          clusterVersions: expect.arrayContaining([
            expect.objectContaining({ defaultVersion: true, versionStatus: "STANDARD_SUPPORT" }),
            expect.objectContaining({ defaultVersion: false, versionStatus: "EXTENDED_SUPPORT" }),
          ]) as unknown,
        },
      },
      {
        call: "eks:DescribeClusterVersions",
        input: { clusterVersions: ["1.34", "1.33"], maxResults: 1 },
        answer: { clusterVersions: [{ clusterVersion: "1.34" }], nextToken: expect.any(String) },
      },
      {
        call: "eks:DescribeClusterVersions",
        input: { defaultOnly: true },
        answer: { clusterVersions: [{ defaultVersion: true }] },
      },
    ]),
  },
  {
    name: "a cluster's tags are added to and taken away",
    source: `${api("TagResource")}, UntagResource, ListTagsForResource`,
    clusters: ["work"],
    steps: [
      { call: "eks:TagResource", input: { resourceArn: CLUSTER_ARN, tags: { a: "1", b: "", c: "3" } } },
      { call: "eks:UntagResource", input: { resourceArn: CLUSTER_ARN, tagKeys: ["b", "c"] } },
      { call: "eks:ListTagsForResource", input: { resourceArn: CLUSTER_ARN }, answer: { tags: { a: "1" } } },
    ],
  },
  {
    name: "clusters are listed in pages",
    source: api("ListClusters"),
    clusters: ["work", "another"],
    steps: [
      { call: "eks:ListClusters", answer: { clusters: ["another", "work"] } },
      {
        call: "eks:ListClusters",
        input: { maxResults: 1 },
        answer: { clusters: ["another"], nextToken: expect.any(String) },
        keep: { next: "nextToken" },
      },
      {
        call: "eks:ListClusters",
        input: { maxResults: 1, nextToken: "{next}" },
        answer: expect.toSatisfy(
          (page: { clusters: string[]; nextToken?: string }) =>
            page.clusters.join() === "work" && page.nextToken === undefined,
        ),
      },
      {
        call: "eks:ListClusters",
        input: { maxResults: 101 },
        ...refused(400, "InvalidParameterException", expect.stringContaining("between 1 and 100")),
        ...motoTakes("allows pages of any size"),
      },
    ],
  },
  {
    name: "an add-on or access entry that does not exist is not found",
    source: `${api("DescribeAddon")}, DescribeAccessEntry`,
    clusters: ["work"],
    steps: motoLacks("add-ons and access entries", [
      { call: "eks:ListAddons", input: { clusterName: "work" }, answer: { addons: [] } },
      {
        call: "eks:DescribeAddon",
        input: { clusterName: "work", addonName: "none" },
        ...notFound("No addon: none found in cluster: work"),
      },
      { call: "eks:ListAccessEntries", input: { clusterName: "work" }, answer: { accessEntries: [] } },
      {
        call: "eks:DescribeAccessEntry",
        input: { clusterName: "work", principalArn: ROLE },
        ...notFound(expect.stringContaining("could not be found")),
      },
    ]),
  },
];
