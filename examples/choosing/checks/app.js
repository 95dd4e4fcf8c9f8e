const { equal } = require('node:assert');
const { greet } = require('../dist/app.js');

equal(greet('app'), 'Hello, app!');
