// What test/store/crash.test.ts has killed: `replace <job>` or `recover <job>`, a job as `StoreJob` in a JSON file.

import { readFileSync } from 'node:fs';
import type { Change } from '../../src/store/change.ts';
import { ObjectStore } from '../../src/store/objects.ts';
import { recover, Transactions } from '../../src/store/transaction.ts';

export interface StoreJob {
  root: string;
  transactions: string;
  store: string;
  changes: Change[];
}

const [, , command, file = ''] = process.argv;
const job = JSON.parse(readFileSync(file, 'utf8')) as StoreJob;

async function main(): Promise<unknown> {
  if (command === 'recover') return recover(job.transactions, job.root);
  const transactions = new Transactions(job.transactions, job.root, new ObjectStore(job.store));
  return transactions.replace(job.changes, 'a change of the test');
}

main().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    process.stdout.write(JSON.stringify({ error: String(error) }));
    process.exitCode = 1;
  },
);
