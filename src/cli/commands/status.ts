import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import { listening } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { isNamed, type Runs, requestOf, wholeNumber, withCommon, withEnvironments, withExamples } from "../options.ts";

/** `tap status` */
export function statusCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("status")
    .summary("report what is in sync, drifted, missing or left over")
    .description(
      "Says what differs from what is declared (drifted, with each property's live and wanted value; missing; left over) and which command mends it. Without --env, for every known environment: those with a state or an entry in tap.yaml, and those on the local AWS. Changes nothing.",
    )
    .option("--all", "a line for every resource, also for those in sync")
    .addOption(
      new Option("--watch [seconds]", "look again every so often (60, at least 5), until Ctrl-C (exit code 0)")
        .conflicts(["json", "markdown", "exitCode"])
        .argParser(wholeNumber("whole seconds, 5 to 86400", 5, 86_400)),
    )
    .addOption(new Option("--markdown", "the report for a comment on a pull request").conflicts(["json", "all"]))
    .option("--json", "the report as JSON")
    .option("--exit-code", "exit with 2 when anything is not in sync");
  const command = withExamples(withCommon(withEnvironments(flags)), [
    ["tap status", "every known environment"],
    ["tap status --env dev --local", "one on this machine"],
    ["tap status --env prod --exit-code", "for a nightly check: 2 means drift"],
    ["tap status --env dev --watch 30", "again and again, until Ctrl-C"],
    ["tap status --env dev --markdown", "for a comment on a pull request"],
    ["tap status --json", "for a script"],
  ]);
  return runs(command, async ({ json = false, markdown, all = false, exitCode, watch: pause, ...options }) => {
    const [
      { isInSync, statusJson },
      { statusMarkdown },
      { accountWideText, statusErrorText, statusText },
      { knownEnvironments, namedEnvironments },
      { lookAround },
    ] = await Promise.all([
      import("../../report/status.ts"),
      import("../../report/status-markdown.ts"),
      import("../../report/status-text.ts"),
      import("../../session/environment.ts"),
      import("../look.ts"),
    ]);
    const reporter = makeReporter({ ...io, json });
    const { style, columns } = reporter;
    return listening(io, async ({ race, signal, stop }) => {
      const request = requestOf(io, options, signal);
      const named = isNamed(request);
      // One environment that cannot be reported on does not hide the others.
      const look = async () => {
        const environments = await (named ? namedEnvironments : knownEnvironments)(request, io.clock);
        const seen = environments.map((environment) => lookAround(io, environment, "tap status"));
        return (await Promise.all(seen)).map((one) => ("error" in one ? one : one.report));
      };
      const text = (outcomes: Awaited<ReturnType<typeof look>>): string => {
        if (outcomes.length === 0) return nothingKnown(request.local);
        if (markdown) return statusMarkdown(outcomes);
        return [
          ...outcomes.map((one) =>
            "error" in one ? statusErrorText(one, style) : statusText(one, { style, columns, all }),
          ),
          ...accountWideText(outcomes, { style, columns }),
        ].join("\n\n");
      };
      if (pause !== undefined) {
        const [{ watch }, { onCtrlC }] = await Promise.all([import("../watch.ts"), import("../keys.ts")]);
        const end = onCtrlC(io, stop);
        try {
          await watch(io, style, pause === true ? 60 : pause, signal, async () => text(await race(look())));
        } finally {
          end();
        }
        return exitCodes.done;
      }
      const outcomes = await race(look());
      const failed = outcomes.filter((one) => "error" in one);
      if (json) {
        reporter.data(statusJson(outcomes));
        for (const one of failed) reporter.warn(statusErrorText(one, style));
      } else reporter.say(text(outcomes));
      if (failed.length > 0) return named ? Math.max(...failed.map(({ code }) => code)) : exitCodes.failed;
      const drift = outcomes.some((one) => !("error" in one) && !isInSync(one));
      return drift && exitCode ? exitCodes.refused : exitCodes.done;
    });
  });
}

const nothingKnown = (local: boolean) =>
  `No environment is known${local ? " on the local AWS" : ""}. "tap up --env dev${local ? " --local" : ""}" makes one.`;
