import type { Place } from "../../steps/index.ts";
import { AccountLimits } from "../aws/account-limits.ts";
import type { Aws, Connection } from "../aws/aws.ts";
import { askAndMeanwhile } from "../aws/meanwhile.ts";
import { connectSts } from "../aws/sts.ts";
import { type Clock, wallClock } from "../engine/clock.ts";
import { reports } from "../local/unreported.ts";
import { listEnvironments } from "../state/file.ts";
import { statePath } from "../state/paths.ts";
import { openSlot, StateStore } from "../state/store.ts";
import { stateFolder } from "./backend.ts";
import { CallCounts } from "./calls.ts";
import { readCode } from "./code.ts";
import { userCredentials } from "./credentials.ts";
import { type Environment, guardAccount, settingsWith } from "./environment.ts";
import { historyOf } from "./history.ts";
import { callerAccount } from "./identity.ts";
import { rulingOf } from "./ruling.ts";
import { makeRun } from "./run.ts";
import type { Session, SessionOptions, SessionRequest } from "./session.ts";

/** What opening needs that is not the user's to say. */
export interface Equipment {
  /** The functions' ZIP. */
  readonly code: string | URL;
  readonly clock?: Clock;
  /** What sessions in the same account share; a session's own unless given. */
  readonly shares?: AccountLimits;
}

/**
 * Opens one environment: settings, lock (to change something), credentials, account, state. Nothing in AWS is changed.
 *
 * @throws {InputError} {@link StateError} {@link CredentialsError}: exit code 2
 * @throws {LockedError} when another run is at work: exit code 3
 */
export async function openSession(
  environment: Environment,
  options: SessionOptions,
  equipment: Equipment,
): Promise<Session<Aws>> {
  const { clock = wallClock, shares = new AccountLimits(clock) } = equipment;
  const { file, name } = environment;
  const request: SessionRequest = { ...environment.request, ...options };
  const changes = options.purpose === "change";
  const place = await environment.place();
  // What is wrong is refused before anything is locked. Nothing else comes of this look at the state: another run may
  // write it until the lock is taken.
  if (changes) await environment.settings();
  const code = await readCode(equipment.code);
  const lock = changes ? await place.lock({ command: options.command, clock }) : undefined;
  try {
    const calls = new CallCounts();
    // Only the holder of the lock writes: for others, what was read is the state.
    const state = changes
      ? await openSlot(place, clock, lock)
      : new StateStore({ environment: name, text: place.text(), clock }, await environment.recorded());
    const settings = changes ? settingsWith(environment, state.binding) : await environment.settings();
    // A run that has lost its lock, or its state to somebody else, changes nothing more.
    const mayChange = async () => {
      await lock?.check();
      state.check();
    };
    const reached = await reach(request, { settings, file }, calls, { clock, shares }, mayChange);
    const { account } = reached;
    if (state.binding === undefined) await mentionFile(request, name, state.path);
    const { region, settingsOf } = settings;
    state.bind({ account, region, ...(settingsOf === settings.environment ? {} : { settingsOf }) });
    const fresh = request.fresh === undefined ? {} : { fresh: request.fresh };
    const local = reached.local === undefined ? {} : { local: reached.local };
    const { kinds, platform } = await loadPlatform();
    const declared = platform(settings, { account, region, code, ...local, ...fresh });
    const history = changes ? historyOf(request, settings, account, declared, clock) : undefined;
    return {
      settings,
      account,
      local: request.local,
      code: code.sha256,
      platform: declared,
      kinds,
      run: makeRun({
        environment: settings.environment,
        connection: reached.connection,
        clock,
        journal: state,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
        emit: (event) => {
          request.emit?.(event);
          history?.add(event);
        },
        ...(request.local ? { reports, usual: false } : {}),
        ruling: rulingOf(settings.accept, request.lift),
      }),
      state,
      calls,
      close: async () => {
        // Everything is durable already: what could not be put in one place is found where it is.
        await state.close().catch(() => undefined);
        await history?.end(clock.now(), request.signal?.aborted === true);
        await lock?.release();
      },
    };
  } catch (error) {
    // What went wrong first is what matters; a lock that stays is shown to the next run.
    await lock?.release().catch(() => undefined);
    throw error;
  }
}

/** A state file that was not brought along to where the state is shared now is easily forgotten. */
async function mentionFile({ dir, local, onProgress }: SessionRequest, environment: string, path: string) {
  const folder = stateFolder(dir);
  if (local || !(await listEnvironments(folder, false)).includes(environment)) return;
  const file = statePath({ dir: folder, environment, local });
  onProgress?.(`${file} is not used: the state is in ${path}, which "tap state push" fills from a file.`);
}

/** The platform and the SDK's clients, which take long to load: on AWS, until it says whose credentials these are. */
async function loadPlatform() {
  const [{ connect }, { kinds, platform }] = await Promise.all([
    import("../aws/aws.ts"),
    import("../../steps/index.ts"),
  ]);
  return { connect, kinds, platform };
}

interface Reached {
  /** Twelve digits. */
  readonly account: string;
  readonly connection: Connection;
  readonly local?: NonNullable<Place["local"]>;
}

/** The account that the run is to work in. On the local AWS nothing of the user's credentials is read. */
async function reach(
  request: SessionRequest,
  environment: Parameters<typeof guardAccount>[0],
  calls: CallCounts,
  { clock, shares }: { readonly clock: Clock; readonly shares: AccountLimits },
  mayChange: () => Promise<void>,
): Promise<Reached> {
  const { settings } = environment;
  const { concurrency, onCall, signal } = request;
  const { region } = settings;
  const options = {
    region,
    clock,
    ...(signal === undefined ? {} : { signal }),
    before: async ({ mutating }: { readonly mutating: boolean }) => {
      if (mutating) await mayChange();
    },
    notice: (text: string) => request.emit?.({ event: "notice", at: clock.now(), text }),
    record: (call: Parameters<NonNullable<typeof onCall>>[0]) => {
      calls.add(call);
      onCall?.(call);
    },
  };
  if (request.local) {
    const { localPlace } = await import("./local.ts");
    const { account, credentials, local } = await localPlace(request, settings);
    const { connect } = await loadPlatform();
    const { endpoint } = local;
    const share = shares.of(endpoint, region, concurrency);
    return { connection: connect({ ...options, credentials, endpoint, share }), account, local };
  }
  const credentials = await userCredentials(settings, clock, undefined, options.notice);
  const sts = connectSts({ ...options, credentials });
  const account = await askAndMeanwhile(() => callerAccount(sts), loadPlatform);
  guardAccount(environment, account);
  const { connect } = await loadPlatform();
  return { connection: connect({ ...options, credentials, share: shares.of(account, region, concurrency) }), account };
}
