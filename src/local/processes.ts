import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The processes of this machine that were given an argument, whoever started them: also those of a run that was killed
 * before it could note them.
 *
 * @param argument matched as a whole
 * @returns their numbers
 */
export async function processesWith(argument: string): Promise<number[]> {
  const all = process.platform === "linux" ? await fromProc() : await fromPs();
  return all.filter(({ args }) => args.includes(argument)).map(({ pid }) => pid);
}

interface Found {
  readonly pid: number;
  readonly args: readonly string[];
}

async function fromProc(): Promise<Found[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  // One that has ended meanwhile, and a zombie, have no arguments.
  const read = async (pid: number) => {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return { pid, args: line.split("\0") };
  };
  return Promise.all(pids.map(read));
}

async function fromPs(): Promise<Found[]> {
  const { stdout } = await run("ps", ["-axo", "pid=,command="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid = "", ...args] = line.trim().split(/\s+/);
    return pid === "" ? [] : [{ pid: Number(pid), args }];
  });
}
