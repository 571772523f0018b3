import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { CreateFunctionCommand, DeleteFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { strToU8, unzipSync, zipSync } from "fflate";
import { schemaHash } from "../../lambda/schema.ts";
import { bundleFunctions } from "../../scripts/bundle-functions.ts";
import { startDatabase, stopDatabase } from "../../src/local/database.ts";
import { findDatabaseProgram } from "../../src/local/database-program.ts";
import type { LocalAws } from "../../src/local/local-aws.ts";
import { body, post } from "../lambda/events.ts";

/** One measured figure. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: "bytes" | "ms";
}

const run = promisify(execFile);
// It logs a line: the local AWS waits 50 ms for the log of a function that writes none.
const nothing =
  "exports.handler = async () => { console.log('{}'); return { statusCode: 201, headers: {}, body: '' }; };";

/**
 * Measures the trade service: the ZIP's size, how long its files take to load, and, on this local AWS with
 * a private database behind it, the first and the later invocations; each next to a handler that does nothing. Without
 * an endpoint or a database server on this machine, the invocations are left out.
 */
export async function benchLambda(aws?: LocalAws): Promise<Figure[]> {
  const { zip } = await bundleFunctions();
  const folder = await mkdtemp(path.join(tmpdir(), "tap-bench-"));
  try {
    const files = { ...unzipSync(zip), "nothing.js": strToU8(nothing), "package.json": strToU8("{}") };
    for (const [name, contents] of Object.entries(files)) await writeFile(path.join(folder, name), contents);
    const figures: Figure[] = [
      { id: "functions-zip", what: "ZIP of the functions", value: zip.byteLength, unit: "bytes" },
    ];
    for (const name of ["nothing", "processor", "query", "migrate"]) {
      const times: number[] = [];
      for (let i = 0; i < 9; i++) times.push(await loadTime(path.join(folder, `${name}.js`)));
      figures.push({ id: `functions-load-${name}`, what: `loading ${name}.js`, value: median(times), unit: "ms" });
    }
    const program = await findDatabaseProgram();
    if (aws !== undefined && program) figures.push(...(await benchInvocations(aws, zip, path.join(folder, "db"))));
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds that a fresh Node.js takes to load a file, its own start not counted. */
async function loadTime(file: string): Promise<number> {
  const script = `const t=performance.now();require(${JSON.stringify(file)});console.error(performance.now()-t);process.exit()`;
  return Number((await run(process.execPath, ["-e", script])).stderr.trim().split("\n").at(-1));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) * 10) / 10;
}

async function benchInvocations({ endpoint, credentials }: LocalAws, zip: Uint8Array, dir: string): Promise<Figure[]> {
  const password = `bench-${process.pid}-${Date.now()}`;
  const config = { endpoint, region: "us-east-1", credentials };
  const lambda = new LambdaClient(config);
  const secrets = new SecretsManagerClient(config);
  const database = await startDatabase({ dir, username: "admin", password });
  const names = { master: `bench-master-${process.pid}`, application: `bench-application-${process.pid}` };
  const created: string[] = [];
  const create = async (name: string, handler: string, code: Uint8Array, env: Record<string, string>) => {
    const FunctionName = `bench-${name}-${process.pid}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Handler: handler,
        Runtime: "nodejs22.x",
        Role: "arn:aws:iam::000000000000:role/bench",
        Code: { ZipFile: code },
        MemorySize: 512,
        Timeout: 30,
        Environment: { Variables: env },
      }),
    );
    created.push(FunctionName);
    return FunctionName;
  };
  const invoke = async (name: string, event: unknown, status?: number) => {
    const started = performance.now();
    const reply = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: strToU8(JSON.stringify(event)) }));
    const took = performance.now() - started;
    const answer = JSON.parse(new TextDecoder().decode(reply.Payload));
    if (reply.FunctionError || (status !== undefined && answer.statusCode !== status)) {
      throw new Error(`${name} answered ${JSON.stringify(answer)}`);
    }
    return took;
  };
  try {
    const master = await secrets.send(new CreateSecretCommand({ Name: names.master }));
    const application = await secrets.send(new CreateSecretCommand({ Name: names.application }));
    const SecretString = JSON.stringify({ username: "admin", password });
    await secrets.send(new PutSecretValueCommand({ SecretId: names.master, SecretString }));
    const env = {
      TRADE_WRITER_HOST: database.host,
      TRADE_READER_HOST: database.host,
      TRADE_DB_PORT: String(database.port),
      TRADE_DB_NAME: "trading",
      TRADE_DB_TLS: database.caFile === undefined ? "off" : "verify",
      TRADE_SECRET_ARN: application.ARN ?? "",
      TRADE_MASTER_SECRET_ARN: master.ARN ?? "",
      POWERTOOLS_SERVICE_NAME: "trading",
      ...(database.caFile !== undefined && { NODE_EXTRA_CA_CERTS: database.caFile }),
    };
    await invoke(await create("migrate", "migrate.handler", zip, env), { schema: schemaHash });
    const empty = zipSync({ "nothing.js": strToU8(nothing) });
    // What the SDK and the emulator do on their first invocation of all is not the function's time.
    await invoke(await create("warm-up", "nothing.handler", empty, {}), {});
    const figures: Figure[] = [];
    for (const [name, code, status] of [
      ["nothing", empty, 201],
      ["processor", zip, 201],
    ] as const) {
      const id = await create(name, `${name}.handler`, code, name === "nothing" ? {} : env);
      const first = await invoke(id, post(body()), status);
      const later: number[] = [];
      for (let i = 0; i < 200; i++) later.push(await invoke(id, post(body()), status));
      const what = name === "nothing" ? "a handler that does nothing" : "POST /trade";
      figures.push(
        { id: `functions-first-${name}`, what: `first invocation of ${what}`, value: median([first]), unit: "ms" },
        {
          id: `functions-warm-${name}`,
          what: `later invocations of ${what}, median`,
          value: median(later),
          unit: "ms",
        },
      );
    }
    return figures;
  } finally {
    for (const FunctionName of created) await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    for (const SecretId of Object.values(names)) {
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })).catch(() => {});
    }
    await stopDatabase(dir);
  }
}
