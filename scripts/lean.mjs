// A plugin of the bundler that leaves out what the libraries would load at every start and ptask never uses. Each entry
// says what is spared; one that does not apply any more, since a library has changed, fails the build.

/** Module by module: what is put in its place for whom. `process.getBuiltinModule` loads nothing until it is called. */
const STAND_INS = [
  {
    // cosmiconfig's own loaders, which run code and bring crypto along: ptask gives its own for YAML and JSON.
    id: /^\.\/loaders(\.js)?$/,
    importer: /cosmiconfig[\\/]dist[\\/]/,
    code: 'export const loadJs = undefined, loadJsSync = undefined, loadJson = undefined, loadYaml = undefined, loadTs = undefined, loadTsSync = undefined;',
  },
  {
    // commander starts other programs for subcommands that are files of their own; ptask has none.
    id: /^node:child_process$/,
    importer: /[\\/]commander[\\/]/,
    code: "export default { spawn: (...args) => process.getBuiltinModule('node:child_process').spawn(...args) };",
  },
  {
    // execa serializes messages between Node processes; ptask's tasks are shell commands.
    id: /^node:v8$/,
    importer: /[\\/]execa[\\/]/,
    code: "export const serialize = (value) => process.getBuiltinModule('node:v8').serialize(value);",
  },
];

/** Text by text: what a file of a library does when it is loaded, and could as well do when it is asked. */
const EDITS = [
  {
    // Opens stdin, which a hook may have filled with something that is not for us.
    file: /execa[\\/]lib[\\/]utils[\\/]standard-stream\.js$/,
    from: '[process.stdin, process.stdout, process.stderr]',
    to: '{ includes: (stream) => stream?.fd <= 2 && [process.stdin, process.stdout, process.stderr].includes(stream) }',
  },
];

export function lean() {
  const applied = new Set();
  return {
    name: 'lean',
    resolveId(id, importer) {
      const index = STAND_INS.findIndex(
        (each) => importer && each.id.test(id) && each.importer.test(importer),
      );
      if (index < 0) return null;
      applied.add(STAND_INS[index]);
      return `\0stand-in:${index}`;
    },
    load(id) {
      const [, index] = /^\0stand-in:(\d+)$/.exec(id) ?? [];
      return index === undefined ? null : STAND_INS[Number(index)].code;
    },
    transform(code, id) {
      const edit = EDITS.find(({ file, from }) => file.test(id) && code.includes(from));
      if (!edit) return null;
      applied.add(edit);
      return code.replace(edit.from, edit.to);
    },
    /** What has not been met in any of the bundles. */
    unused: () => [...STAND_INS, ...EDITS].filter((each) => !applied.has(each)),
  };
}
