// Real pipes for the output of commands. Those that Node makes are sockets, which nobody can open by a name:
// `echo oops > /dev/stderr` fails on them, and so does whatever else opens /dev/stdout or /proc/self/fd/1. Node has no call
// that makes a pipe, so `mkfifo` makes some named ones, which are used again and again.
// One at a time writes into a pipe: it is used again once its end was seen, and that is when nobody has it open any more.

import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { codeOf } from '../../base/error-code.ts';
import { ownerLife, processFile } from '../../base/process-files.ts';
import { systemProgram } from '../../base/program.ts';
import { removeNow } from '../../base/remove-folder.ts';
import { startProcess } from '../../base/start-process.ts';
import { isWindows } from './platform.ts';

/** What the name of a folder for them begins with. */
const FOLDER = 'ptask';

/** How many are made at a time. */
const BATCH = 8;

interface Fifo {
  /** What opens it. */
  path: string;
  /** On Linux it is opened by way of this descriptor and has no name any more: a kill leaves nothing behind. */
  keeper?: number;
}

/** One that nobody has opened yet. */
export interface Pipe {
  /** By which others open it to write, and this process can read it without opening it: on Linux. */
  name: string | undefined;
  /** Throws where there are no descriptors for it. */
  open(): OpenPipe;
  /**
   * Gives what is in it, without waiting for more, where it has a name and is not open here. Whether that is the end: nobody has
   * it open to write at this moment. Who goes on printing is left in the middle.
   */
  readNow(onData: (chunk: Buffer) => void): boolean;
  /** It is not open here, and nobody else has it. */
  giveBack(): void;
  /** The same, but for somebody who may have it open for ever. */
  giveUp(): void;
}

export interface OpenPipe {
  /** For the command. */
  writer: number;
  /** Begins to read. */
  read(): Readable;
  /** The command has it: it ends once nobody else has it open. */
  letGo(): void;
  /** There will be no command. */
  drop(): void;
}

let users = 0;
let idle: Fifo[] = [];
let making: Promise<void> | undefined;
/** They cannot be made here. */
let areNone = isWindows;
/** Where they have names. */
const folders: string[] = [];

/**
 * Keeps pipes until all who called this have called what comes back.
 *
 * @param areWanted makes the first ones at once, so that nobody has to wait for them
 */
export function openPipes(areWanted = true): () => void {
  users += 1;
  if (areWanted && idle.length === 0) void fill();
  return () => {
    users -= 1;
    if (users === 0) closeAll();
  };
}

/** Runs a program to its end. Whether that went well; never rejects. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<boolean>;

const byProcess: RunProgram = async (file, args) => {
  const { exitCode } = await startProcess(file, args, { stdio: 'ignore' }).ended;
  return exitCode === 0;
};

/**
 * Undefined where there are none to be had: on Windows, and where `mkfifo` fails.
 * @param run a quicker way to run it, should some have to be made
 */
export async function takePipe(run: RunProgram = byProcess): Promise<Pipe | undefined> {
  while (idle.length === 0) {
    if (areNone) return undefined;
    await fill(run);
  }
  const fifo = idle.pop() as Fifo;
  const { keeper } = fifo;
  return {
    name: keeper === undefined ? undefined : `/proc/${process.pid}/fd/${keeper}`,
    open: () => opened(fifo),
    readNow: (onData) => keeper !== undefined && readNow(keeper, onData),
    giveBack: () => giveBack(fifo),
    giveUp: () => giveUp(fifo),
  };
}

function opened(fifo: Fifo): OpenPipe {
  // Whoever opens it to write waits for a reader.
  const reader = openSync(fifo.path, constants.O_RDONLY | constants.O_NONBLOCK);
  let writer: number;
  try {
    writer = openSync(fifo.path, constants.O_WRONLY);
  } catch (error) {
    closeSync(reader);
    throw error;
  }
  return {
    writer,
    read: () => begin(fifo, reader),
    letGo: () => closeSync(writer),
    drop: () => {
      closeSync(writer);
      begin(fifo, reader).destroy();
    },
  };
}

/** As much as a pipe holds; and how often that is read at one go, where somebody fills it as fast as it is emptied. */
const BLOCK = 65_536;
const MOST_BLOCKS = 4;
let block: Buffer | undefined;

function readNow(keeper: number, onData: (chunk: Buffer) => void): boolean {
  block ??= Buffer.allocUnsafeSlow(BLOCK);
  for (let turn = 0; turn < MOST_BLOCKS; turn++) {
    let length: number;
    try {
      length = readSync(keeper, block);
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return false;
      throw error;
    }
    if (length === 0) return true;
    onData(Buffer.from(block.subarray(0, length)));
  }
  return false;
}

function giveBack(fifo: Fifo): void {
  if (users > 0) idle.push(fifo);
  else giveUp(fifo);
}

function begin(fifo: Fifo, reader: number): Readable {
  const stream = new Socket({ fd: reader, readable: true, writable: false });
  let isEmpty = false;
  stream.once('end', () => {
    isEmpty = true;
  });
  // What went wrong shows in what was not read.
  stream.on('error', () => {});
  stream.once('close', () => {
    if (isEmpty) giveBack(fifo);
    else giveUp(fifo);
  });
  return stream;
}

function fill(run: RunProgram = byProcess): Promise<void> {
  making ??= make(run).finally(() => {
    making = undefined;
    if (users === 0) closeAll();
  });
  return making;
}

async function make(run: RunProgram): Promise<void> {
  if (areNone) return;
  try {
    const folder = mkdtempSync(join(tmpdir(), processFile(FOLDER)));
    folders.push(folder);
    const paths = Array.from({ length: BATCH }, (_, index) => join(folder, String(index)));
    const mkfifo = systemProgram('mkfifo');
    const args = ['-m', '600', ...paths];
    const areMade = mkfifo !== undefined && (await run(mkfifo, args));
    if (!areMade && !(await byProcess(mkfifo ?? 'mkfifo', args))) throw new Error('mkfifo failed');
    for (const path of paths) idle.push(process.platform === 'linux' ? kept(path) : { path });
  } catch {
    // Then output goes through sockets, as far as it goes.
    areNone = idle.length === 0;
  } finally {
    if (process.platform === 'linux') removeFolders();
  }
}

function kept(path: string): Fifo {
  const keeper = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { path: `/proc/self/fd/${keeper}`, keeper };
}

/** Somebody may have it open for ever. */
function giveUp({ keeper, path }: Fifo): void {
  if (keeper === undefined) rmSync(path, { force: true });
  else closeSync(keeper);
}

function closeAll(): void {
  for (const fifo of idle) giveUp(fifo);
  idle = [];
  areNone = isWindows;
  removeFolders();
}

/** To look into one takes a descriptor: where none is left it is tried again once the pipes are closed. */
function removeFolders(): void {
  for (const folder of folders.splice(0)) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      folders.push(folder);
    }
  }
}

/** What processes of this user have left that were killed between making such a folder and removing it. Never throws. */
export function removeLeftPipes(): void {
  try {
    for (const name of readdirSync(tmpdir())) {
      const folder = join(tmpdir(), name);
      if (ownerLife(FOLDER, name) === 'dead' && lstatSync(folder).uid === process.getuid?.())
        removeNow(folder);
    }
  } catch {
    // They take no room to speak of.
  }
}
