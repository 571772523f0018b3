import { describe, expect, test } from "vitest";
import { wallClock } from "../../src/engine/clock.ts";
import type { Estimate } from "../../src/engine/estimate.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import { estimateText } from "../../src/report/estimate.ts";
import { outputsShell, outputsText } from "../../src/report/listings.ts";
import { downPlanText, upPlanText } from "../../src/report/plan.ts";
import { makeReporter } from "../../src/report/reporter.ts";
import { type StatusReport, statusJson } from "../../src/report/status.ts";
import { statusMarkdown } from "../../src/report/status-markdown.ts";
import { statusErrorText, statusText } from "../../src/report/status-text.ts";
import { makeStyle, wantsColours, wantsLive } from "../../src/report/style.ts";
import { summarise, summaryText } from "../../src/report/summary.ts";
import {
  duration,
  jsonFor,
  roughly,
  sanitise,
  show,
  stopwatch,
  table,
  truncate,
  width,
} from "../../src/report/text.ts";
import { toyNode } from "../cli/toy.ts";
import { expectGolden } from "./golden.ts";
import { dev, failed, hostile, looks, planned, present, row } from "./sample.ts";

const style = makeStyle(false);

describe("plan", () => {
  const changes = [
    planned("encryption/key", "none"),
    planned("network/vpc", "update", {
      changes: [
        { path: "enableDnsSupport", want: true, live: false, fix: "update" },
        { path: "tags.Name", want: "trading-vpc-dev", live: undefined, fix: "update" },
      ],
    }),
    planned("network/nat-1", "replace", {
      changes: [{ path: "subnetId", want: "subnet-2", live: "subnet-1", fix: "replace" }],
    }),
    planned("network/private-routes-1", "follow", { after: ["network/nat-1"], reason: "depends on network/nat-1" }),
    planned("network/address-1", "create", { after: ["network/vpc"] }),
    planned("database/cluster", "wait", { reason: `creating ${hostile}` }),
    planned("database/master-secret", "look", { after: ["database/cluster"] }),
    planned("logs/query", "none"),
    planned("logs/processor", "none"),
    planned("network/subnet-1", "none"),
    planned("dns/zone", "hold", {
      reason: "set the name servers ns-1.example.com, ns-2.example.com at your registrar",
    }),
  ];
  const leftOver = looks({ "logs/old": present("/aws/lambda/old") });
  const retained = new Set(["logs/processor", "encryption/key"]);
  const skipped = [{ step: "domain", reason: "no domain is configured" }];
  const path = ["network/vpc", "network/private-subnet-1", "database/cluster", "database/writer", "database/schema"];
  const estimate: Estimate = {
    seconds: 492.5,
    criticalPath: path.map((node) => ({ node, startSeconds: 0, seconds: node === "database/writer" ? 480 : 5 })),
    tasks: [],
  };

  test("of an up", () => {
    expectGolden(
      "plan-up",
      upPlanText({ ...dev, changes, leftOver, prune: false, retained, skipped, flagged: [], estimate }, style),
    );
  });

  test("of an up, in a narrow terminal", () => {
    const view = { ...dev, changes, leftOver, prune: false, retained, skipped, flagged: [], estimate };
    expectGolden("plan-narrow", upPlanText(view, style, 30));
  });

  test("names as much of the longest path as there is room for", () => {
    const texts = [Number.POSITIVE_INFINITY, 100, 80, 60, 40, 12].map((columns) => estimateText(estimate, columns));
    expectGolden("plan-estimate", texts.join("\n"));
    expect(estimateText({ seconds: 0, criticalPath: [], tasks: [] }, 80)).toBeUndefined();
    const short = { ...estimate, criticalPath: estimate.criticalPath.slice(0, 2) };
    expect(estimateText(short, 80)).toBe("Time: about 8 min; longest path: network/vpc → network/private-subnet-1");
  });

  test("of an up that prunes", () => {
    const view = {
      ...dev,
      local: true,
      changes: changes.slice(0, 1),
      leftOver,
      prune: true,
      retained: new Set<string>(),
      skipped: [],
      flagged: [],
    };
    expectGolden("plan-prune", upPlanText(view, style));
  });

  test("says a step where its first resource stands, even if only a later one has something to do", () => {
    const split = [
      planned("database/cluster", "none"),
      planned("functions/query", "create"),
      planned("database/schema", "create"),
    ];
    const view = {
      ...dev,
      changes: split,
      leftOver: looks({}),
      prune: false,
      retained: new Set<string>(),
      skipped: [],
      flagged: [],
    };
    expect(upPlanText(view, style)).toMatch(/^database, besides 1 that stays\n.*schema.*\n\nfunctions\n/m);
  });

  test("of a down", () => {
    const declared = looks({
      "encryption/key": present("1234abcd"),
      "network/vpc": present("vpc-1"),
      "network/subnet-1": { is: "absent" },
      "network/nat-1": { is: "error", failure: failed },
    });
    const kept = new Map([...declared.keys()].slice(0, 1).map((node) => [node, "it encrypts artifacts/bucket"]));
    expectGolden("plan-down", downPlanText({ ...dev, leftOver, declared, kept: new Map(), snapshot: false }, style));
    expectGolden("plan-down-kept", downPlanText({ ...dev, leftOver, declared, kept, snapshot: true, estimate }, style));
  });
});

