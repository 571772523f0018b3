import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf } from "../../src/local/admission.ts";
import { localCredentials } from "../../src/local/endpoint.ts";
import { type LocalAws, startLocalAws, stopLocalAws } from "../../src/local/local-aws.ts";
import { freePort } from "../../src/local/port.ts";
import { processesWith } from "../../src/local/processes.ts";
import { argumentOf, readRecord } from "../../src/local/record.ts";
import { Browser, itWithBrowser } from "./browser.ts";
import { linkEmulator } from "./installed.ts";
import { startUnguarded, type Unguarded } from "./unguarded.ts";

const sessionToken = "the-secret-of-this-instance";
const host = "127.0.0.1:44581";
const api = "/_aws/execute-api/9f518d92/dev";

describe("a request", () => {
  const refusal = (url: string, headers: Record<string, string[]>) =>
    refusalOf({ url, headersDistinct: { host: [host], ...headers } }, { host, sessionToken });
  const token = { "x-amz-security-token": [sessionToken] };
  const origin = { origin: ["http://pages.example"] };

  it.each([
    ["to AWS, with the token", "/", token],
    ["to the emulator itself, with the token", "/_ministack/reset", token],
    ["to an API", `${api}/trade?limit=1`, {}],
    ["to an API's root", api, {}],
    ["to an API, from a page: CORS is its own affair", `${api}/trade`, origin],
    ["to an API, signed with somebody's token", `${api}/trade`, { "x-amz-security-token": ["another"] }],
  ])("%s passes", (_, url, headers) => {
    expect(refusal(url, headers)).toBeUndefined();
  });

  it.each([
    ["without the token", "/", {}],
    ["with an empty one", "/", { "x-amz-security-token": [""] }],
    ["with another", "/", { "x-amz-security-token": [`${sessionToken}x`] }],
    ["with two", "/", { "x-amz-security-token": [sessionToken, sessionToken] }],
    ["to the emulator itself without it", "/_ministack/health", {}],
    ["from a page, with the token", "/", { ...token, ...origin }],
    ["from a page without a name", "/", { ...token, origin: ["null"] }],
    ["for another host, with the token", "/", { ...token, host: ["pages.example:44581"] }],
    ["for another name of this one", "/", { ...token, host: ["localhost:44581"] }],
    ["for another port", "/", { ...token, host: ["127.0.0.1:44582"] }],
    ["for two hosts", "/", { ...token, host: [host, "pages.example"] }],
    ["for no host", "/", { ...token, host: [] }],
    ["to an API of another host", `${api}/trade`, { host: ["pages.example:44581"] }],
    // The emulator would go by the headers.
    ["to an API without a stage", "/_aws/execute-api/9f518d92", {}],
    ["to an API without an id", "/_aws/execute-api//dev", {}],
    ["to an API with an escaped stage", "/_aws/execute-api/9f518d92/%2e%2e/", {}],
    ["to an API behind a host in the path", `http://${host}${api}/trade`, {}],
    ["to a path that only begins like an API's", "/_aws/execute-apis/9f518d92/dev", {}],
    ["to the other path of an API", "/restapis/9f518d92/dev/_user_request_/trade", {}],
  ])("%s is refused", (_, url, headers) => {
    expect(refusal(url, headers)).toEqual(expect.any(String));
  });
});

/** What stands in a secret that nobody but its owner is to read. */
const password = "correct-horse-battery-staple";

/** What an attacker knows: the address, and files where somebody might look. */
interface Target {
  readonly endpoint: string;
  readonly dir: string;
}

/** Asks as any program can. */
async function ask({ endpoint }: Target, path: string, headers: Record<string, string>, body?: string) {
  const method = body === undefined ? "GET" : "POST";
  const asked = request(new URL(path, endpoint), { path, method, agent: false, headers }).end(body);
  // As Node.js documents the event.
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}

const getSecret = {
  "x-amz-target": "secretsmanager.GetSecretValue",
  "content-type": "application/x-amz-json-1.1",
};
const which = JSON.stringify({ SecretId: "master" });

