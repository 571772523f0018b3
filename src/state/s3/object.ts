import { randomUUID } from "node:crypto";
import { classify, codeOf } from "../../aws/errors.ts";
import { backoff } from "../../engine/poll-interval.ts";
import type { StateBucket, StoredObject } from "./bucket.ts";

/** Somebody else has written or removed the object since it was read. Nothing was changed. */
export class OvertakenError extends Error {
  override readonly name = "OvertakenError";
}

/** How often a write is sent whose outcome stays unknown. */
const attempts = 5;

/**
 * An object that is only written as it was last seen. Conditional writes let exactly one of several writers through (S3
 * User Guide, "Conditional requests"), and repeating one does no harm, so a write whose reply was lost is repeated: by
 * the mark that each write leaves on the object, it is then known again.
 *
 * S3 compares contents: two who write the very same text over the same are both let through, and both right. A text
 * that is to be one writer's own says whose it is.
 *
 * One write at a time.
 */
export class ConditionalObject {
  readonly #bucket: StateBucket;
  readonly #file: string;
  #etag: string | undefined;
  /** Marks of our writes that may have been carried out, or may still be. */
  readonly #doubtful = new Set<string>();

  /** @param file its name under the prefix */
  constructor(bucket: StateBucket, file: string) {
    this.#bucket = bucket;
    this.#file = file;
  }

  /** What is there now; undefined when there is nothing. The next write goes on from here. @throws StateError */
  async read(): Promise<string | undefined> {
    const found = await this.#bucket.get(this.#file);
    this.#etag = found?.etag;
    return found?.text;
  }

  /**
   * Replaces what was read or written last.
   *
   * @throws OvertakenError when that is no longer what is there
   * @throws what S3 answers otherwise
   */
  async write(text: string): Promise<void> {
    const mark = randomUUID();
    this.#doubtful.add(mark);
    const send = async () => {
      this.#etag = await this.#bucket.put(this.#file, text, mark, this.#etag);
    };
    if (!(await this.#until(send, mark))) throw new OvertakenError();
    this.#doubtful.clear();
  }

  /**
   * Removes what was read or written last; when nothing was there, does nothing.
   *
   * @throws OvertakenError when something else is there
   * @throws what S3 answers otherwise
   */
  async remove(): Promise<void> {
    if (this.#etag === undefined && this.#doubtful.size > 0) {
      const found = await this.#bucket.get(this.#file);
      if (found !== undefined && !this.#isOwn(found)) throw new OvertakenError();
      this.#etag = found?.etag;
    }
    const send = async () => {
      if (this.#etag !== undefined) await this.#bucket.delete(this.#file, this.#etag);
      this.#etag = undefined;
    };
    if (!(await this.#until(send, undefined))) throw new OvertakenError();
    this.#doubtful.clear();
  }

  /**
   * Sends a conditional call until its outcome is known.
   *
   * @param mark of the write; undefined for a removal
   * @returns false when somebody else was faster
   */
  async #until(send: () => Promise<void>, mark: string | undefined): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send();
        return true;
      } catch (error) {
        if (!isOpen(error)) {
          if (mark !== undefined) this.#doubtful.delete(mark);
          throw error;
        }
        const found = await this.#bucket.get(this.#file);
        const isDone = mark === undefined ? found === undefined : found?.mark === mark;
        const isOwn = found !== undefined && this.#isOwn(found);
        if (!isDone && !isOwn && found?.etag !== this.#etag) return false;
        // Ours, or an earlier write of ours, or none since: then the condition holds again, or still.
        this.#etag = found?.etag;
        if (isDone) return true;
        if (attempt === attempts) throw error;
        if (!isOwn) await this.#bucket.clock.sleep(backoff(attempt));
      }
    }
  }

  #isOwn({ mark }: StoredObject): boolean {
    return mark !== undefined && this.#doubtful.has(mark);
  }
}

/**
 * Whether only looking tells how a conditional call has ended. S3 answers 412 when the content is another, 404 when
 * there is none (If-Match), and 409 when a concurrent call got in its way, upon which it is to be sent again (S3 User
 * Guide, "How to prevent object overwrites with conditional writes"; API reference, PutObject). A refusal may be of the
 * repetition of what was carried out.
 */
function isOpen(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  if (["PreconditionFailed", "NoSuchKey", "ConditionalRequestConflict"].includes(code)) return true;
  return classify(error) === "unknown" || classify(error) === "retry";
}
