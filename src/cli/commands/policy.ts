import { Command, InvalidArgumentError } from "commander";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf, stateOption, withCommon, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap policy` takes. */
export interface PolicyOptions extends EnvironmentOptions {
  readonly account?: string;
  readonly part?: number;
}

/** `tap policy` */
export function policyCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("policy")
    .summary("print the IAM policy that an environment's deployer needs")
    .description(
      "Prints what whoever runs `tap up`, `status` and `down` for an environment has to be allowed to do, and nothing else. One managed policy holds 6,144 characters, so it is a list of documents: make a managed policy of each and attach all of them. It follows the settings: before a domain is taken out of them, remove it with the policy that knows it. Asks AWS nothing.",
    )
    .option("-e, --env <name>", "the environment: dev, staging, prod, or one of tap.yaml")
    .option("--suffix <suffix>", "an independent copy on the environment's settings (or ENVIRONMENT_SUFFIX)")
    .option("--region <region>", "the AWS region (or AWS_REGION)")
    .option("--account <id>", "the AWS account (default: the settings', or else any)", parseAccount)
    .option("--part <n>", "only the nth document", parsePart)
    .addOption(stateOption());
  withCommon(command);
  withExamples(command, [
    ["tap policy --env dev", "the list of documents"],
    ["tap policy --env dev --part 1", "one of them, as IAM takes it"],
  ]);
  return command.action(async (options: PolicyOptions) => {
    exits(await runPolicy(world, options));
  });
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError("expected twelve digits.");
  return text;
}

function parsePart(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("expected a whole number from 1.");
  return Number(text);
}

/** Runs `tap policy`. @returns the exit code */
async function runPolicy<Aws>(world: World<Aws>, options: PolicyOptions): Promise<number> {
  const [{ InputError }, { documentsOf }, { statementsFor }, { makeReporter }, { settingsWithoutAws }] =
    await Promise.all([
      import("../../config/errors.ts"),
      import("../../policy/documents.ts"),
      import("../../policy/policy.ts"),
      import("../../report/reporter.ts"),
      import("../../session/environment.ts"),
    ]);
  const reporter = makeReporter({ ...world, json: false });
  const settings = await settingsWithoutAws(requestOf(world, options));
  const { account, part: n } = options;
  const documents = documentsOf(statementsFor({ ...settings, ...(account && { account }) }));
  const document = n === undefined ? documents : documents[n - 1];
  if (document === undefined) {
    throw new InputError([{ path: "--part", value: n, expected: `a number from 1 to ${documents.length}` }]);
  }
  reporter.say(JSON.stringify(document, undefined, 2));
  return exitCodes.done;
}
