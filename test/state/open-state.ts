import { type Clock, wallClock } from "../../src/engine/clock.ts";
import { type Disk, fileBlob } from "../../src/state/file.ts";
import type { Place } from "../../src/state/paths.ts";
import { openSlot, readSlot } from "../../src/state/store.ts";

/** The state file of one environment, without a lock. */
export interface StateOptions extends Place {
  /** Stamps what is retained. */
  readonly clock?: Clock;
  readonly disk?: Disk;
}

const textOf = ({ disk, ...place }: StateOptions) => ({
  environment: place.environment,
  text: () => fileBlob(place, disk),
});

/** Opens the state file of one environment. */
export const openState = ({ clock = wallClock, ...options }: StateOptions) => openSlot(textOf(options), clock);

/** What the state file of an environment says; undefined when there is none. */
export const readState = (place: Place) => readSlot(textOf(place));
