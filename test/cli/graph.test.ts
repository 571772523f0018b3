import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noSettingsFile } from "../../src/config/file.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import { dot } from "../../src/pictures/dot.ts";
import type { Drawing } from "../../src/pictures/drawing.ts";
import { mermaid } from "../../src/pictures/mermaid.ts";
import { svg } from "../../src/pictures/svg.ts";
import { treeText } from "../../src/pictures/tree.ts";
import { makeStyle } from "../../src/report/style.ts";
import { width } from "../../src/report/text.ts";
import { blueprint } from "../../src/session/blueprint.ts";
import { Terminal } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tap-cli-"));
});
afterEach(() => rm(cwd, { recursive: true }));

const settingsOf = (env: string) => resolveSettings({ env, variables: {}, file: noSettingsFile });
const nodesOf = (env: string) => blueprint(settingsOf(env)).nodes;

async function graph(...args: string[]) {
  const terminal = new Terminal({
    cloud: new ToyCloud(),
    cwd,
    open: () => Promise.reject(new Error("a graph opens nothing")),
  });
  return terminal.run("graph", ...args);
}

describe("tap graph", () => {
  test("draws dev as a tree when nothing else is asked for, with what each resource needs", async () => {
    const { code, stdout } = await graph();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dev in us-east-1: 56 resources in 8 steps\n/);
    expect(stdout).toMatch(/^└─ s3-endpoint +ec2:gateway-endpoint +needs vpc, public-routes, private-routes-1$/m);
    expect(stdout).toMatch(/^├─ functions +ec2:security-group +needs network\/vpc$/m);
    expect(stdout).toContain("certificate is skipped: tap.yaml sets no `domain`");
    expect(stdout.match(/^[├└]─ /gm)).toHaveLength(nodesOf("dev").length);
  });

  test("draws the settings that are meant", async () => {
    const readers = "database:\n      readers: 3";
    await writeFile(join(cwd, "tap.yaml"), `environments:\n  eu:\n    preset: prod\n    ${readers}\n`);
    expect((await graph("--env", "eu")).stdout).toContain("reader-3");
    expect((await graph("--suffix", "pr-42")).stdout).toMatch(/^pr-42 in us-east-1: /);
    expect((await graph("--env", "prod", "--region", "us-west-2")).stdout).toMatch(/^prod in us-west-2: /);
    expect((await graph("--env", "nowhere")).code).toBe(2);
  });

  test("does not ask S3 for a shared state", async () => {
    await writeFile(join(cwd, "tap.yaml"), "defaults:\n  state: s3://shared-states/tap\n");
    expect((await graph("--env", "dev")).code).toBe(0);
  });

  test("prints one format at a time", async () => {
    expect((await graph("--mermaid")).stdout).toMatch(/^flowchart LR\n/);
    expect((await graph("--dot")).stdout).toMatch(/^digraph platform {\n/);
    expect((await graph("--svg")).stdout).toMatch(/^<svg .*<\/svg>\n$/s);
    for (const two of [
      ["--mermaid", "--dot"],
      ["--dot", "--svg"],
      ["--svg", "--mermaid"],
    ]) {
      expect((await graph(...two)).code, two.join(" ")).toBe(2);
    }
  });
});

describe("the tree", () => {
  test("keeps to a narrow terminal, and loses no need", () => {
    const declared = blueprint(settingsOf("prod"));
    const text = treeText("prod", declared, makeStyle(false), 60);
    for (const line of text.split("\n")) expect(width(line), line).toBeLessThanOrEqual(60);
    const names = text.split(/[\s,]+/);
    for (const id of new Set(declared.nodes.flatMap((node) => node.needs.map((need) => need.id)))) {
      expect(names.includes(id) || names.includes(id.replace(/.*\//, "")), id).toBe(true);
    }
  });
});

describe("a picture", async () => {
  const { stdout: asDot } = await new Terminal({ cloud: new ToyCloud() }).run("graph", "--dot");
  const ids = nodesOf("dev").map(({ id }) => id);

  test("for Graphviz has every node in its step, and ways from all that is needed", () => {
    expect([...asDot.matchAll(/^ {4}"([^"]+)" \[/gm)].map(([, id]) => id).toSorted()).toEqual(ids.toSorted());
    const arrows = [...asDot.matchAll(/^ {2}"([^"]+)" -> "([^"]+)";$/gm)].map(([, from, to]) => ({ from, to }));
    const leads = (from: string, to: string): boolean =>
      arrows.some((arrow) => arrow.to === to && (arrow.from === from || leads(from, arrow.from ?? "")));
    for (const { id, needs } of nodesOf("dev")) {
      for (const need of needs) expect(leads(need.id, id), `${need.id} -> ${id}`).toBe(true);
    }
  });

  const box = { id: 'a"\\', lines: ['<script>alert("x")</script>&#'], group: "</text>", title: "\u001b[31m'red'" };
  const hostile: Drawing = { boxes: [box, { id: "b", lines: ["end"] }], arrows: [] };

  test("takes text for nothing but text", () => {
    expect(mermaid(hostile, "LR").split("\n").slice(1, 4)).toEqual([
      '  subgraph g1["#60;/text#62;"]',
      '    n1["#60;script#62;alert(#34;x#34;)#60;/script#62;#38;#35;"]',
      "  end",
    ]);
    expect(dot(hostile)).toContain(
      String.raw`"a\"\\" [label="<script>alert(\"x\")</script>&#", tooltip="\\x1b[31m'red'"];`,
    );
    const drawn = svg("</svg>", hostile);
    expect(drawn).not.toContain("<script");
    expect(drawn.match(/<\/svg>/g)).toHaveLength(1);
    expect(drawn).toContain("<title>\\x1b[31m&#39;red&#39;</title>");
  });
});
