import {
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-lambda";
import type { Cloud } from "../cloud.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, type Resource, read, type ServiceModel, write } from "../model.ts";
import { besideOperations } from "./beside.ts";
import { functionOperations } from "./functions.ts";
import { permissionOperations, permits } from "./policy.ts";
import { LambdaStore, type UpdateFailure } from "./store.ts";

/** What a test's function does with an event; it may throw, as the code in a function may. */
export type Handler = (functionName: string, event: unknown) => unknown;

/**
 * AWS Lambda: functions from a ZIP, in or outside a VPC. Nothing makes the function's log group: its role may not
 * (requirement P7; aws-notes trap 8).
 */
export class LambdaModel implements ServiceModel {
  readonly name = "lambda";
  readonly client = LambdaClient;
  readonly throttled = () =>
    awsError("TooManyRequestsException", "Rate exceeded", 429, { Reason: "CallerRateLimitExceeded" });
  readonly limits;
  readonly operations: readonly Operation[];
  /** Called by Invoke; without one, every function answers null. */
  onInvoke: Handler = () => null;
  /** Every invocation that reached a function. */
  readonly invocations: { readonly functionName: string; readonly event: unknown; readonly at: number }[] = [];
  readonly #store: LambdaStore;

  constructor(cloud: Cloud) {
    const store = new LambdaStore(cloud);
    this.#store = store;
    this.operations = [
      ...functionOperations(store),
      ...permissionOperations(store),
      ...besideOperations(store),
      read(ListTagsCommand, ["Resource"], ({ Resource }) => ({ Tags: cloud.indexed(store.read(Resource).tags) })),
      write(TagResourceCommand, ["Resource", "Tags"], ({ Resource, Tags }) => {
        store.byArn(Resource).tags.set(Tags ?? {}, cloud.now());
        return {};
      }),
      write(UntagResourceCommand, ["Resource", "TagKeys"], ({ Resource, TagKeys }) => {
        store.byArn(Resource).tags.delete(TagKeys ?? []);
        return {};
      }),
      write(InvokeCommand, ["FunctionName", "InvocationType", "Payload"], (input) => this.#invoke(input)),
    ];
    // aws-notes "Rate limits": control plane 15/s, which leaves Invoke and GetFunction out (Lambda Developer Guide, "Lambda quotas").
    const counted = this.operations
      .map((o) => o.name)
      .filter((name) => !["Invoke", "GetFunction", "GetPolicy"].includes(name));
    this.limits = [
      { operations: counted, perSecond: 15, burst: 15 },
      { operations: ["GetFunction"], perSecond: 100, burst: 100 },
      { operations: ["GetPolicy"], perSecond: 15, burst: 15 },
    ];
  }

  *resources(): Iterable<Resource> {
    for (const fn of this.#store.functions.values()) {
      const { busyUntil: _, detaching: __, revisionId: ___, failure: ____, shown: _____, ...state } = fn;
      yield {
        key: `function/${fn.name}`,
        arn: fn.arn,
        tags: fn.tags.all(),
        indexedTags: this.#store.cloud.indexed(fn.tags),
        state,
      };
    }
  }

  /**
   * Makes the next update of a function fail after Lambda has accepted it: `LastUpdateStatus` ends as Failed, and the code
   * and settings of before go on running (Lambda Developer Guide, "Function states"; aws-cdk#18536).
   */
  failNextUpdate(functionName: string, failure: UpdateFailure): void {
    this.#store.failures.set(functionName, failure);
  }

  /** Shows a function in a state that AWS brings about by itself (SDK, State); undefined ends it. */
  show(functionName: string, state: "Deleting" | "ActiveNonInvocable" | undefined): void {
    this.#store.find(functionName).shown = state;
  }

  /** Whether a service may invoke the function on behalf of `sourceArn`; the pattern in the policy may hold `*`. */
  permits(functionArn: string, service: string, sourceArn: string): boolean {
    return permits(this.#store, functionArn, service, sourceArn);
  }

  #invoke({ FunctionName, InvocationType = "RequestResponse", Payload }: InvokeCommandInput) {
    if (InvocationType !== "RequestResponse") throw new UnmodelledError(`Invoke of type ${InvocationType}`);
    const fn = this.#store.find(FunctionName);
    const { state } = this.#store.state(fn);
    if (state !== "Active") {
      const message = `The operation cannot be performed at this time. The function is currently in the following state: ${state}`;
      throw awsError("ResourceConflictException", message, 409, { Type: "User" });
    }
    if (Payload !== undefined && typeof Payload !== "string" && !(Payload instanceof Uint8Array)) {
      throw new UnmodelledError("Invoke with a payload that is neither text nor bytes");
    }
    const text = typeof Payload === "string" ? Payload : Buffer.from(Payload ?? []).toString();
    const event: unknown = text === "" ? {} : JSON.parse(text);
    this.invocations.push({ functionName: fn.name, event, at: this.#store.cloud.now() });
    try {
      const answer = this.onInvoke(fn.name, event);
      return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: reply(answer) };
    } catch (error) {
      if (!(error instanceof Error) || error instanceof UnmodelledError) throw error;
      const answer = { errorType: error.name, errorMessage: error.message, trace: [] };
      return { StatusCode: 200, ExecutedVersion: "$LATEST", FunctionError: "Unhandled", Payload: reply(answer) };
    }
  }
}

/** The form in which the SDK hands out bytes. */
class Payload extends Uint8Array {
  transformToString(): string {
    return Buffer.from(this).toString();
  }
}

function reply(value: unknown): Payload {
  return new Payload(Buffer.from(JSON.stringify(value ?? null)));
}