/** Each is whether the attack succeeded. */
const attacks: Readonly<Record<string, (at: Target) => Promise<boolean>>> = {
  "a program without the secret": async (at) => (await ask(at, "/", getSecret, which)).body.includes(password),
  "a program with another one": async (at) =>
    (await ask(at, "/", { ...getSecret, "x-amz-security-token": "another" }, which)).body.includes(password),
  "a program that calls an API without a stage": async (at) =>
    (await ask(at, "/_aws/execute-api/x", getSecret, which)).body.includes(password),
  "a foreign Host": async (at) => (await ask(at, "/_ministack/health", { host: "pages.example" })).status === 200,
  "a foreign Origin": async (at) =>
    (await ask(at, "/_ministack/health", { origin: "http://pages.example" })).status === 200,
  "the emulator's own paths": async (at) => (await ask(at, "/_ministack/config", {}, "{}")).status === 200,
  "a preflight": async ({ endpoint }) => {
    const headers = { origin: "http://pages.example", "access-control-request-method": "POST" };
    const asked = request(endpoint, { method: "OPTIONS", agent: false, headers }).end();
    // As Node.js documents the event.
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.headers["access-control-allow-origin"] !== undefined;
  },
};

/** Puts the password where attackers look for it. */
async function fill(endpoint: string, credentials: typeof localCredentials): Promise<void> {
  const client = new SecretsManagerClient({ endpoint, region: "us-east-1", credentials: { ...credentials } });
  await client.send(new CreateSecretCommand({ Name: "master", SecretString: password }));
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: "master" }));
  expect(SecretString).toBe(password);
}

/** What another user of this machine reaches, by the means that one has. */
async function reachedBy(user: "nobody" | "this user", { endpoint, dir }: Target): Promise<string[]> {
  const script = `
import os, socket, sys, urllib.request
endpoint, folder = sys.argv[1:]
def port():
    headers = ${JSON.stringify(getSecret)}
    with urllib.request.urlopen(urllib.request.Request(endpoint, ${JSON.stringify(which)}.encode(), headers)) as answer:
        return ${JSON.stringify(password)} in answer.read().decode()
def emulator():
    socket.socket(socket.AF_UNIX).connect(os.path.join(folder, "aws.sock"))
    return True
def secret():
    return "sessionToken" in open(os.path.join(folder, "aws.json")).read()
def account():
    return len(os.listdir(os.path.join(folder, "account"))) > 0
for way in (port, emulator, secret, account):
    try:
        if way(): print(way.__name__)
    except OSError:
        pass
`;
  const as = user === "nobody" ? { uid: 65534, gid: 65534 } : {};
  const { stdout } = await promisify(execFile)("python3", ["-I", "-c", script, endpoint, dir], { cwd: "/", ...as });
  return stdout.split("\n").filter(Boolean);
}

const isRoot = process.getuid?.() === 0;

/** The addresses at which processes listen for TCP, from /proc: "0100007F:AE25". */
async function listening(pids: readonly number[]): Promise<string[]> {
  const open = await Promise.all(
    pids.map(async (pid) => {
      const names = await readdir(`/proc/${pid}/fd`);
      return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
    }),
  );
  const sockets = new Set(open.flat());
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  // proc_net_tcp: local address, remote address, state (0A is LISTEN), …, inode.
  const rows = tables.flatMap((table) => table.split("\n").map((line) => line.trim().split(/\s+/)));
  return rows.filter((row) => row[3] === "0A" && sockets.has(`socket:[${row[9]}]`)).map((row) => row[1] ?? "");
}

