import { duration } from "../report/text.ts";
import { type Check, error, ok, warning } from "./check.ts";
import type { AwsSubject } from "./subject.ts";

const minute = 60_000;
const fix = "sudo timedatectl set-ntp true";

/** Whether this machine's clock goes right: AWS refuses signatures that are more than five minutes old or early. */
export const clockCheck = ({ clock, serverTime }: Pick<AwsSubject, "clock" | "serverTime">): Check => ({
  id: "clock",
  look: async () => {
    const before = clock.now();
    const theirs = (await serverTime()).getTime();
    const skew = (before + clock.now()) / 2 - theirs;
    const off = `this machine's clock is ${duration(Math.abs(skew) / 1000)} ${skew > 0 ? "ahead of" : "behind"} AWS's`;
    if (Math.abs(skew) > 5 * minute) return error(`${off}, which refuses what is more than 5 min off`, fix);
    return Math.abs(skew) > minute ? warning(off, fix) : ok("this machine's clock agrees with AWS's");
  },
});
