// Loaded before the program: lets the system refuse to start processes, from the one with the number SPAWN_AT on so many
// (SPAWN_MANY) of them, with the number of an error (SPAWN_ERROR). Counts them into the file SPAWN_COUNT.
'use strict';
const { constants } = require('node:os');
const { writeFileSync } = require('node:fs');

process.removeAllListeners('warning');
const { Process } = process.binding('process_wrap');
const { SPAWN_AT = '0', SPAWN_MANY = '1', SPAWN_ERROR = 'EMFILE', SPAWN_COUNT } = process.env;
const spawn = Process.prototype.spawn;
let count = 0;

Process.prototype.spawn = function (options) {
  count += 1;
  const isRefused = count >= Number(SPAWN_AT) && count < Number(SPAWN_AT) + Number(SPAWN_MANY);
  return SPAWN_AT !== '0' && isRefused ? -constants.errno[SPAWN_ERROR] : spawn.call(this, options);
};
if (SPAWN_COUNT !== undefined) process.on('exit', () => writeFileSync(SPAWN_COUNT, String(count)));