describe("the guard of the local AWS", () => {
  let home: string;
  let aws: LocalAws;
  let guarded: Target;
  /** The version before: what the attacks are proven on. */
  let unguarded: Target & Unguarded;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "tap guard-"));
    // A test of the folders below is none while nobody can look into the one that holds them.
    await chmod(home, 0o755);
    const [dir, bare] = [join(home, "local"), join(home, "bare")];
    for (const folder of [dir, bare]) await linkEmulator(folder);
    const [started, open] = await Promise.all([startLocalAws({ dir }), startUnguarded(bare)]);
    aws = started;
    guarded = { endpoint: aws.endpoint, dir };
    unguarded = { ...open, dir: bare };
    await fill(aws.endpoint, aws.credentials);
    await fill(open.endpoint, localCredentials);
  });

  afterAll(async () => {
    await unguarded?.[Symbol.asyncDispose]();
    await stopLocalAws({ dir: join(home, "local") });
    await rm(home, { recursive: true, force: true });
  });

  it.each(Object.keys(attacks))("keeps off %s, who reaches an emulator without it", async (name) => {
    const attack = attacks[name] ?? expect.fail();
    expect(await attack(unguarded)).toBe(true);
    expect(await attack(guarded)).toBe(false);
  });

  itWithBrowser("keeps off a page in a browser, which reaches an emulator without it", async () => {
    const page = createServer((_, reply) => reply.setHeader("content-type", "text/html").end("<!doctype html>"));
    page.listen(0, "127.0.0.1");
    await once(page, "listening");
    const address = page.address();
    const at = typeof address === "object" ? address?.port : undefined;
    await using browser = await Browser.start("--host-resolver-rules=MAP pages.example 127.0.0.1");
    try {
      const attack = async (target: Target) => {
        const ran = join(target.dir, "ran");
        const code = `require("node:fs").writeFileSync(${JSON.stringify(ran)}, ""); exports.handler = async () => 1;`;
        const evil = {
          ...{ FunctionName: "evil", Runtime: "nodejs24.x", Role: "arn:aws:iam::000000000000:role/evil" },
          ...{ Handler: "index.handler", Code: { ZipFile: "" } },
        };
        evil.Code.ZipFile = Buffer.from(zipSync({ "index.js": strToU8(code) })).toString("base64");
        const { port } = new URL(target.endpoint);
        const from = await browser.open(`http://pages.example:${at}/`);
        // Blind calls need no permission of the other side (no preflight); the read one asks for it.
        const read = await from.evaluate<string>(`(async () => {
          const blind = (path, body) =>
            fetch("${target.endpoint}" + path, { method: "POST", mode: "no-cors", body }).catch(() => {});
          await blind("/2015-03-31/functions", ${JSON.stringify(JSON.stringify(evil))});
          await blind("/2015-03-31/functions/evil/invocations", "{}");
          const headers = ${JSON.stringify(getSecret)};
          const asked = fetch("${target.endpoint}", { method: "POST", headers, body: ${JSON.stringify(which)} });
          return asked.then((answer) => answer.text(), () => "");
        })()`);
        // The same name, which now leads to the emulator: to the browser it is the page's own server.
        const rebound = await browser.open(`http://pages.example:${port}/_ministack/health`);
        const seen = await rebound.evaluate<string>("document.body.innerText");
        return {
          ranCode: await access(ran).then(
            () => true,
            () => false,
          ),
          readPassword: read.includes(password),
          byAnotherName: seen.includes("available"),
        };
      };
      expect(await attack(unguarded)).toEqual({ ranCode: true, readPassword: true, byAnotherName: true });
      expect(await attack(guarded)).toEqual({ ranCode: false, readPassword: false, byAnotherName: false });
    } finally {
      page.close();
    }
  });

  it.runIf(isRoot)("keeps off another user of this machine (as root only)", async () => {
    expect(await reachedBy("nobody", unguarded)).toEqual(["port"]);
    // By the same means this user's own programs reach everything that they may.
    expect(await reachedBy("this user", guarded)).toEqual(["emulator", "secret", "account"]);
    expect(await reachedBy("nobody", guarded)).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "listens at one address, on loopback, and so does nothing behind it",
    async () => {
      const { instance = "" } = (await readRecord(guarded.dir)) ?? {};
      const pids = await processesWith(argumentOf(instance));
      expect(pids).toHaveLength(2);
      const port = aws.port.toString(16).toUpperCase().padStart(4, "0");
      expect(await listening(pids)).toEqual([`0100007F:${port}`]);
      // What everyone on the machine can read of them.
      const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8")));
      for (const secret of [aws.credentials.sessionToken, instance]) expect(lines.join()).not.toContain(secret);
    },
  );

  it("has another secret at the next start", async () => {
    await stopLocalAws({ dir: guarded.dir });
    const next = await startLocalAws({ dir: guarded.dir });
    expect(next.port).toBe(aws.port);
    expect(next.credentials.sessionToken).not.toBe(aws.credentials.sessionToken);
    const old = await ask(guarded, "/_ministack/health", { "x-amz-security-token": aws.credentials.sessionToken });
    expect(old.status).toBe(403);
  });

  it("passes calls on as they come, in both directions, and says when the emulator is not there", async () => {
    await using emulator = await pretended(join(home, "pretended"));
    const half = 1_000_000;
    const asked = request(emulator.endpoint, {
      ...{ method: "PUT", path: "/bucket/key?x=%20%2F", agent: false },
      headers: { "x-amz-security-token": sessionToken, expect: "100-continue", "x-twice": ["1", "2"] },
    });
    asked.flushHeaders();
    await once(asked, "continue");
    asked.write(Buffer.alloc(half));
    // Before the rest of the body is there.
    await emulator.hears(half);
    asked.end(Buffer.alloc(half));
    // As Node.js documents the event.
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    expect(answer).toMatchObject({ statusCode: 418, statusMessage: "Short and stout" });
    expect(answer.headersDistinct["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(await text(answer)).toBe(String(2 * half));
    expect(emulator.seen).toEqual({ method: "PUT", url: "/bucket/key?x=%20%2F", twice: ["1", "2"] });
    emulator.leave();
    const alone = await ask({ endpoint: emulator.endpoint, dir: "" }, "/", { "x-amz-security-token": sessionToken });
    expect(alone).toMatchObject({ status: 502, body: "The local AWS does not answer.\n" });
  });

  it("asks the emulator to end when it is asked, and ends as that does", async () => {
    await using emulator = await pretended(join(home, "ending"));
    expect(await emulator.end()).toBe(7);
  });
});

/** The guard before a server of the test, and behind it a program that ends with 7 when it is asked to. */
async function pretended(dir: string) {
  await mkdir(dir);
  const seen: Record<string, unknown> = {};
  const heard: { bytes: number; tell(): void } = { bytes: 0, tell: () => undefined };
  const server = createServer((asked, answer) => {
    const { method, url, headersDistinct } = asked;
    Object.assign(seen, { method, url, twice: headersDistinct["x-twice"] });
    asked.on("data", (data: Buffer) => {
      heard.bytes += data.length;
      heard.tell();
    });
    asked.once("end", () => {
      answer.writeHead(418, "Short and stout", { "set-cookie": ["a=1", "b=2"] }).end(String(heard.bytes));
    });
  });
  server.listen(join(dir, "sock"));
  await once(server, "listening");
  const port = await freePort(undefined);
  const behind = "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up');";
  const guard = join(import.meta.dirname, "..", "..", "src", "local", "guard.ts");
  const child = spawn(process.execPath, [guard, "tap=test", "sock", process.execPath, "-e", behind], {
    cwd: dir,
    env: { GATEWAY_PORT: String(port), AWS_SESSION_TOKEN: sessionToken },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    hears: (bytes: number) =>
      new Promise<void>((resolve) => {
        heard.tell = () => {
          if (heard.bytes >= bytes) resolve();
        };
        heard.tell();
      }),
    leave: () => void server.close(),
    async end(): Promise<unknown> {
      child.kill("SIGTERM");
      return (await ended)[0];
    },
    async [Symbol.asyncDispose]() {
      server.close();
      child.kill("SIGTERM");
      await ended;
    },
  };
}
