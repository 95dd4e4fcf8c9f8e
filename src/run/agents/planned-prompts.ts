// The prompts of a plan before anything has run: without the places that are made, and the values that come, when it does.

import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { branchOf } from '../../git/names.ts';
import type { Plan } from '../../model/plan.ts';
import { Needs } from './needs.ts';
import { Neighbours } from './neighbours.ts';
import { composePrompt } from './prompt.ts';
import { composeReviewPrompt, composeWholeReviewPrompt } from './review-prompt.ts';

/** Of a task, or of a validation step. */
export interface PlannedPrompt {
  task?: string;
  step?: string;
  /** The agent that does it. */
  agent?: string;
  prompt?: string;
  /** The agent that reviews it. */
  reviewer?: string;
  reviewPrompt?: string;
}

/** Of the tasks that an agent does or reviews, in the order of the plan, and of the steps in which one reviews the whole. */
export function plannedPrompts(config: Config, plan: Plan): PlannedPrompt[] {
  const planned = new Map(plan.tasks.map((task) => [task.id, task]));
  const tasks = config.tasks.filter(({ id }) => planned.has(id));
  const neighbours = new Neighbours(plan, config);
  const needs = new Needs(tasks);
  const ofSteps = config.validate.flatMap((step): PlannedPrompt[] => {
    if (step.review === undefined) return [];
    const reviewPrompt = composeWholeReviewPrompt({ step, workdir: config.root, tasks, files: undefined });
    return [{ step: step.name, reviewer: step.review.agent.name, reviewPrompt }];
  });
  const ofTasks = tasks.flatMap((task): PlannedPrompt[] => {
    const { id, assignment, review } = task;
    if (assignment === undefined && review === undefined) return [];
    const isIsolated = planned.get(id)?.workspace === 'worktree';
    const workdir = isIsolated ? undefined : resolve(config.root, task.cwd);
    return [
      {
        task: id,
        ...(assignment && {
          agent: assignment.agent.name,
          prompt: composePrompt({
            ...{ task, workdir, handedOver: undefined, lastTry: undefined },
            branch: isIsolated ? branchOf(id) : undefined,
            neighbours: neighbours.of(id),
            neededBy: needs.on(id),
          }),
        }),
        ...(review && {
          reviewer: review.agent.name,
          reviewPrompt: composeReviewPrompt({
            task,
            workdir,
            changed: undefined,
            told: new Map(),
            before: [],
          }),
        }),
      },
    ];
  });
  return [...ofTasks, ...ofSteps];
}
