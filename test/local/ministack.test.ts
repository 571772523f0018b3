import { access, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { unreported } from "../../src/local/unreported.ts";
import { databaseFolder, localFolder } from "../../src/session/environment.ts";
import { Line, Outputs, Status, Summary } from "./contracts.ts";
import { hasDatabase, noDatabase } from "./database.ts";
import { lines, Project } from "./project.ts";
import { filesBelow, secretValues, shown, watchArguments } from "./secrets.ts";

const dev = ["--env", "dev", "--local"];
const copy = [...dev, "--suffix", "pr-1"];

const database = await hasDatabase();
if (!database) console.warn(`The platform is tested without a database: ${noDatabase}`);

const Problem = z.object({ status: z.int(), code: z.string(), detail: z.string() });
const Trade = z.object({
  id: z.string(),
  symbol: z.string(),
  side: z.string(),
  quantity: z.int(),
  createdAt: z.string(),
});

const gone = (path: string): Promise<boolean> =>
  access(path).then(
    () => false,
    () => true,
  );

/** Whether no process has this number any more; one that nobody has waited for yet counts as gone. */
async function ended(pid: number): Promise<boolean> {
  return /^State:\tZ/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ"));
}

describe("the built tap on the local AWS", () => {
  let project: Project;
  let first: { stdout: string; stderr: string };
  let argumentsSeen: ReadonlySet<string>;
  let apiUrl: string;
  /** Whatever the local AWS has ever held in these tests. */
  const secrets = new Set<string>();

  const noteSecrets = async () => {
    const aws = await project.localAws();
    for (const value of [...(await secretValues(aws)), aws.credentials.sessionToken]) secrets.add(value);
  };
  const status = async (of = dev) => {
    const [environment] = Status.parse(
      JSON.parse((await project.succeed("status", ...of, "--json")).stdout),
    ).environments;
    if (environment === undefined) throw new Error("no environment in the report");
    return environment;
  };
  const notInSync = async (of = dev) => (await status(of)).resources.filter((row) => row.status !== "in-sync");
  /** `up` or `down` for scripts: its last line. */
  const summary = async (...args: string[]) => {
    const events = lines(await project.succeed(...args, "--yes", "--json")).map((line) => Line.parse(line));
    expect(events.filter(({ event }) => event === "summary")).toHaveLength(1);
    return Summary.parse(events.at(-1));
  };
  /** The files of the project, and of the user's home, that show a secret. */
  const exposing = async () => {
    const local = localFolder(project.dir);
    // The account as the emulator saves it is what holds the secrets. It is AWS's side, and readable by its user only,
    // as is the file from which tap takes the session token.
    const files = await filesBelow(join(project.dir, ".."), [join(local, "account"), join(local, "aws.json")]);
    expect(files).toContain(join(local, "aws.log"));
    const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file) })));
    return texts.filter(({ text }) => shown(text, [...secrets]).length > 0).map(({ file }) => file);
  };
  const outputs = async () => Outputs.parse(JSON.parse((await project.succeed("outputs", ...dev, "--json")).stdout));
  const send = async (path: string, body?: unknown, type = "application/json") => {
    const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    const init = body === undefined ? {} : { method: "POST", headers: { "content-type": type }, body: text };
    return fetch(`${apiUrl}${path}`, init);
  };

  beforeAll(async () => {
    project = await Project.make();
    const watch = await watchArguments();
    try {
      first = await project.succeed("up", ...dev, "--yes");
    } finally {
      argumentsSeen = await watch.stop();
    }
    await noteSecrets();
    apiUrl = /^apiUrl +(\S+)$/m.exec(first.stdout)?.[1] ?? "";
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  it("brings the platform up and prints the API's URL", () => {
    expect(apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+$/);
    expect(first.stdout).toMatch(/^Done in .*: \d+ resources created/m);
  });

  it("reports everything in sync, and only what the table lists as not reported", async () => {
    const environment = await status();
    expect(environment).toMatchObject({ environment: "dev", region: "us-east-1", local: true, inSync: true });
    expect(environment.resources.filter((row) => row.status !== "in-sync")).toEqual([]);
    expect(environment.resources.length).toBeGreaterThan(50);
    const types = new Set(environment.resources.map(({ type }) => type));
    const rows = unreported.filter(({ type }) => types.has(type)).map(({ type, path }) => `${type} ${path}`);
    const shown = environment.resources.flatMap(({ type, unreported = [] }) => unreported.map((p) => `${type} ${p}`));
    expect([...new Set(shown)].sort()).toEqual(rows.sort());
  });

  it("changes nothing the second time", async () => {
    const second = await summary("up", ...dev);
    expect(second).toMatchObject({ created: 0, updated: 0, removed: 0, retained: 0, failed: 0, mutatingCalls: 0 });
    expect(second.unchanged).toBeGreaterThan(50);
    expect(second.calls).toBeGreaterThan(0);
  });

  it("prints the outputs for scripts and for shells", async () => {
    const json = await outputs();
    expect(json).toMatchObject({ environment: "dev", region: "us-east-1" });
    expect(json.outputs).toMatchObject({
      apiUrl,
      processorFunctionName: "trading-processor-dev",
      queryFunctionName: "trading-query-dev",
    });
    const shell = (await project.succeed("outputs", ...dev, "--shell")).stdout;
    expect(shell).toContain(`export TAP_API_URL='${json.outputs.apiUrl}'\n`);
    expect(shell).toContain(`export TAP_VPC_ID='${json.outputs.vpcId}'\n`);
    expect(shell.trimEnd().split("\n")).toHaveLength(Object.keys(json.outputs).length);
    // Its credentials are a secret, which is not to be shown here either.
    const running = JSON.parse((await project.succeed("local", "status", "--json")).stdout);
    expect(Object.keys(running).sort()).toEqual([
      "account",
      "endpoint",
      "log",
      "pid",
      "port",
      "region",
      "schema",
      "status",
      "version",
    ]);
  });

  it(database ? "stores trades and reads them back" : `answers that there is no database: ${noDatabase}`, async () => {
    const order = { symbol: "AAPL", side: "buy", quantity: 100, price: "187.50", clientOrderId: "order-1" };
    const posted = await send("/trade", order);
    if (!database) {
      expect(posted.status).toBe(503);
      expect(posted.headers.get("content-type")).toBe("application/problem+json");
      expect(Problem.parse(await posted.json())).toMatchObject({ status: 503, code: "no-database" });
      const listed = await send("/trade");
      expect(Problem.parse(await listed.json())).toMatchObject({ status: 503, code: "no-database" });
      return;
    }
    expect(posted.status).toBe(201);
    const trade = Trade.parse(await posted.json());
    expect(trade).toMatchObject({ symbol: "AAPL", side: "buy", quantity: 100 });

    const again = await send("/trade", order);
    expect([again.status, Trade.parse(await again.json()).id]).toEqual([201, trade.id]);
    expect((await send("/trade", { ...order, quantity: 5 })).status).toBe(409);

    const one = await send(`/trade/${trade.id}`);
    expect([one.status, Trade.parse(await one.json())]).toEqual([200, trade]);
    const since = trade.createdAt;
    for (const query of ["symbol=AAPL", "clientOrderId=order-1", `since=${since}`, `symbol=AAPL&since=${since}`]) {
      const page = await send(`/trade?${query}`);
      expect(page.status).toBe(200);
      expect(z.object({ trades: z.array(Trade) }).parse(await page.json()).trades).toEqual([trade]);
    }
    expect(await (await send(`/trade?until=${since}`)).json()).toEqual({ trades: [], nextCursor: null });
  });

  it.each([
    ["bad JSON", "{", "application/json", 400],
    ["another media type", "{}", "text/plain", 415],
    ["a missing field", { symbol: "AAPL" }, "application/json", 400],
    [
      "an unknown field",
      { symbol: "A", side: "buy", quantity: 1, clientOrderId: "x", more: 1 },
      "application/json",
      400,
    ],
    [
      "a quantity that is none",
      { symbol: "A", side: "buy", quantity: -1, clientOrderId: "x" },
      "application/json",
      400,
    ],
    ["a field twice", '{"side": "buy", "side": "buy"}', "application/json", 400],
    ["bytes that are no UTF-8", Buffer.from('{"symbol": "\xff"}', "latin1"), "application/json", 400],
    ["a body too large", `"${"x".repeat(10_000)}"`, "application/json", 413],
  ])("refuses a trade with %s", async (_, body, type, code) => {
    const refused = await send("/trade", body, type);
    expect(refused.status).toBe(code);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(Problem.parse(await refused.json()).status).toBe(code);
  });

  it("answers 404 for a trade that never was", async () => {
    const missing = await send("/trade/no-such-trade");
    expect([missing.status, Problem.parse(await missing.json()).code]).toEqual([404, "not-found"]);
  });

  it("finds everything again without its state file", async () => {
    const file = join(project.dir, "state", "local", "dev.json");
    await rm(file);
    expect(await notInSync()).toEqual([]);
    // A report writes nothing.
    expect(await gone(file)).toBe(true);
    expect(await summary("up", ...dev)).toMatchObject({ created: 0, updated: 0, mutatingCalls: 0 });
    expect(await gone(file)).toBe(false);
  });

  it("takes a copy down without touching the environment beside it", async () => {
    const before = await status();
    const made = await summary("up", ...copy);
    expect(made.created).toBeGreaterThan(50);
    await noteSecrets();
    expect(await notInSync(copy)).toEqual([]);
    await project.succeed("down", ...copy, "--yes");
    expect((await status(copy)).resources.filter((row) => row.status !== "missing")).toEqual([]);
    expect(await status()).toEqual(before);
    expect(await summary("up", ...dev)).toMatchObject({ updated: 0, mutatingCalls: 0 });
  });

  it("keeps everything over a stop of the local AWS", async () => {
    await project.succeed("local", "stop");
    expect(JSON.parse((await project.succeed("local", "status", "--json")).stdout)).toEqual({
      schema: 1,
      status: "stopped",
    });
    const asked = await project.tap("status", ...dev);
    expect([asked.code, asked.stdout]).toEqual([1, expect.stringContaining("the local AWS is not running")]);

    const { failed, mutatingCalls } = await summary("up", ...dev);
    expect({ failed, mutatingCalls }).toEqual({ failed: 0, mutatingCalls: 0 });
    expect(await notInSync()).toEqual([]);
    expect((await outputs()).outputs.apiUrl).toBe(apiUrl);
    const listed = await send("/trade");
    expect(listed.status).toBe(database ? 200 : 503);
    if (database) expect(await listed.json()).toMatchObject({ trades: [{ symbol: "AAPL" }] });
  });

  it("keeps no secret in its state, its logs or the database's folder", async () => {
    await noteSecrets();
    const state = join(project.dir, "state", "local", "dev.json");
    const log = join(databaseFolder(project.dir, "dev"), "server.log");
    for (const file of database ? [state, log] : [state]) expect(await gone(file)).toBe(false);
    expect(await exposing()).toEqual([]);
  });

  it("takes everything down, the database too, even without its state file", async () => {
    const folder = databaseFolder(project.dir, "dev");
    const server = z.object({ pid: z.int() });
    const pid = database && server.parse(JSON.parse(await readFile(join(folder, "instance.json"), "utf8"))).pid;
    await rm(join(project.dir, "state", "local", "dev.json"));

    const { stdout } = await project.succeed("down", ...dev, "--yes");
    expect(stdout).toMatch(/^Nothing is left: /m);
    const after = await status();
    expect(after.inSync).toBe(false);
    expect(after.resources.filter((row) => row.status !== "missing")).toEqual([]);
    if (pid) expect(await ended(pid)).toBe(true);
    expect(await gone(folder)).toBe(true);
    expect(await gone(join(project.dir, "state", "local", "dev.json"))).toBe(true);
  });

  it("has let no secret out, in all of this", async () => {
    const held = [...secrets];
    // The master's and, where there is a database, the functions': of the environment and of the copy.
    expect(held.length).toBeGreaterThanOrEqual(database ? 8 : 4);

    const shows = (text: string) => shown(Buffer.from(text), held).length > 0;
    const commands = [...argumentsSeen].map((line) => line.replaceAll("\0", " "));
    for (const program of ["-m hypercorn ministack.app:app", "tap.js up", ...(database ? ["--datadir="] : [])]) {
      expect(commands.some((line) => line.includes(program))).toBe(true);
    }
    await project.succeed("local", "stop");
    expect({
      output: project.transcript
        .filter(({ stdout, stderr }) => shows(stdout + stderr))
        .map(({ args }) => args.join(" ")),
      arguments: commands.filter(shows),
      files: await exposing(),
    }).toEqual({ output: [], arguments: [], files: [] });
  });
});
