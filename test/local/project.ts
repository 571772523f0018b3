import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopDatabase } from "../../src/local/database.ts";
import { findLocalAws, type LocalAws, stopLocalAws } from "../../src/local/local-aws.ts";
import { databasesFolder, localFolder } from "../../src/session/environment.ts";
import { linkEmulator, root } from "./installed.ts";

/** How a run of tap ended. */
export interface Ended {
  readonly args: readonly string[];
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the standard output contains a text; rejects when tap ends before. */
  says(text: string): Promise<void>;
}

export type Variables = Readonly<Record<string, string>>;

/** A folder in which a user works, and the built `tap` that is used in it. */
export class Project {
  readonly dir: string;
  /** Everything that tap has said in it. */
  readonly transcript: Ended[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** A new, empty one; with the emulator installed, unless it is to begin bare. */
  static async make({ bare = false } = {}): Promise<Project> {
    const dir = await mkdtemp(join(tmpdir(), "tap-project-"));
    await mkdir(join(dir, "home"));
    await mkdir(join(dir, "work"));
    const project = new Project(join(dir, "work"));
    if (!bare) await linkEmulator(localFolder(project.dir));
    return project;
  }

  /** Starts `tap` with none of the environment variables that tests are run with, but for the PATH. */
  start(args: readonly string[], variables: Variables = {}): Running {
    const child = spawn(process.execPath, [join(root, "dist", "tap.js"), ...args, "--dir", this.dir], {
      env: { PATH: process.env["PATH"], HOME: join(this.dir, "..", "home"), LANG: "C.UTF-8", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    const waiting = new Map<string, () => void>();
    const hear = (name: "stdout" | "stderr") => (text: string) => {
      said[name] += text;
      for (const [awaited, tell] of waiting) if (said.stdout.includes(awaited)) tell();
    };
    child.stdout.setEncoding("utf8").on("data", hear("stdout"));
    child.stderr.setEncoding("utf8").on("data", hear("stderr"));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        const end = { args, code, ...said };
        this.transcript.push(end);
        resolve(end);
      });
    });
    const says = async (text: string) => {
      const heard = new Promise<void>((resolve) => waiting.set(text, resolve));
      const tooLate = ended.then((end) => {
        throw new Error(`tap ended without saying "${text}":\n${describe(end)}`);
      });
      await Promise.race([heard, tooLate]);
      // It has to end some time, but that is no failure any more.
      tooLate.catch(() => undefined);
    };
    return { child, ended, says };
  }

  /** Runs `tap` to its end. */
  tap(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Runs `tap` to its end, which has to be a good one. */
  async succeed(...args: string[]): Promise<Ended> {
    const end = await this.tap(...args);
    if (end.code !== 0) throw new Error(describe(end));
    return end;
  }

  /** The local AWS that tap has started. */
  async localAws(): Promise<LocalAws> {
    const aws = await findLocalAws({ dir: localFolder(this.dir) });
    if (aws === undefined) throw new Error("the local AWS is not running");
    return aws;
  }

  /** Ends whatever still runs, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    const databases = databasesFolder(this.dir);
    for (const name of await readdir(databases).catch(() => [])) await stopDatabase(join(databases, name));
    await stopLocalAws({ dir: localFolder(this.dir) });
    await rm(join(this.dir, ".."), { recursive: true, force: true });
  }
}

export const describe = ({ args, code, stdout, stderr }: Ended): string =>
  `tap ${args.join(" ")}: exit ${code}\n${stdout}\n${stderr}`;

/** The lines of standard output, each a JSON value. */
export const lines = ({ stdout }: Ended): unknown[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
