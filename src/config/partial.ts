/**
 * For a check of a mapping as a whole: it is made although a value in it is wrong, so that both are told at once. Such a value
 * is there, but not what its type says: ask only whether it is undefined.
 */
export const evenIfPartsAreWrong = {
  when: ({ value }: { value: unknown }): boolean => typeof value === 'object' && value !== null,
};
