import { printable } from "../../model/printable.ts";
import type { ShownFinding } from "../data/shown-graph.ts";
import { byId, element, foreign, type Content } from "../dom.ts";
import { severityBadge } from "../marks.ts";
import { factList } from "./facts.ts";

/**
 * A finding with its evidence and fix.
 * @param about its subject, unless that is the selected node
 */
export function findingCard(finding: ShownFinding, about?: HTMLElement): HTMLElement {
  return element(
    "section",
    { class: `finding ${finding.severity}` },
    element("h4", {}, severityBadge(finding.severity), " ", finding.rule, about && ": ", about),
    element("p", {}, foreign(finding.message)),
    factList(finding.evidence),
    ...remedy(finding),
  );
}

function remedy({ remedy: { kind, text } }: ShownFinding): Content[] {
  if (kind === "advice")
    return [element("p", { class: "advice" }, element("strong", {}, "To fix it: "), foreign(text))];
  return [
    element("p", { class: "advice" }, element("strong", {}, "To fix it:")),
    element("div", { class: "command" }, element("code", {}, foreign(text)), copyButton(printable(text))),
  ];
}

/** What is copied is what is seen: a command with characters that can't be seen would be pasted into a shell. */
function copyButton(text: string): HTMLElement {
  const button = element("button", { type: "button", "aria-label": "Copy the command" }, "Copy");
  button.addEventListener("click", () => void copyAndSay(text, button));
  button.addEventListener("blur", () => (button.textContent = "Copy"));
  return button;
}

async function copyAndSay(text: string, button: HTMLElement): Promise<void> {
  const done = await copied(text, button);
  byId("status").textContent = done ? "copied" : "selected: copy it with the keyboard";
  button.textContent = done ? "Copied" : "Selected";
}

async function copied(text: string, button: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const code = button.previousElementSibling;
    if (code !== null) getSelection()?.selectAllChildren(code);
    return false;
  }
}
