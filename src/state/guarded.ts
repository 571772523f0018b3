import type { StateText } from "./backend.ts";
import type { Lock } from "./holder.ts";

/** Writes only while the lock is ours: whoever took it has a state of their own to write. */
export function guarded(text: StateText, lock: Lock): StateText {
  const { append } = text;
  return {
    ...text,
    write: async (content) => {
      await lock.check();
      await text.write(content);
    },
    ...(append === undefined
      ? {}
      : {
          append: async (change) => {
            await lock.check();
            await append(change);
          },
        }),
    remove: async () => {
      await lock.check();
      await text.remove();
    },
  };
}
