// A Makefile to its rules, as far as they can be told without running anything.

import { folderOf, inFolder, type Repository } from './repository.ts';

export interface Rule {
  target: string;
  prerequisites: string[];
  /** Prerequisites whose times do not count. */
  orderOnly: string[];
  /** Lines of the recipe as they are written, without their tab. */
  recipe: string[];
  isPhony: boolean;
}

export interface Makefile {
  files: string[];
  /** In the order of the text; each target once. */
  rules: Map<string, Rule>;
  /** Ends of names that pattern rules make: `.o`. */
  patterns: string[];
  /** The text with its variables, or undefined where that takes a function or a variable that is set elsewhere. */
  expand(text: string, automatic?: Record<string, string>): string | undefined;
  /** All lines of a recipe are one script. */
  isOneShell: boolean;
  /** The target of plain `make`; undefined where there is none, or where it cannot be told. */
  goal: string | undefined;
}

const NAMES = ['GNUmakefile', 'makefile', 'Makefile'];

export const makefileIn = (repository: Repository): string | undefined =>
  NAMES.find((name) => repository.has(name));

const ASSIGNMENT = /^(?:export\s+|override\s+)*(\.?[A-Za-z_][\w.-]*)\s*(\?|:{1,3}|\+|!)?=\s*(.*)$/;
const RULE = /^((?:[^:=#\s\\$]|\$\([^)]*\)|\s(?=[^\s:=]))+)\s*::?\s*(?!=)([^;#]*)(?:;(.*))?/;

export function readMakefile(repository: Repository, path: string): Makefile {
  const reading = new Reading(repository);
  reading.take(path);
  const phony = new Set(reading.phony.flatMap((text) => (reading.expand(text) ?? '').split(/\s+/)));
  for (const rule of reading.rules.values()) rule.isPhony = phony.has(rule.target);
  return {
    files: reading.files,
    rules: reading.rules,
    patterns: reading.patterns,
    isOneShell: reading.isOneShell,
    expand: (text, automatic) => reading.expand(text, automatic),
    goal: reading.goal,
  };
}

class Reading {
  readonly files: string[] = [];
  readonly rules = new Map<string, Rule>();
  readonly patterns: string[] = [];
  readonly phony: string[] = [];
  isOneShell = false;
  readonly #variables = new Map<string, string | undefined>();
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  get goal(): string | undefined {
    if (this.#variables.has(GOAL)) return this.expand(this.#variables.get(GOAL) ?? '$(unknown)')?.trim();
    return this.rules.keys().next().value;
  }

  take(path: string): void {
    const text = this.#repository.text(path);
    if (text === undefined || this.files.includes(path)) return;
    this.files.push(path);
    let current: Rule[] = [];
    let depth = 0;
    let isDefinition = false;
    for (const line of text.replace(/\\\n[ \t]*/g, ' ').split('\n')) {
      if (isDefinition || /^define\b/.test(line)) isDefinition = !/^endef\b/.test(line);
      else if (line.startsWith('\t')) {
        const recipe = line.slice(1).trim();
        if (recipe !== '' && !recipe.startsWith('#')) for (const rule of current) rule.recipe.push(recipe);
      } else if (/^\s*(?:ifeq|ifneq|ifdef|ifndef)\b/.test(line)) depth += 1;
      else if (/^\s*endif\b/.test(line)) depth -= 1;
      else if (/^\s*(?:#|$|else\b|export\b(?!.*=)|unexport\b|vpath\b)/.test(line)) continue;
      else current = this.#line(line.trim(), folderOf(path), depth > 0) ?? current;
    }
  }

  #line(line: string, folder: string, isConditional: boolean): Rule[] | undefined {
    const [, named] = /^-?include\s+(.*)$/.exec(line) ?? [];
    if (named !== undefined) {
      for (const each of (this.expand(named) ?? '').split(/\s+/)) {
        const path = each === '' ? undefined : inFolder(folder, each);
        if (path !== undefined) this.take(path);
      }
      return [];
    }
    const [, name = '', how, value = ''] = ASSIGNMENT.exec(line) ?? [];
    if (name !== '') {
      this.#assign(name, how, value.replace(/\s+#.*$/, ''), isConditional);
      return [];
    }
    const [, targets, prerequisites = '', first] = RULE.exec(line) ?? [];
    return targets === undefined ? undefined : this.#rule(targets.trim(), prerequisites, first);
  }

  #assign(name: string, how: string | undefined, value: string, isConditional: boolean): void {
    const before = this.#variables.get(name);
    if (how === '?' && before !== undefined) return;
    // What holds on one system only is nobody's value.
    if (isConditional || how === '!') this.#variables.set(name, undefined);
    else this.#variables.set(name, how === '+' ? `${before ?? ''} ${value}`.trim() : value);
  }

  #rule(targets: string, prerequisites: string, first: string | undefined): Rule[] {
    if (targets === '.PHONY') {
      this.phony.push(prerequisites);
      return [];
    }
    if (targets === '.ONESHELL') this.isOneShell = true;
    const names = (this.expand(targets) ?? '').split(/\s+/).filter(Boolean);
    const [normal = '', orderOnly = ''] = prerequisites.split('|');
    // A variable for one target alone.
    if (/^\s*[A-Za-z_]\w*\s*[:+?]?=/.test(prerequisites)) return [];
    const found: Rule[] = [];
    for (const target of names) {
      if (target.includes('%')) this.patterns.push(target.replace(/^.*%/, ''));
      if (target.startsWith('.') && !target.includes('/')) continue;
      if (target.includes('%')) continue;
      const rule = this.rules.get(target) ?? {
        target,
        prerequisites: [],
        orderOnly: [],
        recipe: [],
        isPhony: false,
      };
      rule.prerequisites.push(...this.#words(normal));
      rule.orderOnly.push(...this.#words(orderOnly));
      if (first !== undefined && first.trim() !== '') rule.recipe.push(first.trim());
      this.rules.set(target, rule);
      found.push(rule);
    }
    return found;
  }

  /** What cannot be told stays as it is written: it begins with a `$`. */
  #words(text: string): string[] {
    const words = text.match(/(?:\$\((?:[^()]|\([^()]*\))*\)|\S)+/g) ?? [];
    return words.flatMap((word) => {
      const expanded = this.expand(word);
      return expanded === undefined ? [word] : expanded.split(/\s+/).filter(Boolean);
    });
  }

  expand(text: string, automatic: Record<string, string> = {}, depth = 0): string | undefined {
    if (depth > MOST_DEEP) return undefined;
    let isKnown = true;
    const expanded = text.replace(VARIABLE, (_, sign?: string, round?: string, curly?: string) => {
      if (sign === '$') return DOLLAR;
      const name = sign ?? round ?? curly ?? '';
      const [, pattern] = /^wildcard\s+(\S+)$/.exec(name) ?? [];
      const value = pattern ?? automatic[name] ?? (name === 'MAKE' ? 'make' : this.#variables.get(name));
      const inner = value === undefined ? undefined : this.expand(value, automatic, depth + 1);
      if (inner === undefined) isKnown = false;
      return inner ?? '';
    });
    return isKnown ? (depth === 0 ? expanded.replaceAll(DOLLAR, '$') : expanded) : undefined;
  }
}

const GOAL = '.DEFAULT_GOAL';
/** `$$`, which is a dollar sign once all else is expanded. */
const DOLLAR = '\u0001';
const VARIABLE = /\$(?:([$@<^*?+|%])|\(([^()]*)\)|\{([^{}]*)\}|([A-Za-z]))/g;
/** Variables in variables. */
const MOST_DEEP = 20;
