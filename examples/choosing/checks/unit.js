const { equal } = require('node:assert');
const { greet } = require('../src/greet.js');

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : ['you']) {
  equal(greet(name), `Hello, ${name}!`);
  console.log(greet(name));
}
