import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetBucketTaggingCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { strToU8, zipSync } from "fflate";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { accountFolders } from "../../src/local/account.ts";
import { invokeUrl, localCredentials } from "../../src/local/endpoint.ts";
import { LocalAwsError, PortError, PythonError } from "../../src/local/errors.ts";
import { emulatorVersion, install, installedVersion } from "../../src/local/install.ts";
import {
  findLocalAws,
  type LocalAws,
  localAwsStatus,
  resetLocalAws,
  startLocalAws,
  stopLocalAws,
} from "../../src/local/local-aws.ts";
import { processesWith } from "../../src/local/processes.ts";
import { findPython } from "../../src/local/python.ts";
import { argumentOf, readRecord, writeRecord } from "../../src/local/record.ts";
import { startUnguarded } from "./unguarded.ts";

const folders: string[] = [];
const children: ChildProcess[] = [];
const servers: Server[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "tap-local-"));
  folders.push(made);
  // As in a project of ECMAScript modules, which must not rub off on the functions.
  await writeFile(join(made, "package.json"), '{"type":"module"}');
  const inner = join(made, "local");
  await mkdir(inner);
  return inner;
}

/** A server that is not the local AWS, on a port of its own. */
async function stranger(): Promise<number> {
  const server = createServer((_, reply) => reply.end(JSON.stringify({ edition: "light", version: emulatorVersion })));
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A program that goes on until it is ended. */
async function bystander(): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  children.push(child);
  await once(child, "spawn");
  if (child.pid === undefined) throw new Error("no pid");
  return { child, pid: child.pid };
}

/** A folder with a `python3` that is this shell script. */
async function fakePython(script: string): Promise<string> {
  const dir = await folder();
  await writeFile(join(dir, "python3"), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, "python3"), 0o755);
  return dir;
}

/** What the function of the test answers. */
const echo = z.object({
  node: z.string(),
  method: z.string(),
  path: z.string(),
  sent: z.string(),
  env: z.record(z.string(), z.string()),
});

const dead = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** With credentials of its own: the SDK writes into what it is given. */
const config = ({ endpoint, region, credentials }: LocalAws) => ({
  endpoint,
  region,
  credentials: { ...credentials },
  maxAttempts: 1,
});
const s3 = (aws: LocalAws) => new S3Client({ ...config(aws), forcePathStyle: true });
const bucketsOf = async (aws: LocalAws) =>
  ((await s3(aws).send(new ListBucketsCommand({}))).Buckets ?? []).map((bucket) => bucket.Name);
const makeBucket = (aws: LocalAws, Bucket: string) =>
  s3(aws).send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Tags: [{ Key: "ManagedBy", Value: "tap" }] } }),
  );

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const server of servers.splice(0)) server.close();
});

afterAll(async () => {
  for (const dir of folders) await rm(dir, { recursive: true, force: true });
});

