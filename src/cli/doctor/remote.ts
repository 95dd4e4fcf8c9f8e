import { howItIs, probeRemote } from '../remote-cache.ts';
import { type Finding, fine, type Surroundings, warning } from './finding.ts';

export async function checkRemote({ config }: Surroundings): Promise<Finding[]> {
  if (config === undefined) return [];
  const probed = await probeRemote(config);
  if (!probed.ok)
    return probed.diagnostics.map(({ message, hint }) => ({
      status: 'problem',
      text: message,
      ...(hint && { hint }),
    }));
  if (probed.value === undefined) return [];
  const text = `${probed.value.url} ${howItIs(probed.value)}`;
  return [
    probed.value.problem === undefined
      ? fine(text)
      : warning(text, 'runs go on without it; PTASK_REMOTE=off leaves it out'),
  ];
}
