import { kinds, platform } from "../../steps/index.ts";
import { type Aws, type Connection, connect } from "../aws/aws.ts";
import type { Settings } from "../config/settings.ts";
import { type Clock, wallClock } from "../engine/clock.ts";
import { findDatabaseProgram } from "../local/database.ts";
import { localCredentials } from "../local/endpoint.ts";
import { findLocalAws, type LocalAws, startLocalAws } from "../local/local-aws.ts";
import { reports } from "../local/unreported.ts";
import { writeAtomically } from "../state/atomic.ts";
import { acquireLock, type Lock } from "../state/lock.ts";
import { openState } from "../state/store.ts";
import { CallCounts } from "./calls.ts";
import { readCode } from "./code.ts";
import { userCredentials } from "./credentials.ts";
import {
  databaseFolder,
  guardAccount,
  localFolder,
  type ResolvedEnvironment,
  resolveEnvironment,
} from "./environment.ts";
import { LocalAwsStopped } from "./errors.ts";
import { callerAccount } from "./identity.ts";
import { makeRun } from "./run.ts";
import type { Session, SessionRequest } from "./session.ts";

/** What opening needs that is not the user's to say. */
export interface Equipment {
  /** The functions' ZIP. */
  readonly code: string | URL;
  readonly clock?: Clock;
}

/**
 * Opens one environment: settings, lock (to change something), credentials, account, state. Nothing in AWS is changed.
 *
 * @throws {InputError} {@link StateError} {@link CredentialsError}: exit code 2
 * @throws {LockedError} when another run is at work: exit code 3
 */
export async function openSession(request: SessionRequest, equipment: Equipment): Promise<Session<Aws>> {
  const clock = equipment.clock ?? wallClock;
  const environment = await resolveEnvironment(request);
  const code = await readCode(equipment.code);
  const { settings, place } = environment;
  const lock =
    request.purpose === "change" ? await acquireLock({ ...place, command: request.command, clock }) : undefined;
  try {
    const calls = new CallCounts();
    const reached = await reach(request, environment, calls, clock, lock);
    const { account } = reached;
    const state = await openState({ ...place, clock, ...(lock === undefined ? {} : { write: guarded(lock) }) });
    const { region, settingsOf } = settings;
    state.bind({ account, region, ...(settingsOf === settings.environment ? {} : { settingsOf }) });
    const fresh = request.fresh === undefined ? {} : { fresh: request.fresh };
    const local =
      reached.local === undefined ? {} : { local: { ...reached.local, ...(await standIn(request, settings)) } };
    return {
      settings,
      account,
      local: request.local,
      platform: platform(settings, { account, region, code, ...local, ...fresh }),
      kinds,
      run: makeRun({
        environment: settings.environment,
        connection: reached.connection,
        clock,
        journal: state,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
        emit: (event) => request.emit?.(event),
        ...(request.local ? { reports } : {}),
      }),
      state,
      calls,
      close: async () => lock?.release(),
    };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

interface Reached {
  /** Twelve digits. */
  readonly account: string;
  readonly connection: Connection;
  /** Of the local AWS. */
  readonly local?: { readonly endpoint: string };
}

/** The account that the run is to work in. On the local AWS nothing of the user's credentials is read. */
async function reach(
  request: SessionRequest,
  environment: ResolvedEnvironment,
  calls: CallCounts,
  clock: Clock,
  lock: Lock | undefined,
): Promise<Reached> {
  const { settings } = environment;
  const { concurrency, onCall } = request;
  const options = {
    region: settings.region,
    clock,
    // A run that has lost its lock changes nothing more.
    before: async ({ mutating }: { readonly mutating: boolean }) => {
      if (mutating) await lock?.check();
    },
    record: (call: Parameters<NonNullable<typeof onCall>>[0]) => {
      calls.add(call);
      onCall?.(call);
    },
    ...(concurrency === undefined ? {} : { mutating: concurrency, reading: concurrency * 4 }),
  };
  if (request.local) {
    const { account, endpoint } = await localAws(request, settings);
    const connection = connect({ ...options, credentials: localCredentials, endpoint });
    return { connection, account, local: { endpoint } };
  }
  const connection = connect({ ...options, credentials: await userCredentials(settings, clock) });
  const account = await callerAccount(connection.since(clock.now()));
  guardAccount(environment, account);
  return { connection, account };
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

/** Writes the state only while the lock is ours: whoever took it has a state of their own to write. */
const guarded = (lock: Lock) => async (path: string, text: string) => {
  await lock.check();
  await writeAtomically(path, text);
};
