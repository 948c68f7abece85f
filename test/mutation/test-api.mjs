import { format } from "node:util";
import {
  chai,
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";

/*
 * What the tests import from vitest, on vitest's own assertions: tests are collected here instead of being run, so that
 * one process can run any of them again and again, with a mutant switched on.
 */

const suites = [{ names: [], beforeAll: [], beforeEach: [], afterEach: [] }];
const tests = [];

/** Hands over the tests that the modules imported since the last call have declared. */
export function takeTests() {
  return tests.splice(0);
}

export function describe(name, ...rest) {
  const body = rest.find((one) => typeof one === "function");
  const parent = suites.at(-1);
  suites.push({
    names: [...parent.names, name],
    beforeAll: [...parent.beforeAll],
    beforeEach: [...parent.beforeEach],
    afterEach: [...parent.afterEach],
  });
  try {
    body?.();
  } finally {
    suites.pop();
  }
}

export function it(name, ...rest) {
  const suite = suites.at(-1);
  const body = rest.find((one) => typeof one === "function");
  tests.push({ name: [...suite.names, name].join(" > "), suite, body });
}

export function test(...declaration) {
  it(...declaration);
}

describe.each = eachOf(describe);
it.each = eachOf(it);
test.each = it.each;

function eachOf(declare) {
  return (rows) => (title, body) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      declare(titled(title, values), () => body(...values));
    }
  };
}

/** `%s` of the values in turn, `$name` of an object's field. */
function titled(title, values) {
  const [first] = values;
  const filled = title.replaceAll(/\$(\w+)/g, (all, key) => (first?.[key] === undefined ? all : first[key]));
  const wanted = filled.match(/%[sdifjoO]/g)?.length ?? 0;
  return format(filled, ...values.slice(0, wanted));
}

/** Runs once, before the first test that it is for. */
export function beforeAll(hook) {
  let done;
  suites.at(-1).beforeAll.push(() => (done ??= hook()));
}

/** What is left behind goes with the process. */
export function afterAll() {}

export const beforeEach = (hook) => void suites.at(-1).beforeEach.push(hook);
export const afterEach = (hook) => void suites.at(-1).afterEach.push(hook);

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign(
  (value, message) => chai.expect(value, message),
  chai.expect,
  globalThis[ASYMMETRIC_MATCHERS_OBJECT],
);
globalThis[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect);
