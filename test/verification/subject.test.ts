import { describe, expect, it } from "vitest";
import { parseSubject, subjectText } from "../../src/verification/subject.ts";

const kindOf = (text: string) => {
  const parsed = parseSubject(text);
  return parsed.ok ? `${parsed.value.kind} ${subjectText(parsed.value)}` : parsed.problem;
};

describe("what verify is asked about", () => {
  it.each([
    ["shop/cart", "serviceaccount shop/cart"],
    ["sa/shop/cart", "serviceaccount shop/cart"],
    ["ServiceAccounts/shop/cart", "serviceaccount shop/cart"],
    ["po/shop/cart-1", "pod pod/shop/cart-1"],
    ["deploy/shop/cart", "deployment deployment/shop/cart"],
    ["Deployments/shop/cart", "deployment deployment/shop/cart"],
    ["ds/shop/agent", "daemonset daemonset/shop/agent"],
    ["sts/shop/db", "statefulset statefulset/shop/db"],
    ["cj/shop/report", "cronjob cronjob/shop/report"],
    ["jobs/shop/report", "job job/shop/report"],
    ["pod/cart", "serviceaccount pod/cart"],
  ])("%s is %s", (text, subject) => expect(kindOf(text)).toBe(subject));

  it.each([
    ["rs/shop/cart", "has the unknown kind 'rs'"],
    ["deploy/cart", "has no namespace; use deploy/NAMESPACE/cart"],
    ["CronJob/report", "has no namespace; use CronJob/NAMESPACE/report"],
    ["cart", "is not a valid subject"],
    ["a/b/c/d", "is not a valid subject"],
  ])("%s %s", (text, problem) => expect(kindOf(text)).toContain(problem));
});
