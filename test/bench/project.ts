import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findLocalAws, type LocalAws } from "../../src/local/local-aws.ts";
import { readRecord, writeRecord } from "../../src/local/record.ts";
import { localFolder } from "../../src/session/environment.ts";
import { statePath } from "../../src/state/paths.ts";
import { installEmulator, linkEmulator } from "../local/installed.ts";
import { runTap } from "./process.ts";

/** An empty project folder of the benchmark's own. */
export const makeProject = (): Promise<string> => mkdtemp(join(tmpdir(), "tap-bench-"));

export const removeProject = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });

/**
 * A project with a local AWS of its own that runs, empty. The emulator is installed once for all of them, so that no
 * measurement of `up` has its installation in it.
 *
 * @throws {PythonError} {LocalAwsError} when there can be none on this machine
 */
export async function startLocalProject(): Promise<string> {
  await installEmulator();
  const dir = await makeProject();
  await linkEmulator(localFolder(dir));
  await runTap(["local", "start", "--dir", dir]);
  return dir;
}

/** The local AWS of a project. */
export async function localAwsOf(dir: string): Promise<LocalAws> {
  const aws = await findLocalAws({ dir: localFolder(dir) });
  if (aws === undefined) throw new Error("the local AWS is not running");
  return aws;
}

export async function stopLocalProject(dir: string): Promise<void> {
  await runTap(["local", "stop", "--dir", dir]);
  await removeProject(dir);
}

/** Lets tap find the local AWS of a project behind another port. */
export async function reachThrough(dir: string, port: number): Promise<void> {
  const record = await readRecord(localFolder(dir));
  if (record === undefined) throw new Error("the local AWS is not running");
  await writeRecord(localFolder(dir), { ...record, port });
}

/** A project that holds the local environment dev as if it were one on AWS: it is reached by AWS_ENDPOINT_URL. */
export async function asOnAws(local: string): Promise<string> {
  const dir = await makeProject();
  const place = { environment: "dev", local: true } as const;
  const to = statePath({ ...place, dir: join(dir, "state"), local: false });
  await mkdir(dirname(to), { recursive: true });
  await cp(statePath({ ...place, dir: join(local, "state") }), to);
  return dir;
}

/** The environment variables with which tap reaches an endpoint as if it were AWS; a local AWS wants its session token. */
export function reaching(url: string, sessionToken?: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
