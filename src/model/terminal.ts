// What a raw task has to itself, told as a resource that every other task shares. No resource of a config has a name like it.

export const TERMINAL = 'the terminal';
