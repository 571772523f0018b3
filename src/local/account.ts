import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * What the local AWS holds, as kept while it is not running.
 *
 * The emulator saves everything but objects when it is asked to end, and objects as they come. After a kill the two do
 * not match: buckets would be back without their tags. So what was saved is used up by the start that loads it, and a
 * start that finds nothing saved begins with an empty account.
 */
export interface AccountFolders {
  readonly saved: string;
  readonly objects: string;
}

export function accountFolders(dir: string): AccountFolders {
  const account = join(dir, "account");
  return { saved: join(account, "saved"), objects: join(account, "objects") };
}

/** Whether an account was saved, whole. */
export async function hasSavedAccount(dir: string): Promise<boolean> {
  return (await savedFiles(dir)).length > 0;
}

/** Makes the folders ready for a start: nothing half-saved is left in them. */
export async function prepareAccount(dir: string): Promise<void> {
  if (!(await hasSavedAccount(dir))) await discardAccount(dir);
  const { saved, objects } = accountFolders(dir);
  for (const folder of [join(dir, "account"), saved, objects]) await makePrivate(folder);
}

/** Makes a folder that nobody else can look into, also of one that is there already. */
export async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** Marks the saved account as loaded: from now on only an orderly end saves it again. */
export async function useUpAccount(dir: string): Promise<void> {
  await Promise.all((await savedFiles(dir)).map((file) => rm(file, { force: true })));
}

/** Throws everything away. Only while nothing runs. */
export async function discardAccount(dir: string): Promise<void> {
  await rm(join(dir, "account"), { recursive: true, force: true });
}

async function savedFiles(dir: string): Promise<string[]> {
  const { saved } = accountFolders(dir);
  const names = await readdir(saved).catch(() => []);
  return names.filter((name) => name.endsWith(".json")).map((name) => join(saved, name));
}
