// The files of a run through which tasks are told what to do and hand things on, relative to the folder of the run (what is handed
// over, to that of its state). Each
// kind has an ending of its own in its folder, so that no two tasks, whatever they are called, share a file.

import { fileNameOf } from '../../base/file-name.ts';

/** What the agent of the task reads. */
export const promptName = (task: string): string => `prompts/${fileNameOf(task)}.md`;
/** What the agent that reviews it reads. */
export const reviewPromptName = (task: string): string => `prompts/${fileNameOf(task)}.review`;
/** What the last review of it found. */
export const reviewName = (task: string): string => `reviews/${fileNameOf(task)}.md`;
/** Where one task after the other writes its values. */
export const outputsName = (number: number): string => `handover/${number}.out`;
/** What it hands over, whole. */
export const handoverName = (task: string): string => `handover/${fileNameOf(task)}.json`;
/** The values that it gets from those that it needs. */
export const neededValuesName = (task: string): string => `needed/${fileNameOf(task)}.json`;
/** The notes that it gets from those that it needs. */
export const neededNotesName = (task: string): string => `needed/${fileNameOf(task)}.md`;
