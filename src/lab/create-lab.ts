// The life of a lab: built, furnished, used, and gone without a trace, however its owner ends.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LabUnavailable, labProblem } from './availability.ts';
import { labHost } from './host.ts';
import type { Lab, LabHost } from './lab.ts';
import { namespaceName, newLabId } from './namespace-name.ts';
import { buildNetwork, type NetworkPlan } from './network.ts';
import { onProcessEnd } from './process-end.ts';
import { removeNamespaces, sweepStaleNamespaces } from './remove.ts';

/** Builds the network, then lets `furnish` start what runs in it. A lab that could not be finished is removed. */
export async function createLab<Role extends string, Extra extends object>(
  plan: NetworkPlan<Role>,
  furnish: (hosts: Readonly<Record<Role, LabHost>>) => Promise<Extra>,
): Promise<Lab<Role> & Extra> {
  const problem = labProblem();
  if (problem !== null) throw new LabUnavailable(problem);
  sweepStaleNamespaces();

  const id = newLabId();
  const roles = Object.keys(plan.hosts) as Role[];
  const namespaces = roles.map((role) => namespaceName(id, role));
  const children = new Set<ChildProcess>();
  const removeNow = () => {
    // A child that is still on its way into its namespace is not found inside.
    for (const child of children) child.kill('SIGKILL');
    removeNamespaces(namespaces);
  };
  const release = onProcessEnd(removeNow);
  const remove = async () => {
    const ended = [...children].map((child) => {
      child.ref();
      return once(child, 'exit');
    });
    removeNow();
    await Promise.all(ended);
    release();
  };
  let removal: Promise<void> | undefined;
  const dispose = () => {
    removal ??= remove();
    return removal;
  };

  try {
    await buildNetwork(id, plan);
    const hosts = Object.fromEntries(
      roles.map((role) => [role, labHost(role, namespaceName(id, role), children)]),
    ) as Record<Role, LabHost>;
    return { id, hosts, dispose, [Symbol.asyncDispose]: dispose, ...(await furnish(hosts)) };
  } catch (error) {
    await dispose();
    throw error;
  }
}
