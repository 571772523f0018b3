import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import { makeRecorder, type Recorder } from "../history/recorder.ts";
import { HISTORY_SCHEMA } from "../history/records.ts";
import { stateFolder } from "./backend.ts";
import type { Platform, SessionRequest } from "./session.ts";

/** What keeps the events of a change: in the project's folder, wherever the state is. */
export function historyOf<Aws>(
  request: SessionRequest,
  { environment, region }: Settings,
  account: string,
  { nodes }: Pick<Platform<Aws>, "nodes">,
  clock: Clock,
): Recorder {
  const { command, dir, emit, local } = request;
  const graph = () =>
    nodes.map(({ id, kind, needs, outlives }) => {
      const goFirst = outlives.length === 0 ? {} : { outlives: outlives.map((node) => node.id) };
      return [id, { type: kind.type, needs: needs.map((need) => need.id), ...goFirst }] as const;
    });
  return makeRecorder(
    { dir: stateFolder(dir), environment, local },
    (at) => ({
      event: "begun",
      schema: HISTORY_SCHEMA,
      at,
      command,
      environment,
      region,
      account,
      local,
      nodes: Object.fromEntries(graph()),
    }),
    (text) => emit?.({ event: "notice", at: clock.now(), text }),
  );
}