describe("the local AWS", () => {
  let dir: string;

  beforeAll(async () => {
    dir = await folder();
    const told: string[] = [];
    await startLocalAws({ dir, onProgress: (text) => told.push(text) });
    expect(told).toEqual([expect.stringContaining(`Installing ministack ${emulatorVersion}`)]);
  }, 180_000);

  afterAll(async () => {
    await stopLocalAws({ dir });
  });

  it("answers on loopback, and is found again", async () => {
    const aws = await startLocalAws({ dir, region: "us-east-2" });
    expect(aws).toMatchObject({ version: emulatorVersion, account: "000000000000", region: "us-east-2" });
    expect(aws.endpoint).toBe(`http://127.0.0.1:${aws.port}`);
    const me = await new STSClient(config(aws)).send(new GetCallerIdentityCommand({}));
    expect(me.Account).toBe(aws.account);
    expect(await findLocalAws({ dir, region: "us-east-2" })).toEqual(aws);
    expect(await localAwsStatus({ dir, region: "us-east-2" })).toEqual({ is: "running", aws });
  });

  it("is one for all processes that start it at once, and outlives them", async () => {
    await stopLocalAws({ dir });
    const start = () => promisify(execFile)(process.execPath, [join(import.meta.dirname, "start.ts"), dir]);
    const [one, other] = await Promise.all([start(), start()]);
    expect(JSON.parse(one.stdout)).toEqual(JSON.parse(other.stdout));
    const aws = await findLocalAws({ dir });
    expect(aws).toMatchObject(JSON.parse(one.stdout));
    // It leads a process group of its own, which a Ctrl-C in the terminal does not reach.
    expect(() => process.kill(-(aws?.pid ?? 0), 0)).not.toThrow();
  });

  it("runs functions with tap's node, and with nothing of the user's environment", async () => {
    await stopLocalAws({ dir });
    vi.stubEnv("AWS_PROFILE", "production");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "a-real-secret");
    const aws = await startLocalAws({ dir });
    const code =
      "export const handler = async (event) => ({ statusCode: 201, body: JSON.stringify({ node: process.execPath, env: process.env, method: event.httpMethod, path: event.path, sent: event.body }) });";
    const lambda = new LambdaClient(config(aws));
    const made = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "echo",
        Runtime: "nodejs24.x",
        Role: `arn:aws:iam::${aws.account}:role/echo`,
        Handler: "echo.handler",
        Code: { ZipFile: zipSync({ "echo.mjs": strToU8(code) }) },
      }),
    );
    const gateway = new APIGatewayClient(config(aws));
    const api = await gateway.send(new CreateRestApiCommand({ name: "echo" }));
    const at = { restApiId: api.id, resourceId: api.rootResourceId, httpMethod: "POST" };
    await gateway.send(new PutMethodCommand({ ...at, authorizationType: "NONE" }));
    await gateway.send(
      new PutIntegrationCommand({
        ...at,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${made.FunctionArn}/invocations`,
      }),
    );
    await gateway.send(new CreateDeploymentCommand({ restApiId: api.id, stageName: "dev" }));

    const reply = await fetch(`${invokeUrl(aws.endpoint, api.id ?? "", "dev")}/`, { method: "POST", body: "hello" });
    const seen = echo.parse(await reply.json());
    expect(reply.status).toBe(201);
    expect(seen).toMatchObject({ node: process.execPath, method: "POST", path: "/", sent: "hello" });
    expect(seen.env).toMatchObject({
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.account,
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_SESSION_TOKEN: aws.credentials.sessionToken,
      HOME: join(dir, "home"),
    });
    expect(seen.env).not.toHaveProperty("AWS_PROFILE");
    expect(JSON.stringify(seen.env)).not.toContain("a-real-secret");
  });

  it("keeps its account over a stop", async () => {
    const before = await startLocalAws({ dir });
    await makeBucket(before, "kept");
    expect(await stopLocalAws({ dir })).toBe("stopped");
    await vi.waitUntil(() => dead(before.pid));
    expect(await findLocalAws({ dir })).toBeUndefined();
    expect(await localAwsStatus({ dir })).toEqual({ is: "stopped", installed: emulatorVersion, accountKept: true });
    expect(await stopLocalAws({ dir })).toBe("not-running");

    const after = await startLocalAws({ dir });
    const tags = await s3(after).send(new GetBucketTaggingCommand({ Bucket: "kept" }));
    expect(tags.TagSet).toEqual([{ Key: "ManagedBy", Value: "tap" }]);
  });

  it("starts with an empty account after a kill, and says so: half of it would be worse", async () => {
    const before = await startLocalAws({ dir });
    await makeBucket(before, "half-saved");
    // The emulator and its guard: one process group.
    process.kill(-before.pid, "SIGKILL");
    await vi.waitUntil(() => dead(before.pid), { timeout: 10_000 });

    const told: string[] = [];
    const after = await startLocalAws({ dir, onProgress: (text) => told.push(text) });
    expect(await bucketsOf(after)).toEqual([]);
    expect(told).toEqual([expect.stringContaining("its account starts empty")]);
  });

  it("keeps its account when only the guard is killed: the emulator is still there, and asked to end", async () => {
    const before = await startLocalAws({ dir });
    await makeBucket(before, "behind-the-guard");
    process.kill(before.pid, "SIGKILL");
    await vi.waitUntil(() => dead(before.pid), { timeout: 10_000 });
    const instance = (await readRecord(dir))?.instance ?? "";
    expect(await processesWith(argumentOf(instance))).toHaveLength(1);

    const after = await startLocalAws({ dir });
    expect(await bucketsOf(after)).toContain("behind-the-guard");
    expect(await processesWith(argumentOf(instance))).toEqual([]);
  });

  it("takes its port again, and a free one where somebody else has it by then", async () => {
    const { port } = await startLocalAws({ dir });
    expect(port).not.toBe(4566);
    await stopLocalAws({ dir });
    expect(await startLocalAws({ dir })).toMatchObject({ port });
    await stopLocalAws({ dir });
    const other = createServer();
    servers.push(other.listen(port, "127.0.0.1"));
    await once(other, "listening");
    expect((await startLocalAws({ dir })).port).not.toBe(port);
  });

  it("replaces an emulator that an older tap has started without a guard, and keeps its account", async () => {
    await stopLocalAws({ dir });
    const { saved, objects } = accountFolders(dir);
    const old = await startUnguarded(dir, {
      PERSIST_STATE: "1",
      STATE_DIR: saved,
      S3_PERSIST: "1",
      S3_DATA_DIR: objects,
    });
    const { endpoint, instance, pid, port } = old;
    await writeRecord(dir, { pid, port, instance, version: emulatorVersion, startedAt: "2026-11-01T00:00:00Z" });
    const unguarded = { endpoint, region: "us-east-1", credentials: { ...localCredentials, sessionToken: "" } };
    await new S3Client({ ...unguarded, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "older" }));
    expect(await findLocalAws({ dir })).toBeUndefined();

    const told: string[] = [];
    const after = await startLocalAws({ dir, onProgress: (text) => told.push(text) });
    expect(told).toEqual([expect.stringContaining("which has no guard")]);
    expect(dead(pid)).toBe(true);
    expect(await bucketsOf(after)).toContain("older");
  });

  it("is emptied by a reset, running or not", async () => {
    const aws = await startLocalAws({ dir });
    await makeBucket(aws, "one");
    await resetLocalAws({ dir });
    expect(await bucketsOf(aws)).toEqual([]);
    await makeBucket(aws, "two");
    await stopLocalAws({ dir });
    await resetLocalAws({ dir });
    expect(await bucketsOf(await startLocalAws({ dir }))).toEqual([]);
  });

  it("refuses a port that is occupied, or another one than it runs on", async () => {
    const port = await stranger();
    await startLocalAws({ dir });
    await expect(startLocalAws({ dir, port })).rejects.toThrow(/already runs on port/);
    await stopLocalAws({ dir });
    const refused = await startLocalAws({ dir, port }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PortError);
    expect(refused).toMatchObject({ exitCode: 2, message: `port ${port} on 127.0.0.1 is occupied` });
    expect(await findLocalAws({ dir })).toBeUndefined();
  });

  it("does not mistake another process with its pid, or another server on its port, for itself", async () => {
    await stopLocalAws({ dir });
    const { child, pid } = await bystander();
    const instance = "3f0c7a56-2f7d-4d8e-9d5c-7f6f0e3f9a11";
    const record = {
      pid,
      port: await stranger(),
      version: emulatorVersion,
      instance,
      startedAt: "2026-11-01T00:00:00Z",
    };
    await writeRecord(dir, record);
    expect(await findLocalAws({ dir })).toBeUndefined();
    expect(await stopLocalAws({ dir })).toBe("not-running");
    expect(child.exitCode ?? child.signalCode).toBeNull();
    expect(await readRecord(dir)).toBeUndefined();
  });

  it("shows the end of its log when it does not come up", async () => {
    await stopLocalAws({ dir });
    const python = join(dir, "venv", "bin", "python");
    await rename(python, `${python}.real`);
    await writeFile(python, "#!/bin/sh\necho 'no such luck' >&2\nexit 3\n", { mode: 0o755 });
    try {
      await expect(startLocalAws({ dir })).rejects.toThrow(/ended unexpectedly.*no such luck/s);
      expect(await readRecord(dir)).toBeUndefined();
    } finally {
      await rename(`${python}.real`, python);
    }
  });

  it("lets nobody else read its account or its log", async () => {
    // Whatever the user's files are usually made with.
    const usual = process.umask(0);
    try {
      await chmod(dir, 0o755);
      await makeBucket(await startLocalAws({ dir }), "private");
      await stopLocalAws({ dir });
      await startLocalAws({ dir });
      await stopLocalAws({ dir });
    } finally {
      process.umask(usual);
    }
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    const account = join(dir, "account");
    const entries = await readdir(account, { recursive: true, withFileTypes: true });
    expect(entries.map(({ name }) => name)).toContain("s3.json");
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      expect([path, (await stat(path)).mode & 0o777]).toEqual([path, entry.isDirectory() ? 0o700 : 0o600]);
    }
    for (const path of ["account", "tmp"]) expect((await stat(join(dir, path))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, "aws.log"))).mode & 0o777).toBe(0o600);
    await startLocalAws({ dir });
    expect((await stat(join(dir, "aws.json"))).mode & 0o777).toBe(0o600);
  });
});

describe("Python", () => {
  it("is refused when too old, with what was found and what to do", async () => {
    const path = await fakePython('echo "3 9"');
    const dir = await folder();
    const refused = await startLocalAws({ dir, path }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PythonError);
    expect(refused).toMatchObject({
      exitCode: 2,
      message: "the local AWS needs Python 3.10 or newer: found Python 3.9 (python3)",
      advice: expect.stringContaining("Install Python 3.10 or newer"),
    });
  });

  it("is missed when there is none", async () => {
    await expect(findPython(await folder())).rejects.toThrow("the local AWS needs Python 3.10 or newer: there is none");
  });

  it("is refused when it cannot make environments, as Debian ships it", async () => {
    const path = await fakePython('echo "3 12"; echo "No module named ensurepip" >&2; exit 1');
    await expect(findPython(path)).rejects.toMatchObject({
      name: "PythonError",
      advice: expect.stringContaining("python3-venv"),
    });
  });

  it("is found under its versioned name when the unversioned one is too old", async () => {
    const path = await fakePython('echo "3 9"');
    await writeFile(join(path, "python3.11"), '#!/bin/sh\necho "3 11"\n', { mode: 0o755 });
    expect(await findPython(path)).toEqual({ command: "python3.11", version: "3.11" });
  });
});

describe("the installation", () => {
  /** A Python whose environments hold a pip that fails while there is a file `offline` in `dir`, and counts its runs. */
  const pretend = (dir: string) =>
    fakePython(
      [
        'if [ "$1" = "-c" ]; then echo "3 12"; exit; fi',
        '/bin/mkdir -p "$3/bin"',
        `printf '#!/bin/sh\\necho "$@" >> "${dir}/runs"\\n[ ! -e "${dir}/offline" ] || { echo "no route to host"; exit 1; }\\n' > "$3/bin/python"`,
        '/bin/chmod +x "$3/bin/python"',
      ].join("\n"),
    );
  const runs = async (dir: string) => (await readFile(join(dir, "runs"), "utf8")).trim().split("\n").length;

  it("says why it failed, leaves nothing that looks whole, and starts anew the next time", async () => {
    const dir = await folder();
    const path = await pretend(dir);
    await writeFile(join(dir, "offline"), "");
    const failed = await install(dir, path, () => {}).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(LocalAwsError);
    expect(failed).toMatchObject({ exitCode: 1, message: expect.stringContaining("no route to host") });
    expect(await installedVersion(dir)).toBeUndefined();

    await rm(join(dir, "offline"));
    await install(dir, path, () => {});
    expect(await installedVersion(dir)).toBe(emulatorVersion);
  });

  it("is done once", async () => {
    const dir = await folder();
    const path = await pretend(dir);
    await install(dir, path, () => {});
    await install(dir, path, () => {});
    expect(await runs(dir)).toBe(1);
    // pip itself refuses what has no hash then, or another one.
    expect(await readFile(join(dir, "runs"), "utf8")).toMatch(
      / --require-hashes --requirement \S+\/requirements\.txt$/m,
    );
  });

  it("takes every package in one version, each of its files by hash", async () => {
    const file = join(import.meta.dirname, "..", "..", "src", "local", "requirements.txt");
    const text = (await readFile(file, "utf8")).replace(/^#.*\n/gm, "");
    const packages = text.split(/\n(?=\S)/);
    expect(packages.length).toBeGreaterThan(15);
    for (const one of packages) {
      expect(one).toMatch(/^[a-z0-9-]+==\S+( ; [^\\]+)? \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n?)+$/);
    }
    expect(packages.some((one) => one.startsWith(`ministack==${emulatorVersion} `))).toBe(true);
  });

  it("is done anew when the version is another, or the Python it was made with has gone", async () => {
    const dir = await folder();
    const path = await pretend(dir);
    await install(dir, path, () => {});
    await writeFile(join(dir, "venv", "installed"), "1.0.0\n");
    await mkdir(join(dir, "venv", "old"));
    await install(dir, path, () => {});
    await expect(access(join(dir, "venv", "old"))).rejects.toThrow();
    await rm(join(dir, "venv", "bin", "python"));
    await install(dir, path, () => {});
    expect(await runs(dir)).toBe(3);
  });
});
