import { readFile, readlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";

/** Which process, on which machine, says something about itself. */
export interface ProcessIdentity {
  /** user@host */
  readonly owner: string;
  readonly host: string;
  /** Tells containers and machines of the same host name apart, where Linux says so: their pids are not comparable. */
  readonly machine?: string;
  readonly pid: number;
  /** Tells this process from a later one with the same pid, where Linux says so. */
  readonly started?: string;
}

/** This process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  const host = hostname();
  const machine = await machineId();
  const process_ = await lookUp(process.pid);
  return {
    owner: `${userName()}@${host}`,
    host,
    ...(machine === undefined ? {} : { machine }),
    pid: process.pid,
    ...(process_?.started === undefined ? {} : { started: process_.started }),
  };
}

/**
 * Whether a process has certainly ended: it was on this machine, and its pid is free, a zombie's, or another process's.
 * Of a process elsewhere nothing can be known.
 */
export async function hasEnded(other: Pick<ProcessIdentity, "host" | "machine" | "pid" | "started">): Promise<boolean> {
  if (other.host !== hostname() || other.machine !== (await machineId())) return false;
  return hasEndedHere(other);
}

/** The same of a process that was on this machine. */
export async function hasEndedHere({ pid, started }: Pick<ProcessIdentity, "pid" | "started">): Promise<boolean> {
  if (!isAlive(pid)) return true;
  const now = await lookUp(pid);
  if (now === undefined) return false;
  return now.zombie || (started !== undefined && started !== now.started);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists, under another user.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** What /proc says about a process; undefined where there is no /proc. Fields: proc_pid_stat(5). */
async function lookUp(pid: number): Promise<{ zombie: boolean; started: string } | undefined> {
  const stat = await textOf(`/proc/${pid}/stat`);
  // The second field, the program's name in parentheses, may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields?.[0], fields?.[19]];
  if (state === undefined || ticks === undefined) return undefined;
  // Ticks count from the start of the system, so they only identify a process together with it.
  const boot = await textOf("/proc/sys/kernel/random/boot_id");
  return { zombie: state === "Z" || state === "X", started: `${boot?.trim()}/${ticks}` };
}

async function machineId(): Promise<string | undefined> {
  const [id, pids] = await Promise.all([
    textOf("/etc/machine-id"),
    readlink("/proc/self/ns/pid").catch(() => undefined),
  ]);
  return pids === undefined ? undefined : `${id?.trim() ?? ""}/${pids}`;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user id may have no name.
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
