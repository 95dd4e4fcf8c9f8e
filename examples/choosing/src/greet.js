const greet = (name) => `Hello, ${name}!`;

if (typeof module === 'object') module.exports = { greet };
