import { name } from "../config/names.ts";
import type { Settings } from "../config/settings.ts";

/** The environment that a policy is for. Without an account, any account's resources of these names are meant. */
export type Subject = Pick<Settings, "environment" | "region" | "account" | "domain" | "state" | "iam">;

/** IAM's condition block: keys with their values, by operator. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a statement is about. */
export interface Scope {
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

/** What an environment's deployer touches, by the id of the statement; `undefined`: this environment has none. */
export type Scopes<Sid extends string = string> = Readonly<Record<Sid, Scope | undefined>>;

/** IAM actions, each with the statements that it is needed in. All of them are needed. */
export type Needs<Sid extends string = string> = Readonly<Record<string, Sid | readonly Sid[]>>;

/** What AWS checks the caller for in the course of some operations, beyond their own actions. */
export interface Implied<Operation extends string = string> {
  readonly because: readonly Operation[];
  /** In the statements of any service. */
  readonly needs: Needs;
  /** The service that asks KMS on the caller's behalf: the value of kms:ViaService, without region and domain. */
  readonly through?: string;
  /** Where AWS says so, or who found out. */
  readonly source: string;
}

/** What tap needs of one service. */
export interface Permissions {
  /** The page that names the actions, unless an operation says otherwise: see {@link reference}. */
  readonly source: string;
  readonly scopes: (terms: Terms) => Scopes;
  /** Every operation that tap calls. */
  readonly operations: Readonly<Record<string, Needs>>;
  readonly implied: readonly Implied[];
}

/**
 * Says what tap needs of one service: each operation in the service's own scopes, or in the one that all have, `Look`:
 * lists, and what is looked up before it is known whether it is there and whose it is.
 *
 * A name pattern that covers `dev` must not cover `dev-2` or `my-dev`, so wildcards stand only where AWS adds characters:
 * what tap names is scoped by exact name, and where AWS chooses an id, by tag.
 */
export const permissions = <Sid extends string, Operation extends string>(of: {
  readonly source: string;
  readonly scopes?: (terms: Terms) => Scopes<Sid>;
  readonly operations: Readonly<Record<Operation, Needs<NoInfer<Sid> | "Look">>>;
  readonly implied?: readonly Implied<NoInfer<Operation>>[];
}): Permissions => ({ scopes: () => ({}), implied: [], ...of });

/**
 * Operations that need one action each, in the same statements.
 *
 * @param action for example "apigateway:POST"; the star of "kms:*" stands for the operation's name
 */
export const each = <Operation extends string, const On extends string | readonly string[]>(
  action: string,
  on: On,
  ...operations: readonly Operation[]
) =>
  // fromEntries forgets the keys, which are the operations.
  Object.fromEntries(operations.map((name) => [name, { [action.replace("*", name)]: on }])) as Readonly<
    Record<Operation, Readonly<Record<string, On>>>
  >;

/** A page of the Service Authorization Reference. @param page for example "amazonec2" */
export const reference = (page: string): string =>
  `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${page}.html`;

/** What scopes are said in: an environment, with the ARNs and conditions that follow from it. */
export type Terms = ReturnType<typeof termsOf>;

/** @param throughKms the services that ask KMS on the caller's behalf */
export function termsOf(subject: Subject, throughKms: readonly string[]) {
  const { environment, region, account = "*" } = subject;
  const tags = (of: "RequestTag" | "ResourceTag", whose = environment) => ({
    StringEquals: { [`aws:${of}/ManagedBy`]: "tap", [`aws:${of}/Environment`]: whose },
  });
  const ours = tags("ResourceTag");
  return {
    ...subject,
    throughKms,
    named: (type: string) => name(type, environment),
    arn: (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`,
    /** The ARN of something that is in no region. */
    global: (service: string, resource: string) => `arn:aws:${service}::${account}:${resource}`,
    /** What carries our tags. */
    ours,
    /** What is being given our tags. */
    asOurs: tags("RequestTag"),
    /** What is being given the tags of what all environments share. */
    asShared: tags("RequestTag", "shared"),
    /** Tagging a new resource and tagging one again are the same action: neither may take another environment's. */
    notOthers: { StringEqualsIfExists: ours.StringEquals },
    inRegion: { StringEquals: { "aws:RequestedRegion": region } },
  };
}

/** All of the conditions at once. */
export const both = (...all: readonly Condition[]): Condition => {
  const operators = new Set(all.flatMap((condition) => Object.keys(condition)));
  return Object.fromEntries(
    [...operators].map((operator) => [operator, Object.assign({}, ...all.map((condition) => condition[operator]))]),
  );
};