describe("status", () => {
  const rows = [
    row("encryption/key", "in-sync", { awsId: "1234abcd", type: "kms:key" }),
    row("encryption/region-alias", "in-sync", { awsId: "alias/x", reason: "held by staging" }),
    row("network/vpc", "in-sync", { awsId: "vpc-1" }),
    row("network/subnet-1", "drifted", {
      awsId: "subnet-1",
      changes: [
        { path: "mapPublicIp", want: true, live: false, fix: "update" },
        { path: "cidr", want: "10.0.0.0/24", live: `10.0.9.0/24 ${hostile}`, fix: "replace" },
      ],
      advice: "Put the setting back.",
    }),
    row("network/nat-1", "missing", { type: "ec2:nat-gateway" }),
    row("database/cluster", "in-sync", { awsId: "trading-cluster-dev", unreported: ["logExports"] }),
    row("api/stage", "stranded", { awsId: "api/dev", reason: "needs api/deployment, which is not there" }),
    row("logs/old", "left-over", { awsId: "/aws/lambda/old", reason: "ours, but no longer declared" }),
    row("functions/query", "missing"),
    row("functions/processor", "missing"),
  ];
  const report = (some: Partial<StatusReport>): StatusReport => ({
    ...dev,
    settingsOf: "dev",
    rows,
    accountWide: [],
    unsearched: [],
    ...some,
  });
  const search = { ...failed, node: "every ec2:vpc", action: "look" as const };

  test("with what is not in sync first, and what is folded into a line a step", () => {
    expectGolden("status", statusText(report({ local: true }), { style }));
  });

  test("with a line for every resource", () => {
    expectGolden("status-all", statusText(report({ local: true }), { style, all: true }));
  });

  test("of an environment that is in sync, of one that is not up, and of one that was taken down", () => {
    const reports = [
      report({ rows: rows.slice(0, 3) }),
      report({ settingsOf: "staging", rows: rows.slice(-2) }),
      report({
        rows: [
          row("encryption/key", "missing", { reason: "pending deletion until May", advice: "tap up brings it back" }),
          row("artifacts/bucket", "retained", { awsId: "b", reason: "holds objects" }),
        ],
      }),
    ];
    expectGolden("status-quiet", reports.map((one) => statusText(one, { style })).join("\n\n"));
  });

  test("that could not be made, or not completely", () => {
    const error = { environment: "prod", local: false, error: `no credentials ${hostile}`, advice: "Log in." };
    const partial = statusText(report({ rows: rows.slice(0, 1), unsearched: [search] }), { style });
    expectGolden("status-error", `${statusErrorText(error, style)}\n\n${partial}`);
  });

  test("as Markdown, in which nothing from outside means anything", () => {
    const nasty = "a|b <img src=x> `c` @ann #1 [d](https://e.example) www.e.example \\| *f*";
    const changes = [{ path: "tags.x", want: undefined, live: nasty, fix: "update" as const }];
    const text = statusMarkdown([
      report({ rows: [...rows, row("network/vpc-2", "drifted", { changes, reason: nasty })], unsearched: [search] }),
      report({ environment: "staging", rows: rows.slice(0, 3) }),
      { environment: "prod", local: false, error: nasty, advice: "Log in." },
    ]);
    expectGolden("status-markdown", text);
    expect(text).not.toMatch(/<img|@ann|#1\b|https:|www\.|`c`|\*f|\]\(/);
    // Three cells a row, whatever is in them.
    for (const line of text.split("\n").filter((l) => l.startsWith("|"))) expect(line.split("|")).toHaveLength(5);
  });

  test("as JSON says null where something is not there, and which command mends it", () => {
    const changes = [{ path: "x", want: undefined, live: 1, fix: "update" as const }];
    const json = statusJson([
      report({ rows: [row("a/b", "drifted", { changes, card: "S3" }), row("a/c", "left-over")] }),
    ]);
    expect(json.environments[0]?.resources).toMatchObject([
      { changes: [{ path: "x", want: null, live: 1 }], command: "tap up --env dev" },
      { command: "tap up --env dev --prune" },
    ]);
    // Where the architecture is drawn with it is nobody's business.
    expect(json.environments[0]?.resources[0]).not.toHaveProperty("card");
  });
});

describe("summary", () => {
  const spent = { calls: 612, mutating: 143, durationMs: 133_400, byService: () => ({}) };
  const endings = (all: Readonly<Record<string, Outcome>>) =>
    new Map(Object.entries(all).map(([id, ending]) => [toyNode(id, 1), ending]));

  test("of a run that went well", () => {
    const all = [
      endings({
        "a/b": { is: "created" },
        "a/c": { is: "unchanged" },
        "a/d": { is: "held", why: "set the name servers" },
      }),
    ];
    expectGolden("summary", summaryText(all, summarise(all, spent), style));
  });

  test("of a run that failed", () => {
    const all = [
      endings({
        "network/nat-1": { is: "failed", failure: failed },
        "network/private-routes-1": { is: "skipped", because: "network/nat-1" },
        "network/vpc": { is: "replaced" },
        "network/subnet-1": { is: "updated" },
        "logs/api": { is: "retained", why: "holds data" },
      }),
    ];
    expectGolden("summary-failed", summaryText(all, summarise(all, spent), style));
  });

  test("counts what was replaced among what was updated", () => {
    const all = [endings({ "a/b": { is: "replaced" }, "a/c": { is: "updated" } })];
    expect(summarise(all, spent)).toMatchObject({ updated: 2, replaced: 1 });
  });
});

describe("outputs", () => {
  const outputs = {
    apiUrl: "https://x/it's $HOME",
    customDomainUrl: undefined,
    hostedZoneNameServers: ["ns-1", "ns-2"],
  };

  test("are quoted for a shell", () => {
    expect(outputsShell(outputs)).toBe(
      "export TAP_API_URL='https://x/it'\\''s $HOME'\nexport TAP_HOSTED_ZONE_NAME_SERVERS='ns-1 ns-2'",
    );
  });

  test("are aligned for people", () => {
    expect(outputsText(outputs)).toBe("apiUrl                 https://x/it's $HOME\nhostedZoneNameServers  ns-1, ns-2");
  });
});

describe("text", () => {
  test("from outside cannot move the cursor, colour, or turn the line", () => {
    expect(sanitise(hostile)).toBe("cle\\x1b[31man\\x9b2J\\u202eme up");
    expect(show({ a: "\u001b[2J" })).toBe('{"a":"\\u001b[2J"}');
  });

  test("is measured and cut by columns, not by characters", () => {
    expect([width("abc"), width("日本"), width("e\u0301"), width("👩‍👩‍👧")]).toEqual([3, 4, 1, 2]);
    expect([truncate("日本語", 4), truncate("abc", 3), truncate("abcd", 3), truncate("abc", 0)]).toEqual([
      "日…",
      "abc",
      "ab…",
      "",
    ]);
    expect(
      table([
        ["日", "x"],
        ["abc", "y"],
      ]),
    ).toEqual(["日   x", "abc  y"]);
  });

  test.each([
    [0.04, "0.0 s"],
    [9.96, "10 s"],
    [59.6, "1 min"],
    [125, "2 min 5 s"],
    [3_660, "1 h 1 min"],
    [7_200, "2 h"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

test.each([
  [0, "5 s"],
  [13, "15 s"],
  [59, "1 min"],
  [101, "1 min 40 s"],
  [251, "4 min 10 s"],
  [731, "12 min"],
  [3_900, "1 h 5 min"],
])("%d expected seconds are roughly %s", (seconds, text) => {
  expect(roughly(seconds)).toBe(text);
});

test("where there is little room, time looks as on a stopwatch", () => {
  expect([4.4, 750, 3_840].map(stopwatch)).toEqual(["0:04", "12:30", "1:04:00"]);
});

describe("colours and live output", () => {
  const tty = { isTTY: true };

  test.each([
    [tty, {}, true],
    [{}, {}, false],
    [tty, { NO_COLOR: "1" }, false],
    [tty, { NO_COLOR: "" }, true],
    [{}, { FORCE_COLOR: "1" }, true],
    [tty, { FORCE_COLOR: "0" }, false],
    [tty, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [tty, { TERM: "dumb" }, false],
  ])("%j with %j: colours %j", (stream, variables, colours) => {
    expect(wantsColours(stream, variables)).toBe(colours);
  });

  test.each([
    [tty, {}, true],
    [{}, {}, false],
    [tty, { CI: "true" }, false],
    [tty, { NO_COLOR: "1" }, false],
    [tty, { TERM: "dumb" }, false],
  ])("%j with %j: live %j", (stream, variables, live) => {
    expect(wantsLive(stream, variables)).toBe(live);
  });

  test("a style paints only when asked to", () => {
    expect(makeStyle(true).bad("x")).toBe("\u001b[31mx\u001b[39m");
    expect(makeStyle(false).bad("x")).toBe("x");
  });
});

test("JSON on a terminal escapes what moves the cursor or turns the writing, and means the same", () => {
  const value = { name: "a\u001b[2J\u009b2J\u007f\u202eb\u2066", list: ["ü", "漢"] };
  const json = JSON.stringify(value, undefined, 2);
  const shown = jsonFor({ isTTY: true }, json);
  expect(shown).toMatch(/^[\n\x20-\x7eü漢]*$/);
  expect(JSON.parse(shown)).toEqual(value);
  expect(jsonFor({}, json)).toBe(json);
  const said: string[] = [];
  const stdout = { write: (text: string) => said.push(text), isTTY: true };
  makeReporter({ stdout, stderr: stdout, variables: {}, clock: wallClock, json: true }).data(value);
  expect(said).toEqual([`${jsonFor({ isTTY: true }, JSON.stringify(value))}\n`]);
});
