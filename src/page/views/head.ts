import type { ShownGraph } from "../data/shown-graph.ts";
import { countOf, KIND_WORDS, momentText } from "../data/words.ts";
import { element, foreign, foreignName, type Content } from "../dom.ts";

/** What the page is about: the AWS account, the moment, and what could not be read. */
export function head({ awsAccount, observedAt, nodes, notRead }: ShownGraph): Content[] {
  const clusters = nodes.filter(({ kind }) => kind === "cluster");
  const accounts = nodes.filter(({ kind }) => kind === "aws-account");
  const of = clusters.length === 1 ? clusters : [];
  return [
    element(
      "div",
      { class: "head" },
      element("h1", {}, "Analyze access"),
      element(
        "p",
        {},
        ...(awsAccount === null
          ? [countOf(accounts.length, KIND_WORDS["aws-account"])]
          : ["AWS account ", foreign(awsAccount)]),
        " · ",
        ...of.flatMap(({ label }) => ["cluster ", foreignName(label)]),
        of.length === 0 && countOf(clusters.length, ["cluster", "clusters"]),
        " · read ",
        element("time", { datetime: observedAt }, momentText(observedAt)),
      ),
    ),
    notRead.length > 0 &&
      element(
        "details",
        { class: "not-read" },
        element(
          "summary",
          {},
          `${countOf(notRead.length, ["thing", "things"])} could not be read, so that something may be missing here`,
        ),
        element(
          "ul",
          {},
          ...notRead.map(({ what, code, message }) =>
            element("li", {}, foreign(what), ": ", foreign(code), " – ", foreign(message)),
          ),
        ),
      ),
  ];
}
