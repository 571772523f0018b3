import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, afterEach, beforeEach, describe, expect } from "vitest";
import { reportPage } from "../../src/pictures/page/page.ts";
import { hostileName, manyEvents, manyRows, noon } from "../pictures/sample.ts";
import { Browser, itWithBrowser, type Page } from "./browser.ts";
import { Project } from "./project.ts";

const dev = ["--env", "dev", "--local"];

let folder: string;
let project: Project | undefined;
let browser: Browser | undefined;
afterAll(() => browser?.[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tap-report-"));
});
afterEach(async () => {
  await project?.[Symbol.asyncDispose]();
  project = undefined;
  await rm(folder, { recursive: true });
});

const open = async (file: string): Promise<Page> => {
  browser ??= await Browser.start();
  return browser.open(pathToFileURL(file).href);
};

async function page(view: Partial<Parameters<typeof reportPage>[0]>): Promise<Page> {
  const file = join(folder, "report.html");
  const whole = { title: "dev", at: noon, rows: [], accountWide: [], zones: [], unsearched: [], runs: [], ...view };
  await writeFile(file, reportPage(whole));
  return open(file);
}

/** A page that asks for nothing but itself, and has nothing to complain of. */
function expectQuiet({ complaints, requests }: Page): void {
  expect(complaints).toEqual([]);
  expect(requests).toEqual([expect.stringMatching(/^file:.*\.html$/)]);
}

/** What is seen of the element that has the focus. */
const focused = (of: Page) =>
  of.evaluate<{ label: string; tip: string }>(`(() => {
    const { activeElement: active } = document;
    const tip = active.nextElementSibling;
    const seen = tip !== null && getComputedStyle(tip).display !== "none";
    return { label: active.getAttribute("aria-label") ?? "", tip: seen ? tip.textContent : "" };
  })()`);

