import type { Settings } from "../config/settings.ts";
import { findDatabaseProgram } from "../local/database-program.ts";
import { findLocalAws, type LocalAws, startLocalAws } from "../local/local-aws.ts";
import { databaseFolder, localFolder } from "./environment.ts";
import { LocalAwsStopped } from "./errors.ts";
import type { SessionRequest } from "./session.ts";

/**
 * The local AWS, started where the purpose allows it, and what else of this machine stands in for AWS.
 *
 * @throws {LocalAwsStopped} when it is not running, and may not be started
 */
export async function localPlace(request: SessionRequest, settings: Settings) {
  const { account, credentials, endpoint } = await localAws(request, settings);
  return { account, credentials, local: { endpoint, ...(await standIn(request, settings)) } };
}

/** The database server of this machine that stands in for the cluster, if there is one. */
async function standIn({ dir }: SessionRequest, { environment }: Settings) {
  const program = await findDatabaseProgram();
  return program === undefined ? {} : { database: { dir: databaseFolder(dir, environment), program } };
}

async function localAws(request: SessionRequest, settings: Settings): Promise<LocalAws> {
  const { onProgress, purpose } = request;
  const options = {
    dir: localFolder(request.dir),
    region: settings.region,
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  if (purpose !== "look") return startLocalAws(options);
  const found = await findLocalAws(options);
  if (found !== undefined) return found;
  throw new LocalAwsStopped("the local AWS is not running", {
    advice: `"tap local start" starts it, with what it held when it was stopped; "tap up --env ${settings.environment} --local" as well.`,
  });
}
