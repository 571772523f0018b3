import {
  type AliasConfiguration,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  type EventSourceMappingConfiguration,
  type FunctionEventInvokeConfig,
  type FunctionUrlConfig,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { page } from "../paging.ts";
import { invalidParameter } from "./settings.ts";
import { type LambdaStore, notFound } from "./store.ts";

/** What belongs to a function besides its configuration and policy. None of it carries tags. */
export interface Beside {
  readonly aliases: Map<string, AliasConfiguration>;
  /** By qualifier: $LATEST, or an alias. */
  readonly urls: Map<string, FunctionUrlConfig>;
  readonly asyncConfigs: Map<string, FunctionEventInvokeConfig>;
  readonly eventSources: Map<string, EventSourceMappingConfiguration>;
  /** ReservedConcurrentExecutions. */
  reserved: number | undefined;
}

export const nothingBeside = (): Beside => ({
  aliases: new Map(),
  urls: new Map(),
  asyncConfigs: new Map(),
  eventSources: new Map(),
  reserved: undefined,
});

/** Aliases, URLs, destinations, event sources and reserved concurrency, each by its page of the Lambda API reference. */
export function besideOperations(store: LambdaStore): Operation[] {
  const { cloud } = store;
  const cut = <T>(all: Iterable<T>, key: (one: T) => string, Marker: string | undefined) =>
    page([...all], key, cloud.pageSize, Marker, () => invalidParameter("Invalid marker"));
  const qualified = (FunctionName: string | undefined, Qualifier = "$LATEST") => {
    const fn = store.find(FunctionName);
    if (Qualifier !== "$LATEST" && !fn.beside.aliases.has(Qualifier)) {
      throw notFound(`Cannot find alias arn: ${fn.arn}:${Qualifier}`);
    }
    return { fn, Qualifier, arn: Qualifier === "$LATEST" ? fn.arn : `${fn.arn}:${Qualifier}` };
  };
  return [
    write(
      CreateAliasCommand,
      ["FunctionName", "Name", "FunctionVersion"],
      ({ FunctionName, Name = "", FunctionVersion }) => {
        const fn = store.find(FunctionName);
        if (FunctionVersion !== "$LATEST") throw new UnmodelledError("an alias of a published version");
        const AliasArn = `${fn.arn}:${Name}`;
        if (fn.beside.aliases.has(Name)) {
          throw awsError("ResourceConflictException", `Alias already exists: ${AliasArn}`, 409, { Type: "User" });
        }
        const RevisionId = cloud.uuid("function revision");
        const alias = { AliasArn, Name, FunctionVersion, Description: "", RevisionId };
        fn.beside.aliases.set(Name, alias);
        return alias;
      },
    ),
    read(ListAliasesCommand, ["FunctionName", "Marker"], ({ FunctionName, Marker }) => {
      const { items, next } = cut(store.read(FunctionName).beside.aliases.values(), ({ Name }) => Name ?? "", Marker);
      return { Aliases: items, NextMarker: next };
    }),
    // "Not there" is success (DeleteAlias names no ResourceNotFoundException).
    write(DeleteAliasCommand, ["FunctionName", "Name"], ({ FunctionName, Name = "" }) => {
      store.lookUp(FunctionName)?.beside.aliases.delete(Name);
      return {};
    }),

    write(CreateFunctionUrlConfigCommand, ["FunctionName", "Qualifier", "AuthType"], (input) => {
      const { fn, Qualifier, arn } = qualified(input.FunctionName, input.Qualifier);
      if (fn.beside.urls.has(Qualifier)) {
        const message = `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`;
        throw awsError("ResourceConflictException", message, 409, { Type: "User" });
      }
      const url: FunctionUrlConfig = {
        FunctionUrl: `https://${cloud.uuid("function url")}.lambda-url.${cloud.region}.on.aws/`,
        FunctionArn: arn,
        AuthType: input.AuthType,
        CreationTime: new Date(cloud.now()).toISOString(),
        LastModifiedTime: new Date(cloud.now()).toISOString(),
        InvokeMode: "BUFFERED",
      };
      fn.beside.urls.set(Qualifier, url);
      const { FunctionUrl, AuthType, CreationTime } = url;
      return { FunctionUrl, FunctionArn: arn, AuthType, CreationTime };
    }),
    read(ListFunctionUrlConfigsCommand, ["FunctionName", "Marker"], ({ FunctionName, Marker }) => {
      const { items, next } = cut(
        store.read(FunctionName).beside.urls.values(),
        (one) => one.FunctionArn ?? "",
        Marker,
      );
      return { FunctionUrlConfigs: items, NextMarker: next };
    }),
    write(DeleteFunctionUrlConfigCommand, ["FunctionName", "Qualifier"], (input) => {
      const { fn, Qualifier } = qualified(input.FunctionName, input.Qualifier);
      if (!fn.beside.urls.delete(Qualifier)) throw notFound("The resource you requested does not exist.");
      return {};
    }),

    write(
      PutFunctionEventInvokeConfigCommand,
      ["FunctionName", "Qualifier", "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"],
      (input) => {
        const { fn, Qualifier, arn } = qualified(input.FunctionName, input.Qualifier);
        const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig = {} } = input;
        const config: FunctionEventInvokeConfig = {
          LastModified: new Date(cloud.now()),
          FunctionArn: `${arn}${Qualifier === "$LATEST" ? ":$LATEST" : ""}`,
          MaximumRetryAttempts,
          MaximumEventAgeInSeconds,
          DestinationConfig,
        };
        fn.beside.asyncConfigs.set(Qualifier, config);
        return config;
      },
    ),
    read(ListFunctionEventInvokeConfigsCommand, ["FunctionName", "Marker"], ({ FunctionName, Marker }) => {
      const all = store.read(FunctionName).beside.asyncConfigs.values();
      const { items, next } = cut(all, (one) => one.FunctionArn ?? "", Marker);
      return { FunctionEventInvokeConfigs: items, NextMarker: next };
    }),
    write(DeleteFunctionEventInvokeConfigCommand, ["FunctionName", "Qualifier"], (input) => {
      const { fn, Qualifier, arn } = qualified(input.FunctionName, input.Qualifier);
      if (!fn.beside.asyncConfigs.delete(Qualifier))
        throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
      return {};
    }),

    write(CreateEventSourceMappingCommand, ["FunctionName", "EventSourceArn"], ({ FunctionName, EventSourceArn }) => {
      const fn = store.find(FunctionName);
      const UUID = cloud.uuid("event source mapping");
      const mapping = { UUID, EventSourceArn, FunctionArn: fn.arn, State: "Enabled", BatchSize: 10 };
      fn.beside.eventSources.set(UUID, mapping);
      return mapping;
    }),
    read(ListEventSourceMappingsCommand, ["Marker"], ({ Marker }) => {
      const all = [...store.functions.values()].flatMap(({ beside }) => [...beside.eventSources.values()]);
      const { items, next } = cut(all, ({ UUID }) => UUID ?? "", Marker);
      return { EventSourceMappings: items, NextMarker: next };
    }),

    write(PutFunctionConcurrencyCommand, ["FunctionName", "ReservedConcurrentExecutions"], (input) => {
      store.find(input.FunctionName).beside.reserved = input.ReservedConcurrentExecutions;
      return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
    }),
    write(DeleteFunctionConcurrencyCommand, ["FunctionName"], ({ FunctionName }) => {
      store.find(FunctionName).beside.reserved = undefined;
      return {};
    }),
  ];
}
