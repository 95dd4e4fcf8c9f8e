// As much of JSON Schema as the posts need.
import { readFileSync } from 'node:fs';

const [data, schema] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const problems = data.flatMap((item, index) => [
  ...schema.items.required.filter((key) => !(key in item)).map((key) => `/${index} has no ${key}`),
  ...Object.entries(schema.items.properties)
    .filter(([key, { type, pattern }]) => {
      const value = item[key];
      return value !== undefined && !(typeof value === type && new RegExp(pattern ?? '').test(value));
    })
    .map(([key]) => `/${index}/${key} is ${JSON.stringify(item[key])}`),
]);
for (const problem of problems) console.error(problem);
console.log(`${data.length} posts, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
