// Flags as other runners have them, where they mean the same: they work, and are in no help. For the others see foreign-hints.ts.

import { Option } from 'commander';

/** A flag of ptask's by another name; `value` is what one without an argument stands for. */
export function alias(flags: string, own: Option, value?: unknown): Option {
  const other = new Option(flags).hideHelp();
  if (own.parseArg) other.argParser(own.parseArg);
  if (value !== undefined) other.preset(value as string);
  other.attributeName = () => own.attributeName();
  return other;
}
