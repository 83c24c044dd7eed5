/** The ids of routes and deliveries, as both roles keep them. */

export const none: readonly never[] = [];

/** Ids remembered beyond the window, for a line on which a doubled frame comes late. */
export const remembered = 256;

export const without = (ids: readonly string[], id: string): readonly string[] => ids.filter((other) => other !== id);
