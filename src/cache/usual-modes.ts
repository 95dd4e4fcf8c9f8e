// Permissions that say nothing of their own: those that whatever is new has here. An Action tells executable files from others and knows
// no more; what is unlike both joins it as a fact of its own, and what differs by the umask alone does not.

const MASK = 0o777 & ~process.umask();

export const USUAL_FOLDER = MASK;

const FILES: readonly number[] = [MASK & 0o666, MASK];

export const isUsualFile = (mode: number): boolean => FILES.includes(mode);

/** What a folder hands on to those in it is no matter of a task. */
export const isUsualFolder = (mode: number): boolean => (mode & 0o777) === USUAL_FOLDER;