describe("tap report", () => {
  itWithBrowser("shows a real run, what differs since, and what can no longer be looked at", async () => {
    project = await Project.make();
    await project.succeed("up", ...dev, "--yes");
    const aws = await project.localAws();
    const logs = new CloudWatchLogsClient({
      region: "us-east-1",
      endpoint: aws.endpoint,
      credentials: aws.credentials,
    });
    const group = (name: string) => ({ logGroupName: `/aws/lambda/trading-${name}-dev` });
    await logs.send(new PutRetentionPolicyCommand({ ...group("query"), retentionInDays: 365 }));
    await logs.send(new DeleteLogGroupCommand(group("migrate")));
    const runs = () => readdir(join((project ?? expect.fail()).dir, "state", "local", "dev.runs"));
    expect(await runs()).toHaveLength(1);

    const out = join(folder, "dev.html");
    await project.succeed("status", ...dev);
    await project.succeed("report", ...dev, "--out", out);
    // Looking is no run.
    expect(await runs()).toHaveLength(1);

    const report = await open(out);
    const said = await report.accessible();
    const text = await report.evaluate<string>("document.body.textContent");
    expect(text).toContain("retentionDays: 365 instead of 30");
    expect(said).toContain("link: logs/query: drifted");
    expect(said).toContain("link: logs/migrate: missing");
    expect(said).toContain("link: network/vpc: in sync");
    for (const heading of ["Architecture", "Resources", "Last runs"]) expect(said).toContain(`heading: ${heading}`);
    for (const landmark of ["banner", "main", "search", "contentinfo"]) {
      expect(
        said.some((line) => line.startsWith(`${landmark}:`)),
        landmark,
      ).toBe(true);
    }
    expect(said).toContainEqual(expect.stringMatching(/^image: network\/vpc: created in .*, begun after /));
    expect(text).toMatch(/Critical path: \S+ → \S+/);
    expectQuiet(report);

    // With the local AWS stopped nothing can be looked at: what is declared is shown, and what was run.
    await project.succeed("local", "stop");
    const blind = await project.tap("report", ...dev, "--out", out);
    expect(blind.code).toBe(1);
    const again = await open(out);
    const seen = await again.evaluate<string>("document.body.textContent");
    expect(seen).toContain("the local AWS is not running");
    expect(seen).toContain("tap up --env dev --local");
    expect(await again.accessible()).toContain("link: network/vpc: blocked");
    expectQuiet(again);
  });

  itWithBrowser("leads the keyboard to every bar and shows its details there", async () => {
    const report = await page({ runs: [manyEvents(20)] });
    const bars: { label: string; tip: string }[] = [];
    for (let i = 0; i < 40 && bars.length < 20; i++) {
      await report.press("Tab", 9);
      const at = await focused(report);
      if (at.label.startsWith("database/reader-")) bars.push(at);
    }
    expect(bars.map(({ label }) => label.split(":")[0])).toEqual(
      Array.from({ length: 20 }, (_, i) => `database/reader-${i}`),
    );
    expect(bars[7]?.tip).toContain("waited 1.2 s: creating");
    expect(bars[7]?.tip).toContain("put off 1 time: Throttling");
    expect(bars[7]?.label).toContain("put off 1 time: Throttling");
    await report.press("Escape", 27);
    expect((await focused(report)).tip).toBe("");
    expectQuiet(report);
  });

  itWithBrowser("follows the system's light or dark, and fits a narrow window", async () => {
    const report = await page({ rows: manyRows(60), runs: [manyEvents(20)], zones: ["us-east-1a", "us-east-1b"] });
    const colours = `getComputedStyle(document.body).backgroundColor + " " + getComputedStyle(document.body).color`;
    const seen = new Set<string>();
    for (const value of ["light", "dark"]) {
      await report.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
      seen.add(await report.evaluate<string>(colours));
    }
    expect([...seen]).toEqual(["rgb(255, 255, 255) rgb(27, 36, 46)", "rgb(18, 23, 29) rgb(227, 232, 237)"]);
    for (const width of [1280, 400]) {
      await report.send("Emulation.setDeviceMetricsOverride", {
        width,
        height: 800,
        deviceScaleFactor: 1,
        mobile: false,
      });
      const { scrollWidth, clientWidth } = await report.evaluate<Record<"scrollWidth" | "clientWidth", number>>(
        "(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)",
      );
      expect(scrollWidth, `${width}`).toBe(clientWidth);
    }
    expectQuiet(report);
  });

  itWithBrowser("keeps every text of the architecture within its box", async () => {
    const report = await page({ rows: manyRows(200), zones: ["us-east-1a", "us-east-1b"] });
    const outside = await report.evaluate<
      string[]
    >(`[...document.querySelectorAll(".architecture a")].flatMap((box) => {
      const edge = (of) => box.querySelector(of)?.getBoundingClientRect();
      const [rect, word] = [edge("rect"), edge(".word")];
      const name = edge("text:not(.word)");
      const fits = name.right <= (word?.left ?? rect.right) && (word === undefined || word.right <= rect.right);
      return fits ? [] : [box.textContent];
    })`);
    expect(outside).toEqual([]);
    expectQuiet(report);
  });

  itWithBrowser("stays usable with a thousand resources and ten runs of them", async () => {
    const html = reportPage({
      ...{ title: "huge", at: noon, rows: manyRows(1000), accountWide: [], zones: [], unsearched: [] },
      runs: Array.from({ length: 10 }, (_, i) => manyEvents(1000, noon - i * 86_400_000)),
    });
    expect(html.length).toBeLessThan(2_000_000);
    const file = join(folder, "huge.html");
    await writeFile(file, html);
    const report = await open(file);
    const rows = (where: string) => report.evaluate<number>(`document.querySelectorAll("${where}").length`);
    expect(await rows("#resources tbody tr:not(.group)")).toBe(1000);
    expect(await rows(".plot")).toBe(1000);
    await report.evaluate(`(() => {
      const input = document.querySelector("#filter");
      input.value = "sqs DRIFTED";
      input.dispatchEvent(new Event("input"));
    })()`);
    const drifted = manyRows(1000).filter(({ type, status }) => type === "sqs:queue" && status === "drifted");
    expect(await rows("#resources tbody tr:not(.group):not([hidden])")).toBe(drifted.length);
    expect(await report.evaluate(`document.querySelector("[role=status]").textContent`)).toBe(
      `${drifted.length} of 2000 rows`,
    );
    expectQuiet(report);
  });

  itWithBrowser("takes no text for markup, whoever has chosen it", async () => {
    const run = manyEvents(10);
    const [first, ...others] = run.events;
    if (first?.event !== "started") throw new Error("a run begins with a start");
    const report = await page({
      title: hostileName,
      zones: [hostileName, hostileName],
      rows: manyRows(12).map((row) => ({
        ...row,
        ...{ id: `${hostileName}/${row.id}`, step: hostileName, type: `${row.type}${hostileName}` },
        ...{ awsId: hostileName, reason: hostileName, unreported: [hostileName] },
        changes: [{ path: hostileName, want: hostileName, live: { [hostileName]: 1 }, fix: "update" as const }],
      })),
      error: { message: hostileName, advice: hostileName },
      unsearched: [{ node: hostileName, type: "x", action: "look", message: hostileName }],
      runs: [
        {
          begun: { ...run.begun, command: hostileName },
          events: [
            { ...first, node: hostileName, type: hostileName },
            { event: "waiting", at: noon + 1, node: hostileName, for: hostileName },
            { event: "retrying", at: noon + 2, node: hostileName, reason: hostileName, delaySeconds: 1 },
            { event: "failed", at: noon + 3, node: hostileName, message: hostileName },
            { event: "skipped", at: noon + 4, node: `${hostileName}2`, because: hostileName },
            ...others,
          ],
        },
      ],
    });
    expect(await report.evaluate("document.scripts.length")).toBe(1);
    expect(await report.evaluate("document.images.length")).toBe(0);
    expect(await report.evaluate("document.querySelector('h1').textContent")).toBe(hostileName);
    expectQuiet(report);
  });

  itWithBrowser("lets nothing be loaded or run that was slipped into the file", async () => {
    const file = join(folder, "report.html");
    const html = reportPage({ title: "dev", at: noon, rows: [], accountWide: [], zones: [], unsearched: [], runs: [] });
    const slipped = `<script>document.title = "taken"</script><img src="${pathToFileURL(join(folder, "x.png"))}">`;
    await writeFile(file, html.replace("</main>", `${slipped}</main>`));
    const report = await open(file);
    expect(await report.evaluate("document.title")).toBe("dev");
    expect(report.complaints.join()).toContain("Content Security Policy");
  });
});

describe("tap graph --svg", () => {
  itWithBrowser("is a picture that a browser shows by itself, without overlap", async () => {
    project = await Project.make({ bare: true });
    const { stdout } = await project.succeed("graph", "--svg");
    const file = join(folder, "graph.svg");
    await writeFile(file, stdout);
    const picture = await open(file);
    expect(await picture.evaluate("document.querySelector('parsererror')?.textContent ?? ''")).toBe("");
    const overlaps = await picture.evaluate<string[]>(`(() => {
      const boxes = [...document.querySelectorAll("g > rect.box")].map((box) => [box.parentNode.textContent, box.getBoundingClientRect()]);
      const out = [...document.querySelectorAll("g > text")].filter((text) => {
        const box = text.parentNode.querySelector("rect.box")?.getBoundingClientRect();
        return box !== undefined && text.getBoundingClientRect().right > box.right;
      });
      return boxes.flatMap(([name, a], i) => boxes.slice(i + 1).flatMap(([other, b]) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom ? [name + " / " + other] : []))
        .concat(out.map((text) => text.textContent));
    })()`);
    expect(overlaps).toEqual([]);
    expect(picture.complaints).toEqual([]);
    expect(picture.requests).toHaveLength(1);
  });
});
