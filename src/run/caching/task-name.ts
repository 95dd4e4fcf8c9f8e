/** A task as the store knows it: configs in several folders of a repository share one. @param prefix the config's folder in it */
export const taskName = (prefix: string, id: string): string => `${prefix}\0${id}`;
