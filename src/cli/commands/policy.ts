import { Command, type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { type Runs, requestOf, stateOption, wholeNumber, withCommon, withExamples } from "../options.ts";

/** `tap policy` */
export function policyCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("policy")
    .summary("print the IAM policy that an environment's deployer needs")
    .description(
      "Prints what whoever runs `tap up`, `status` and `down` for an environment has to be allowed to do, and nothing else. One managed policy holds 6,144 characters, so it is a list of documents: make a managed policy of each and attach all of them. It follows the settings: before a domain is taken out of them, remove it with the policy that knows it. Asks AWS nothing.",
    )
    .option("-e, --env <name>", "the environment: dev, staging, prod, or one of tap.yaml")
    .option("--suffix <suffix>", "an independent copy on the environment's settings (or ENVIRONMENT_SUFFIX)")
    .option("--region <region>", "the AWS region (or AWS_REGION)")
    .option("--account <id>", "the AWS account (default: the settings', or else any)", parseAccount)
    .option("--part <n>", "only the nth document", wholeNumber("a whole number from 1", 1, Number.POSITIVE_INFINITY))
    .addOption(stateOption());
  const command = withExamples(withCommon(flags), [
    ["tap policy --env dev", "the list of documents"],
    ["tap policy --env dev --part 1", "one of them, as IAM takes it"],
  ]);
  return runs(command, async ({ account, part: n, ...options }) => {
    const [{ InputError }, { documentsOf }, { statementsFor }, { findEnvironment, settingsWithoutAws }] =
      await Promise.all([
        import("../../config/errors.ts"),
        import("../../policy/documents.ts"),
        import("../../policy/policy.ts"),
        import("../../session/environment.ts"),
      ]);
    const settings = await settingsWithoutAws(await findEnvironment(requestOf(io, options), io.clock));
    const documents = documentsOf(statementsFor({ ...settings, ...(account && { account }) }));
    const document = n === undefined ? documents : documents[n - 1];
    if (document === undefined) {
      throw new InputError([{ path: "--part", value: n, expected: `a number from 1 to ${documents.length}` }]);
    }
    makeReporter({ ...io, json: false }).say(JSON.stringify(document, undefined, 2));
    return exitCodes.done;
  });
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError("expected twelve digits.");
  return text;
}
