// What our unit tests use of vitest, on node:test: vitest itself does not start under Wine.
import { test as single, describe as suite } from 'node:test';
import { format } from 'node:util';
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from '@vitest/expect';
import { format as pretty } from '@vitest/pretty-format';
import * as chai from 'chai';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers, inlineSnapshots]) chai.use(plugin);
export const expect = Object.assign((value, message) => chai.expect(value, message), chai.expect, { poll });
setState({}, chai.expect);

let cleanUps = [];

export function onTestFinished(cleanUp) {
  cleanUps.push(cleanUp);
}

export const test = withTables((name, run) => single(name, (node) => finished(run, node)), single.skip);
export const describe = withTables(suite, suite.skip);

/** vitest ends a test where it is skipped. */
class Skipped extends Error {}

async function finished(run, node) {
  cleanUps = [];
  const context = {
    skip: (why) => {
      node.skip(why);
      throw new Skipped();
    },
  };
  try {
    await run(context);
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
  } finally {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  }
}

/** Compares only: nothing is updated under Wine. The indentation of a snapshot is that of the source. */
function inlineSnapshots({ Assertion }, { flag, addMethod }) {
  addMethod(Assertion.prototype, 'toMatchInlineSnapshot', function (snapshot) {
    const found = pretty(flag(this, 'object'), { printBasicPrototype: false, escapeString: false });
    new Assertion(withoutIndentation(found)).toBe(withoutIndentation(snapshot));
  });
}

function withoutIndentation(text) {
  const lines = text.trim().split('\n');
  const indented = lines.slice(1).filter((line) => line.trim() !== '');
  const width = Math.min(...indented.map((line) => /^ */.exec(line)[0].length));
  return lines.map((line, n) => (n === 0 ? line.trim() : line.slice(width).trimEnd())).join('\n');
}

function withTables(define, skip) {
  const each = (rows) => (name, run) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      define(format(name, ...values), (context) => run(...values, context));
    }
  };
  const ofRows = (rows) => (name, run) => {
    for (const row of rows) define(format(name, ...(Array.isArray(row) ? row : [row])), (context) => run(row, context));
  };
  const all = Object.assign((name, run) => define(name, run), { each, for: ofRows });
  const none = () => (skip === undefined ? undefined : withTables((name) => skip(name, () => undefined)));
  return Object.assign(all, {
    runIf: (isTrue) => (isTrue ? all : none()),
    skipIf: (isTrue) => (isTrue ? none() : all),
  });
}

function poll(value) {
  return new Proxy(
    {},
    {
      get:
        (_, matcher) =>
        (...args) =>
          untilPassed(async () => expect(await value())[matcher](...args)),
    },
  );
}

async function untilPassed(check) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
