import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { planToBringUp } from "../../src/cli/up.ts";

import { noSettingsFile } from "../../src/config/file.ts";
import type { Outcomes } from "../../src/engine/outcome.ts";
import { isOutside } from "../../src/engine/status.ts";
import { treeText } from "../../src/pictures/tree.ts";
import { stateText } from "../../src/report/listings.ts";
import { Progress } from "../../src/report/progress.ts";
import { verdict } from "../../src/report/status.ts";
import { makeStyle } from "../../src/report/style.ts";
import { summarise, summaryText } from "../../src/report/summary.ts";
import { everything } from "./everything.ts";
import { type Environment, World } from "./world.ts";

const style = makeStyle(false);
const spent = { calls: 0, mutating: 0, durationMs: 0, byService: () => ({}) };

/** The plan of an `up`, as the user sees it, and what progress is told to count. */
async function planned(dev: Environment) {
  const said: string[] = [];
  const reporter = {
    style,
    columns: 80,
    say: (text: string) => void said.push(text),
    warn: (text: string) => void said.push(text),
    prompt: () => undefined,
    event: () => undefined,
    data: () => undefined,
    begin: () => undefined,
    end: () => undefined,
  };
  const plan = await planToBringUp(
    { session: dev.session(), reporter, tell: async (text) => void said.push(text), spent: () => spent },
    { dryRun: true, prune: false, lift: [], fresh: false, cost: false, kept: undefined, out: undefined },
  );
  await plan.show();
  return { text: said.join("\n"), busy: plan.busy };
}

/** Of all numbers in a text. */
const sumOf = (text = ""): number => (text.match(/\d+/g) ?? []).reduce((sum, n) => sum + Number(n), 0);

const summaryOf = (endings: Outcomes<Aws>) => summaryText([endings], summarise([endings], spent), style);

test.each([
  ["the defaults", noSettingsFile],
  ["all that is optional", everything],
])("with %s, plan, progress, summary, status, state and graph count the same resources", async (_, file) => {
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file });
  const n = dev.platform.nodes.filter((node) => !isOutside(node) && node.kind.role !== "by-product").length;

  const before = await planned(dev);
  const todo = /^Plan: (\d+ resources to create.*), 2 settings for the whole account\.$/m.exec(before.text)?.[1];
  expect(sumOf(todo)).toBe(n);

  const endings = await dev.up();
  expect(sumOf(/: (\d+ resources created.*?)\./.exec(summaryOf(endings))?.[1])).toBe(n);

  const progress = new Progress(0, before.busy);
  for (const event of dev.events) progress.add(event);
  expect(progress.lines(0, 80, 24, style).join("\n")).toContain(`${n} of ${n} resources done, 0 running`);

  const rows = await dev.status();
  const where = { environment: "dev", region: "us-east-1", account: "123456789012", local: false };
  expect(verdict({ ...where, settingsOf: "dev", rows, accountWide: [], unsearched: [] })).toBe(
    `in sync (${n} resources)`,
  );

  const outside = new Set(dev.platform.nodes.filter(isOutside).map(({ id }) => id));
  const state = { ...dev.journal.toJSON(), environment: "dev", region: "us-east-1", account: "1", serial: 1 };
  expect(stateText(state, "state/dev.json", style, outside)).toContain(`\nResources: ${n}\n`);

  expect(treeText("dev", dev.platform, style, 80)).toMatch(new RegExp(`^dev: ${n} resources in `));

  expect((await planned(dev)).text).toMatch(
    new RegExp(`^Plan: nothing to do; ${n} resources stay as they are\\.$`, "m"),
  );
  expect(summaryOf(await dev.up())).toContain(`: ${n} resources unchanged.`);
});
