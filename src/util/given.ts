/** An object whose optional members are there or not, but never undefined. */
export type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** The object without those of its optional members that are undefined. */
export const given = <T extends object>(object: T): Given<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Given<T>;
