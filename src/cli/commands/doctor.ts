import { existingFolder } from '../../config/config-file.ts';
import { findRepository } from '../../git/repository.ts';
import { printable } from '../../present/format.ts';
import { hang, padEnd } from '../../ui/layout.ts';
import { signOf } from '../../ui/marks.ts';
import { checkCache } from '../doctor/cache.ts';
import { configFinding } from '../doctor/config.ts';
import { checkDisk } from '../doctor/disk.ts';
import type { Finding, Surroundings } from '../doctor/finding.ts';
import { checkGit } from '../doctor/git.ts';
import { checkHooks } from '../doctor/hooks.ts';
import { checkLeft } from '../doctor/left.ts';
import { checkNode } from '../doctor/node.ts';
import { checkPackages } from '../doctor/packages.ts';
import { checkRemote } from '../doctor/remote.ts';
import type { GlobalFlags } from '../options.ts';
import { configOf, type Ended, print, printJson, type Session } from '../session.ts';

interface DoctorFlags extends GlobalFlags {
  json?: boolean;
}

/** In the order in which one stands on another. */
const CHECKS: readonly (readonly [
  name: string,
  check: (of: Surroundings) => Finding[] | Promise<Finding[]>,
])[] = [
  ['node', checkNode],
  ['git', checkGit],
  ['packages', checkPackages],
  ['hooks', checkHooks],
  ['runs', checkLeft],
  ['cache', checkCache],
  ['remote', checkRemote],
  ['disk', checkDisk],
];

type Found = Finding & { check: string };

/** Looks and changes nothing: 1 where something keeps ptask from working. */
export default async function doctor(session: Session<DoctorFlags>): Promise<Ended> {
  const folder = existingFolder(session.flags.cwd);
  if (!folder.ok) return folder;
  const config = await configOf(session);
  const found: Found[] = [];
  const root = config.ok ? config.value.root : folder.value;
  const surroundings = {
    root,
    config: config.ok ? config.value : undefined,
    repository: findRepository(root),
  };
  for (const [check, look] of CHECKS) {
    for (const finding of await look(surroundings)) found.push({ check, ...finding });
    if (check === 'git') found.push({ check: 'config', ...configFinding(config, session.cwd) });
  }
  if (session.flags.json) await printJson(session, { schemaVersion: 1, findings: found });
  else await print(session, tableOf(session, found));
  return found.some(({ status }) => status === 'problem') ? 1 : 0;
}

const MARKS = { ok: 'passed', warning: 'warning', problem: 'failed' } as const;

/** A line for each finding, and the way out below it. */
function tableOf({ out }: Session, found: readonly Found[]): string {
  const look = { colors: out.colors, unicode: out.unicode, columns: out.columns() };
  const width = Math.max(...found.map(({ check }) => check.length));
  const lines = found.flatMap(({ check, status, text, hint }) => {
    const prefix = `${signOf(MARKS[status], look)} ${out.colors.bold(padEnd(check, width))}  `;
    const indent = ' '.repeat(width + 4);
    return [
      ...hang(prefix, printable(text), look.columns),
      ...(hint === undefined
        ? []
        : hang(`${indent}${out.unicode ? '→' : '->'} `, printable(hint), look.columns)),
    ];
  });
  return `${lines.join('\n')}\n`;
}
