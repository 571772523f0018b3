import { invalidCombination, invalidValue } from "./store.ts";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const perDay = 24 * 60;
const perWeek = 7 * perDay;

/**
 * Checks the two windows of a cluster: `hh24:mi-hh24:mi` and `ddd:hh24:mi-ddd:hh24:mi`, at least half an hour, not
 * overlapping (CreateDBCluster, PreferredBackupWindow and PreferredMaintenanceWindow).
 *
 * @throws InvalidParameterValue, InvalidParameterCombination
 */
export function checkWindows(backup: string, maintenance: string): void {
  const daily = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(backup);
  const weekly = /^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$/.exec(maintenance);
  if (!daily)
    throw invalidValue(
      `Invalid backup window format: ${backup}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC).`,
    );
  if (!weekly || !days.includes(weekly[1] ?? "") || !days.includes(weekly[4] ?? "")) {
    throw invalidValue(
      `Invalid maintenance window format: ${maintenance}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC).`,
    );
  }
  const minute = (hours: string | undefined, minutes: string | undefined) => Number(hours) * 60 + Number(minutes);
  const from = minute(daily[1], daily[2]);
  const length = (minute(daily[3], daily[4]) - from + perDay) % perDay;
  const weekFrom = days.indexOf(weekly[1] ?? "") * perDay + minute(weekly[2], weekly[3]);
  const weekLength =
    (days.indexOf(weekly[4] ?? "") * perDay + minute(weekly[5], weekly[6]) - weekFrom + perWeek) % perWeek;
  if (length < 30) throw invalidValue("The backup window must be at least 30 minutes.");
  if (weekLength < 30) throw invalidValue("The maintenance window must be at least 30 minutes.");
  const overlap = days.some((_, day) => {
    const distance = (day * perDay + from - weekFrom + perWeek) % perWeek;
    return distance < weekLength || perWeek - distance < length;
  });
  if (overlap) throw invalidCombination("The backup window and maintenance window must not overlap.");
}
