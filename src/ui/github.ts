// The output of a task as a section that folds in the log of a CI service. Knows their commands, and no tasks.

/** How a service wants its sections: what stands before and after, and what has to be done to the output between. */
export interface Folding {
  open(title: string, about: { key: string; startedAt: number; failed: boolean }): string;
  close(about: { key: string; endedAt: number }): string;
  /** Makes one output safe; a new one for each. */
  guard(): Guard;
  /** A line of its own for a failure, outside the section. */
  failure?(title: string, message: string): string;
  warning?(title: string, message: string): string;
}

/** Bytes in, bytes out. */
export interface Guard {
  push(chunk: Buffer): Uint8Array;
  /** What has to follow the last piece, so that the next line is a line of ours. */
  end(): Uint8Array;
}

/** Text of ours that is no command: nothing that others have put into it begins a line as one. */
export const withoutCommands = (text: string): string =>
  text.replace(/^([^!-~\n]*)::(?=\S)/gm, '$1> ::').replace(OLD_COMMANDS, '## [');

/** HTML or XML that means the same. */
export const markupWithoutCommands = (markup: string): string =>
  markup.replace(/^([^!-~\n]*):(?=:)/gm, '$1&#58;').replaceAll('##[', '#&#35;[');

/** All commands in what stands between are text: nobody can guess the word that ends it. */
export function silenced(): { begin: string; end: string } {
  const token = `ptask-${crypto.randomUUID()}`;
  return { begin: `::stop-commands::${token}\n`, end: `::${token}::\n` };
}

/** As in actions/toolkit, packages/core/src/command.ts. */
export const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
export const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

export const github: Folding = {
  open: (title) => `::group::${escapeData(title)}\n`,
  close: () => '::endgroup::\n',
  guard: guardCommands,
  failure: (title, message) => annotation('error', title, message),
  warning: (title, message) => annotation('warning', title, message),
};

const annotation = (level: 'error' | 'warning', title: string, message: string): string =>
  `::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`;

/** See https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections: they nest, and end by name. */
export const gitlab: Folding = {
  open: (title, { key, startedAt, failed }) =>
    `\u001b[0Ksection_start:${unix(startedAt)}:${section(key)}${failed ? '' : '[collapsed=true]'}\r\u001b[0K${title}\n`,
  close: ({ key, endedAt }) => `\u001b[0Ksection_end:${unix(endedAt)}:${section(key)}\r\u001b[0K\n`,
  guard: guardLine,
};

const unix = (ms: number): number => Math.floor(ms / 1_000);
const section = (key: string): string => `ptask_${key.replace(/[^\w.-]+/g, '_')}`;

/** Only sees to it that the output ends with its line. */
export function guardLine(): Guard {
  let last = '\n';
  return {
    push(chunk) {
      if (chunk.length > 0) last = String.fromCharCode(chunk[chunk.length - 1] as number);
      return chunk;
    },
    end: () => Buffer.from(last === '\n' ? '' : '\n'),
  };
}

/** The commands of the runner, none of which may be a token: it would end the silence at its next use, or never. */
const NAMES =
  'add-mask add-matcher add-path debug echo endgroup error group internal-set-repo-path notice pause-logging remove-matcher save-state set-env set-output set-repo-path stop-commands warning'.split(
    ' ',
  );
/** Those that mean more than to be shown. Annotations do not, and a mask only takes away. */
const DEEDS = NAMES.filter((name) => !/^(?:add-mask|debug|error|notice|warning)$/.test(name));
const DEED = new RegExp(`^([^!-~]*)::(${DEEDS.join('|')})(?: .*?)?::(.*)$`, 'is');
const OLD_COMMANDS = /##\[/g;
const SUSPICIOUS = new RegExp(`::(?:${DEEDS.join('|')})|##\\[`, 'i');
/** A line longer than this is let through in parts; a command stands at its beginning. */
const LONG = 65_536;

/**
 * Output within a group. The runner takes any line for a command that begins with `::name::`, after white space, and
 * `##[name]` anywhere (actions/runner, ActionCommand.cs); groups do not nest, and the first end ends ours. So the groups
 * of the output become plain lines, `> title`, and so do commands that do something. Annotations and masks pass as they are. After `stop-commands` the runner
 * heeds nothing, our end of the group neither, until it reads the token: that is given back at the end if the output
 * has not done so itself.
 */
export function guardCommands(): Guard {
  let kept = '';
  let token: string | undefined;
  let within = false;
  let last = '\n';

  const line = (text: string): string => {
    const safe = text.replace(OLD_COMMANDS, '## [');
    if (token !== undefined && resumes(text, token)) token = undefined;
    const [, , name, data = ''] = DEED.exec(safe) ?? [];
    if (name === undefined) return safe;
    if (!/^(?:(?:end)?group|stop-commands)$/i.test(name)) return `> ${safe.trimStart()}`;
    const [content = '', end = ''] = data.split(/([\r\n]+)/);
    if (name.toLowerCase() === 'endgroup') return '';
    if (name.toLowerCase() === 'stop-commands' && token === undefined && isToken(content)) {
      token = content;
      return safe;
    }
    return `> ${content}${end}`;
  };

  const whole = (text: string): string => {
    if (token === undefined && !SUSPICIOUS.test(text)) return text;
    return (text.match(/[^\r\n]*(?:\r\n|[\r\n]|$)/g) ?? []).map(line).join('');
  };

  const out = (text: string): Uint8Array => {
    if (text !== '') last = text.at(-1) as string;
    return Buffer.from(text, 'latin1');
  };

  return {
    // As latin1 each byte is a character, and comes out as it went in.
    push(chunk) {
      let text = kept + chunk.toString('latin1');
      let safe = '';
      kept = '';
      if (within) {
        const end = text.search(/[\r\n]/);
        if (end < 0) return out(text.replace(OLD_COMMANDS, '## ['));
        safe = text.slice(0, end + 1).replace(OLD_COMMANDS, '## [');
        text = text.slice(end + 1);
        within = false;
      }
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
      safe += whole(text.slice(0, end));
      kept = text.slice(end);
      if (kept.length > LONG) {
        safe += line(kept);
        kept = '';
        within = true;
      }
      return out(safe);
    },
    end() {
      let text = kept === '' ? '' : whole(kept);
      if ((text === '' ? last : text.at(-1)) !== '\n') text += '\n';
      if (token !== undefined) text += `::${token}::\n`;
      return out(text);
    },
  };
}

/** Only a token that the runner can find again; with a space in it, say, it would wait for ever. */
const isToken = (text: string): boolean =>
  /^[\w-]+(?:[.:][\w-]+)*$/.test(text) && !NAMES.includes(text.toLowerCase());

/** Rather too strict than too lax: a token given back twice is a line of text, one never given back ends all commands. */
function resumes(line: string, token: string): boolean {
  const [, name] = /^[\t\v\f ]*::([^ :]+)(?: .*?)?::/s.exec(line) ?? [];
  return name?.toLowerCase() === token.toLowerCase();
}
