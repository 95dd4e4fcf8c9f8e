// The best way there is to see what tasks do to files.

import { fail, ok, type Result } from '../../base/result.ts';
import { nodeMeans } from './node-means.ts';
import { findStrace } from './strace.ts';
import { FileTracer } from './tracer.ts';

export interface OpenTracer {
  tracer: FileTracer;
  by: 'strace' | 'node';
  /** Why only a part is seen, a clause. */
  partial: string | undefined;
}

export async function openTracer(root: string, tasks: Iterable<string>): Promise<Result<OpenTracer>> {
  const found = await findStrace(root);
  const means = found.ok ? found.means : nodeMeans(found.reason);
  if (means === undefined) {
    const why = found.ok ? '' : found.reason;
    return fail({ message: `nothing can be learned here: ${why}`, hint: 'install strace' });
  }
  return ok({ tracer: new FileTracer(means, tasks), by: means.kind, partial: means.partial });
}
