import { spawn } from "node:child_process";
import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { it } from "vitest";

const programs = ["chromium", "chromium-browser", "google-chrome"];

async function findBrowser(): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of programs) {
      const path = join(folder, name);
      const there = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (there) return path;
    }
  }
  return undefined;
}

const noBrowser = `none of ${programs.join(", ")} is on this machine`;
const program = await findBrowser();
if (program === undefined && process.env["CI"]) throw new Error(noBrowser);

/** A test that needs a browser. Without one it is left out and says so; on CI nothing is left out. */
export function itWithBrowser(name: string, test: () => Promise<void>): void {
  if (program === undefined) it.skip(`${name} (${noBrowser})`);
  else it(name, test);
}

type Params = Readonly<Record<string, unknown>>;
type Listener = (method: string, params: Params) => void;

/**
 * A headless Chromium, driven over its pipe: one JSON message after the other, each ended by a zero byte.
 * https://chromedevtools.github.io/devtools-protocol/
 */
export class Browser {
  readonly #input: Writable;
  readonly #end: () => Promise<void>;
  readonly #waiting = new Map<number, { resolve(result: Params): void; reject(error: Error): void }>();
  readonly #listeners = new Map<string, Listener>();
  #sent = 0;

  private constructor(input: Writable, output: Readable, end: () => Promise<void>) {
    this.#input = input;
    this.#end = end;
    let rest = "";
    output.setEncoding("utf8").on("data", (text: string) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#receive(JSON.parse(message));
    });
    output.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser has ended"));
    });
  }

  /** @param options of the program, besides those that every test needs */
  static async start(...options: readonly string[]): Promise<Browser> {
    if (program === undefined) throw new Error(noBrowser);
    const profile = await mkdtemp(join(tmpdir(), "tap-browser-"));
    const child = spawn(
      program,
      [
        ...["--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "--disable-gpu"],
        ...["--disable-background-networking", "--no-first-run", "--disable-component-update"],
        // Its sandbox does not run as root, and it shows nothing here but our own files.
        ...["--no-sandbox", "--disable-dev-shm-usage"],
        ...options,
      ],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const [, , , input, output] = child.stdio;
    // As stdio above says.
    return new Browser(input as Writable, output as Readable, async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
  }

  #receive(message: {
    readonly id?: number;
    readonly sessionId?: string;
    readonly method?: string;
    readonly params?: Params;
    readonly result?: Params;
    readonly error?: { readonly message: string };
  }): void {
    const { id, sessionId = "", method, params = {}, result = {}, error } = message;
    if (method !== undefined) this.#listeners.get(sessionId)?.(method, params);
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = ++this.#sent;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  }

  /** Opens a page and waits until it has loaded. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page((method, params) => this.send(method, params, String(sessionId)));
    this.#listeners.set(String(sessionId), (method, params) => page.hear(method, params));
    await page.load(url);
    return page;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}

/** One page in a browser, and everything that it has asked for or complained of. */
export class Page {
  /** Addresses that were asked for, the page's own first. */
  readonly requests: string[] = [];
  /** Errors of scripts, of the content security policy, and of loading. */
  readonly complaints: string[] = [];
  readonly send: (method: string, params?: Params) => Promise<Params>;
  readonly #loaded = Promise.withResolvers<void>();

  constructor(send: (method: string, params?: Params) => Promise<Params>) {
    this.send = send;
  }

  hear(method: string, params: Params): void {
    if (method === "Page.loadEventFired") this.#loaded.resolve();
    if (method === "Network.requestWillBeSent") this.requests.push(String((params["request"] as { url: string }).url));
    if (method === "Page.javascriptDialogOpening") {
      this.complaints.push(`a dialog: ${params["message"]}`);
      // It would hold the page up for ever. The answer is that it is gone, or the browser.
      this.send("Page.handleJavaScriptDialog", { accept: true }).catch(() => undefined);
    }
    if (method === "Log.entryAdded" || method === "Runtime.exceptionThrown" || method === "Runtime.consoleAPICalled") {
      this.complaints.push(JSON.stringify(params));
    }
  }

  async load(url: string): Promise<void> {
    for (const domain of ["Page", "Network", "Log", "Runtime", "Accessibility"]) await this.send(`${domain}.enable`);
    await this.send("Page.navigate", { url });
    await this.#loaded.promise;
  }

  /** The value of an expression in the page, as JSON; of a promise, what it is resolved with. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    // What it is the caller knows, who has written the expression.
    return (result as { value: T }).value;
  }

  /** Presses and releases a key. @param code as `KeyboardEvent.key` and its Windows key code */
  async press(key: string, code: number): Promise<void> {
    const named = { key, code: key, windowsVirtualKeyCode: code };
    await this.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...named });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...named });
  }

  /** What assistive technology is told of everything that has a role and a name: "heading: Resources". */
  async accessible(): Promise<string[]> {
    const { nodes } = await this.send("Accessibility.getFullAXTree");
    // The protocol's AXNode, as far as it is used here.
    const all = nodes as { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
    return all.flatMap(({ ignored, role, name }) => (ignored ? [] : [`${role?.value ?? ""}: ${name?.value ?? ""}`]));
  }
}
