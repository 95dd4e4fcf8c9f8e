// A command line of a script to the commands in it, where it is no more than commands one after the other.

export interface SimpleCommand {
  /** Variables that stand before it. */
  env: Record<string, string>;
  words: string[];
  /** As it is written. */
  text: string;
}

/** What makes a shell do more than start programs: pipes, expansions, redirections, groups, alternatives. */
const MORE = /^(?:[`|()<>]|\$[\w({]|&(?!&)|[{}](?=\s|$))/;

/** The commands that `&&` or `;` put after each other; undefined where that is not all. */
export function commandsIn(line: string): SimpleCommand[] | undefined {
  const commands: SimpleCommand[] = [];
  let words: string[] = [];
  let start = 0;
  const end = (at: number): void => {
    const env: Record<string, string> = {};
    let first = 0;
    for (; /^\w+=/.test(words[first] ?? ''); first += 1) {
      const [name = '', value = ''] = (words[first] as string).split(/=(.*)/s);
      env[name] = value;
    }
    if (words.length > first)
      commands.push({ env, words: words.slice(first), text: line.slice(start, at).trim() });
    words = [];
  };
  for (let at = 0; at < line.length; ) {
    if (/\s/.test(line.charAt(at))) {
      at += 1;
      continue;
    }
    const rest = line.slice(at);
    const [joint] = /^(?:&&|;)/.exec(rest) ?? [];
    if (joint !== undefined) {
      end(at);
      at += joint.length;
      start = at;
      continue;
    }
    const word = wordOf(rest);
    if (word === undefined) return undefined;
    words.push(word.text);
    at += word.length;
  }
  end(line.length);
  return commands.length > 0 ? commands : undefined;
}

/** The word that a text begins with, without its quotes. */
function wordOf(rest: string): { text: string; length: number } | undefined {
  let text = '';
  let at = 0;
  while (at < rest.length && !/[\s;]/.test(rest.charAt(at)) && !rest.startsWith('&&', at)) {
    const from = rest.slice(at);
    const [quoted, single, double] = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/s.exec(from) ?? [];
    if (quoted !== undefined) {
      if (double !== undefined && /[$`]/.test(double)) return undefined;
      text += single ?? (double as string).replace(/\\(.)/gs, '$1');
      at += quoted.length;
    } else if (MORE.test(from) || /^['"]/.test(from)) return undefined;
    else if (from.startsWith('\\') && from.length > 1) {
      text += from[1];
      at += 2;
    } else {
      text += from[0];
      at += 1;
    }
  }
  return { text, length: at };
}
