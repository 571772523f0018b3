/** "2026-11-03 12:03:14 UTC" */
export const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
