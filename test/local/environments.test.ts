import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { childEnvironment } from "../../src/local/child-environment.ts";
import { findFile } from "../../src/local/database-program.ts";
import { itWithDatabase } from "./database.ts";
import { describe, Project } from "./project.ts";

/** What programs may have of the user's: names as real ones have them, and values that are found again. */
const canaries: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "AWS_PROFILE",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
    ],
    ...["AWS_BEARER_TOKEN_BEDROCK", "GITHUB_TOKEN", "NPM_TOKEN", "SSH_AUTH_SOCK", "DATABASE_URL", "MYSQL_PWD"],
    ...["ENVIRONMENT_SUFFIX_SECRET", "PYTHONSTARTUP", "TWINE_PASSWORD"],
  ].map((name) => [name, `canary-${name.toLowerCase()}-5b1f`]),
);

/** A process that was seen: its arguments, and its environment as /proc shows it. */
interface Seen {
  readonly line: string;
  readonly environment: string;
}

const read = async (pid: string): Promise<Seen> => {
  // One that has ended meanwhile has neither any more.
  const [line, environment] = await Promise.all(
    ["cmdline", "environ"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
  );
  return { line: (line ?? "").replaceAll("\0", " "), environment: environment ?? "" };
};

/** Reads what every process of this machine has that begins from now on, again and again until told to stop. */
async function watchEnvironments(): Promise<() => Promise<readonly Seen[]>> {
  const pids = async () => (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const before = new Set(await pids());
  const seen = new Map<string, Seen>();
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      for (const pid of await pids()) {
        if (before.has(pid)) continue;
        const one = await read(pid);
        if (one.line !== "") seen.set(one.line + one.environment, one);
      }
      await sleep(20);
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    return [...seen.values()];
  };
}

/**
 * A folder for the PATH whose programs write down what they are started with and become the real ones: some are over
 * before anybody has looked at them.
 */
async function noting(folder: string, names: readonly string[]): Promise<() => Promise<readonly Seen[]>> {
  const notes = join(folder, "notes");
  await mkdir(notes, { recursive: true });
  for (const name of names) {
    const real = await findFile([name]);
    if (real === undefined) continue;
    const shim = join(folder, name);
    await writeFile(shim, `#!/bin/sh\n/bin/cat /proc/$$/environ > "${notes}/${name} $$"\nexec ${real} "$@"\n`);
    await chmod(shim, 0o755);
  }
  return async () =>
    Promise.all(
      (await readdir(notes)).map(async (name) => ({
        line: `noted: ${name}`,
        environment: await readFile(join(notes, name), "utf8"),
      })),
    );
}

const pythons = ["python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3"];

itWithDatabase(
  "no program that tap starts, nor any that those start, gets what the user has in the environment",
  async () => {
    // As on Linux; elsewhere nobody's environment can be read like this.
    if (process.platform !== "linux") return;
    await using project = await Project.make({ bare: true });
    const folder = join(project.dir, "..", "programs");
    const notes = await noting(folder, [...pythons, "openssl", "mariadbd", "mysqld", "node", "git"]);
    const PATH = `${folder}${delimiter}${process.env["PATH"]}`;
    const stop = await watchEnvironments();
    const variables = { ...childEnvironment("downloads"), ...canaries, PATH };
    const up = await project.start(["up", "--env", "dev", "--local", "--yes"], variables).ended;
    expect(up.code, describe(up)).toBe(0);
    const apiUrl = /^apiUrl +(\S+)$/m.exec(up.stdout)?.[1];
    expect((await fetch(`${apiUrl}/trade`)).status).toBe(200);
    const doctor = await project.start(["doctor", "--local"], variables).ended;
    expect(doctor.code, describe(doctor)).toBe(0);
    const seen = [...(await stop()), ...(await notes())];

    // Each of them was there to be looked at.
    for (const program of [
      ...[/^noted: python3/, /^noted: openssl/, /^noted: (mariadbd|mysqld)/],
      ...[/ -m venv /, /ensurepip/, / -m pip install /],
      ...[
        /guard\.js tap=/,
        / -m hypercorn /,
        /--datadir=.*db\/dev\/data /,
        /^sh -c cat /,
        /node \S*\/\.tap\/local\/tmp\/\S+\.js /,
      ],
    ]) {
      expect(
        seen.filter(({ line }) => program.test(line)).map(({ environment }) => environment.length > 0),
        String(program),
      ).toContain(true);
    }
    const holding = (values: readonly string[]) =>
      seen.filter(({ environment }) => values.some((value) => environment.includes(value))).map(({ line }) => line);
    expect(holding(Object.values(canaries)).filter((line) => !/dist\/tap\.js (up|doctor) /.test(line))).toEqual([]);
    // That they are found where they are.
    expect(holding(Object.values(canaries))).not.toEqual([]);
  },
);

it("a program that does not download is not told of proxies, nor where the home folder is", () => {
  const [plain, downloads] = [childEnvironment(), childEnvironment("downloads")];
  expect(plain["PATH"]).toBe(process.env["PATH"]);
  expect(downloads["HOME"]).toBe(process.env["HOME"]);
  expect(Object.keys(plain).filter((name) => /PROXY|PIP_|HOME|AWS|TOKEN/i.test(name))).toEqual([]);
});
