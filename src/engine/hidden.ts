/**
 * What stands for a live value that may be a secret, in a change. That it is there is told, what it is never leaves the
 * kind that has read it.
 */
export const hidden = "(not shown)";
