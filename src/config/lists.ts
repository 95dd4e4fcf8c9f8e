// What may be written as one value or as a list of them.

/** A list that is written as one comes back as it is: it may have holes, which `flatMap` and its kin pass over. */
export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
