import {
  type AliasConfiguration,
  DeleteAliasCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  type EventSourceMappingConfiguration,
  type FunctionEventInvokeConfig,
  type FunctionUrlConfig,
  type GetFunctionResponse,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
} from "@aws-sdk/client-lambda";
import type { Aws } from "../../aws/aws.ts";
import type { Change, Watch } from "../../engine/kind.ts";
import { added, byName } from "../additions.ts";
import { byDefault, ignored, nothing, reads, reply, tags, wanted } from "../fields.ts";
import { required, unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { touches } from "../tags.ts";

/** What else belongs to a function than it says itself; a list is undefined while nobody has looked. */
export interface Beside {
  /** As AWS told it. */
  readonly answer: GetFunctionResponse;
  readonly aliases?: readonly AliasConfiguration[];
  readonly urls?: readonly FunctionUrlConfig[];
  /** What becomes of asynchronous invocations: of them, too, a destination is told. */
  readonly asyncConfigs?: readonly FunctionEventInvokeConfig[];
  readonly eventSources?: readonly EventSourceMappingConfiguration[];
}

/** Each field of the reply. The defaults are those of CreateFunction's members in the Lambda API reference. */
export const fields = reads<Beside>(
  reply({ operation: "GetFunction", shape: "GetFunctionResponse" }, ({ answer }) => answer, {
    Configuration: {
      FunctionName: ignored("identifier"),
      FunctionArn: ignored("identifier"),
      Runtime: wanted,
      Role: wanted,
      Handler: wanted,
      CodeSize: ignored("compared elsewhere"),
      Description: wanted,
      Timeout: wanted,
      MemorySize: wanted,
      LastModified: ignored("time"),
      CodeSha256: wanted,
      Version: ignored("identifier"),
      VpcConfig: {
        SubnetIds: wanted,
        SecurityGroupIds: wanted,
        VpcId: ignored("compared elsewhere"),
        Ipv6AllowedForDualStack: byDefault(false, "update", "exposure"),
      },
      DeadLetterConfig: { TargetArn: nothing("update", "access") },
      Environment: { Variables: wanted, Error: ignored("state") },
      KMSKeyArn: wanted,
      TracingConfig: wanted,
      MasterArn: ignored("not settable"),
      RevisionId: ignored("token"),
      Layers: nothing("update", "access"),
      State: ignored("state"),
      StateReason: ignored("state"),
      StateReasonCode: ignored("state"),
      LastUpdateStatus: ignored("state"),
      LastUpdateStatusReason: ignored("state"),
      LastUpdateStatusReasonCode: ignored("state"),
      FileSystemConfigs: nothing("update", "access"),
      SigningProfileVersionArn: ignored("not settable"),
      SigningJobArn: ignored("not settable"),
      PackageType: wanted,
      // Of functions that are container images.
      ImageConfigResponse: ignored("not settable"),
      Architectures: wanted,
      EphemeralStorage: { Size: byDefault(512) },
      SnapStart: { ApplyOn: byDefault("None"), OptimizationStatus: ignored("state") },
      // AWS moves it on by itself (Lambda developer guide, "Runtime version updates").
      RuntimeVersionConfig: ignored("state"),
      LoggingConfig: {
        LogFormat: wanted,
        LogGroup: wanted,
        // Only the format JSON has levels.
        ApplicationLogLevel: byDefault("INFO"),
        SystemLogLevel: byDefault("INFO"),
      },
      TenancyConfig: nothing("leave"),
      CapacityProviderConfig: nothing("leave"),
      ConfigSha256: ignored("compared elsewhere"),
      DurableConfig: nothing("leave"),
    },
    Code: {
      RepositoryType: ignored("not settable"),
      Location: ignored("token"),
      ImageUri: ignored("not settable"),
      ResolvedImageUri: ignored("not settable"),
      SourceKMSKeyArn: nothing("leave"),
      ResolvedS3Object: ignored("compared elsewhere"),
      Error: ignored("state"),
    },
    Tags: tags,
    TagsError: ignored("state"),
    Concurrency: { ReservedConcurrentExecutions: nothing("lift", "outage") },
  }),
);

/** What others may put beside a function, by the lists that show it. */
export const watch: readonly Watch<Aws, undefined, Beside>[] = [
  {
    what: "function URLs",
    read: async (aws, FunctionName) => ({
      urls: await allPages("FunctionUrlConfigs", "NextMarker", (Marker) =>
        aws.lambda(new ListFunctionUrlConfigsCommand({ FunctionName, Marker })),
      ),
    }),
  },
  {
    what: "aliases",
    read: async (aws, FunctionName) => ({
      aliases: await allPages("Aliases", "NextMarker", (Marker) =>
        aws.lambda(new ListAliasesCommand({ FunctionName, Marker })),
      ),
    }),
  },
  {
    what: "destinations of asynchronous invocations",
    read: async (aws, FunctionName) => ({
      asyncConfigs: await allPages("FunctionEventInvokeConfigs", "NextMarker", (Marker) =>
        aws.lambda(new ListFunctionEventInvokeConfigsCommand({ FunctionName, Marker })),
      ),
    }),
  },
  {
    what: "event sources",
    read: async (aws, name) => {
      // One list for all functions.
      const all = await aws.shared("lambda:event-sources", () =>
        allPages("EventSourceMappings", "NextMarker", (Marker) =>
          aws.lambda(new ListEventSourceMappingsCommand({ Marker })),
        ),
      );
      return { eventSources: all.filter(({ FunctionArn }) => nameIn(FunctionArn) === name) };
    },
  },
];

/** The name in a function's ARN, which a qualifier may follow. */
const nameIn = (arn: string | undefined): string | undefined => arn?.split(":")[6];

/** The qualifier after a function's ARN: an alias, or a version. */
const qualifierIn = (arn: string | undefined): string => arn?.split(":")[7] ?? "$LATEST";

/** What others have put beside a function. */
export const additions = ({ aliases, urls, asyncConfigs, eventSources }: Beside): Change[] => [
  ...added(
    "url",
    urls &&
      byName(
        urls,
        ({ FunctionArn }) => qualifierIn(FunctionArn),
        ({ AuthType }) => `authorization ${AuthType}`,
      ),
    "update",
    "access",
  ),
  ...added(
    "alias",
    aliases &&
      byName(
        aliases,
        ({ Name }) => required(Name, "Name"),
        ({ FunctionVersion }) => `version ${FunctionVersion}`,
      ),
    "update",
    "access",
  ),
  ...added(
    "asyncInvocation",
    asyncConfigs &&
      byName(
        asyncConfigs,
        ({ FunctionArn }) => qualifierIn(FunctionArn),
        ({ DestinationConfig }) => ({
          onSuccess: DestinationConfig?.OnSuccess?.Destination ?? null,
          onFailure: DestinationConfig?.OnFailure?.Destination ?? null,
        }),
      ),
    "update",
    "access",
  ),
  ...added(
    "eventSource",
    eventSources &&
      byName(
        eventSources,
        ({ UUID }) => required(UUID, "UUID"),
        ({ EventSourceArn, State }) => ({
          source: EventSourceArn ?? null,
          state: State ?? null,
        }),
      ),
    "leave",
    "access",
  ),
];

/** The paths of all that {@link takeAway} takes away. */
export const besides = ["url", "alias", "asyncInvocation", "Concurrency"] as const;

/** Takes away what opens a function, and lifts what limits it where that is named. Every call in it may be repeated. */
export async function takeAway(aws: Aws, FunctionName: string, changes: readonly Change[]): Promise<void> {
  const names = (within: string) =>
    changes.flatMap(({ path }) => (path.startsWith(`${within}.`) ? [path.slice(within.length + 1)] : []));
  const qualified = (name: string) => ({ FunctionName, ...(name === "$LATEST" ? {} : { Qualifier: name }) });
  for (const name of names("url")) {
    await unlessGone(aws.lambda(new DeleteFunctionUrlConfigCommand(qualified(name))));
  }
  for (const name of names("asyncInvocation")) {
    await unlessGone(aws.lambda(new DeleteFunctionEventInvokeConfigCommand(qualified(name))));
  }
  // An alias that still has a URL or a destination cannot go before them.
  for (const Name of names("alias")) {
    await unlessGone(aws.lambda(new DeleteAliasCommand({ FunctionName, Name })));
  }
  if (touches(changes, "Concurrency")) {
    await unlessGone(aws.lambda(new DeleteFunctionConcurrencyCommand({ FunctionName })));
  }
}
